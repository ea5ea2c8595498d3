"""The cards of what the checks find: severity, title, message and remedy in the words of the clerk who reads them.

`{where}` is the place as a clerk finds it (梧桐社区《指标表》D7).
"""

from __future__ import annotations

from aggregator.model.finding import FindingKind, Severity

_FATAL, _QUERY, _NOTE = Severity.FATAL, Severity.QUERY, Severity.NOTE

MISSING_VALUE = FindingKind(
    code="missing-value",
    severity=_QUERY,
    title="必填项未填",
    message="{where}“{name}”未填，应填写{wanted}。",
    remedy="请在{cell}补填；没有的填0{otherwise}，不要留空。",
    is_damage=True,
)
MISSING_CELL = FindingKind(
    code="missing-cell",
    severity=_QUERY,
    title="台账必填格未填",
    message="{where}（第{row}行“{name}”）未填，这一格为必填。",
    remedy="请在{cell}补填；这一行不需要的，整行清除。",
    is_damage=True,
)
MISSING_TEXTS = FindingKind(
    code="missing-texts",
    severity=_QUERY,
    title="叙述材料条数不够",
    message="{where}“{name}”写了{count}条，应至少写{wanted}条。",
    remedy="请在《{sheet}》补写“{name}”。",
)
STOCK_UNCONFIRMED = FindingKind(
    code="stock-unconfirmed",
    severity=_QUERY,
    title="存量未核对",
    message="{where}有{count}项期末存量（{cells}）与预填的数相同，“存量已核对”一格没有选“已核对”。",
    remedy="请对照实际逐项核对灰色预填数，有变化的改正，然后在“存量已核对”一格选“已核对”。",
    is_explainable=False,
)
LEDGER_UNANSWERED = FindingKind(
    code="ledger-unanswered",
    severity=_QUERY,
    title="台账空白且未作说明",
    message="{where}没有登记任何一行，“填报情况”（{cell}）也未选，无法判断是没有还是漏填，由它得出的数暂缺。",
    remedy="有的请逐行登记；没有的请在{cell}“填报情况”选“{none}”。",
    is_explainable=False,
)
LEDGER_UNCONFIRMED = FindingKind(
    code="ledger-unconfirmed",
    severity=_QUERY,
    title="台账未核对",
    message="{where}登记的{count}行中有{same}行与预填的相同，“填报情况”（{cell}）未选，不知是否核对过；目前都已计入。",
    remedy="请对照实际逐行核对，然后在{cell}“填报情况”选“{unchanged}”或“{some}”。",
    is_explainable=False,
)
LEDGER_WITHOUT_ROWS = FindingKind(
    code="ledger-without-rows",
    severity=_QUERY,
    title="台账说有而没有登记",
    message="{where}“填报情况”（{cell}）选了“{answer}”，但没有登记任何一行。",
    remedy="请补登各行；确实没有的，在{cell}改选“{none}”。",
    is_explainable=False,
)
LEDGER_CONTRADICTION = FindingKind(
    code="ledger-contradiction",
    severity=_FATAL,
    title="台账说无而登记了行",
    message="{where}“填报情况”（{cell}）选了“{answer}”，表内却登记了{count}行，前后矛盾。",
    remedy="有的请在{cell}改选“{some}”；没有的请清除登记的各行。",
)
LEDGER_ANSWER_MISSING = FindingKind(
    code="ledger-answer-missing",
    severity=_NOTE,
    title="台账未选填报情况",
    message="{where}登记了{count}行，“填报情况”（{cell}）未选，已按登记的行统计。",
    remedy="请在{cell}“填报情况”选“{some}”。",
)
UNREADABLE_VALUE = FindingKind(
    code="unreadable-value",
    severity=_QUERY,
    title="填写内容无法识别",
    message="{where}“{name}”填的是“{found}”，无法识别{reason}，应填写{wanted}；这一项暂未计入汇总。",
    remedy="请在{cell}只填{wanted}，文字说明写到备注栏。",
    is_explainable=False,
    is_damage=True,
)
UNREADABLE_CELL = FindingKind(
    code="unreadable-cell",
    severity=_QUERY,
    title="台账内容无法识别",
    message="{where}（第{row}行“{name}”）填的内容{found}无法识别{why}，应填写{wanted}。",
    remedy="请在{cell}改填{wanted}。",
    is_explainable=False,
    is_damage=True,
)
NEGATIVE_VALUE = FindingKind(
    code="negative-value",
    severity=_FATAL,
    title="出现负数",
    message="{where}“{name}”填的是{found}，不能是负数。",
    remedy="请核对后在{cell}改填正确的数。",
    is_damage=True,
)
TOO_MANY_PLACES = FindingKind(
    code="too-many-places",
    severity=_QUERY,
    title="小数位数过多",
    message="{where}“{name}”填的是{found}，最多保留{places}位小数。",
    remedy="请核对单位和小数点后，在{cell}改填。",
)
OUTSIDE_RANGE = FindingKind(
    code="outside-range",
    severity=_QUERY,
    title="超出合理范围",
    message="{where}“{name}”填的是{found}，通常应{wanted}。",
    remedy="请核对{cell}；填错的改正，属实的在备注栏写明原因。",
    is_damage=True,
)
TEXT_TOO_LONG = FindingKind(
    code="text-too-long",
    severity=_NOTE,
    title="文字过长",
    message="{where}“{name}”有{length}字，应不超过{wanted}字。",
    remedy="请在{cell}压缩到{wanted}字以内。",
)
TEXT_TOO_SHORT = FindingKind(
    code="text-too-short",
    severity=_QUERY,
    title="文字过短",
    message="{where}“{name}”只有{length}字，应不少于{wanted}字。",
    remedy="请在{cell}补充做法、事例和成效。",
)
SEVERAL_IN_A_CELL = FindingKind(
    code="several-in-a-cell",
    severity=_NOTE,
    title="一格填了几个",
    message="{where}{cells}的“{name}”像是一格填了几个，街道汇总时一格只计一个。",
    remedy="确是几个的，请一行填一个；本来就是一个名称的不用管。",
)
UNKNOWN_CODE = FindingKind(
    code="unknown-code",
    severity=_QUERY,
    title="不在选项之内",
    message="{where}（第{row}行“{name}”）填的是“{found}”，不在选项之内，这一行不会计入按此项统计的数；可选：{wanted}。",
    remedy="请在{cell}从下拉框中选择。",
    is_explainable=False,
    is_damage=True,
)
DUPLICATE_KEY = FindingKind(
    code="duplicate-key",
    severity=_QUERY,
    title="台账重复登记",
    message="{where}：第{row}行与第{other}行的{names}相同（{found}），疑似重复登记，目前都已计入。",
    remedy="重复的请清除其中一行；确是两件事的，请把名称写得能够区分。",
)
RULE_BROKEN = FindingKind(
    code="rule-broken",
    severity=_QUERY,
    title="不符合审核关系",
    message="{where}：{statement}。",
    remedy="{remedy}",
)
RULE_UNFILLED = FindingKind(
    code="rule-unfilled",
    severity=_QUERY,
    title="审核关系缺数",
    message="{where}：{missing}未填，无法核对“{name}”。",
    remedy="请补填{missing}；没有的填0。",
)
STATED_DIFFERS = FindingKind(
    code="stated-differs",
    severity=_QUERY,
    title="表中数与台账不符",
    message="{where}“{name}”表中显示{found}，按{source}计算应为{wanted}，相差{difference}；汇总以计算数为准。{rows}",
    remedy="这一格由公式自动得出，不需填写；请恢复原公式，并核对{source}是否漏登、重登。",
)
COLUMN_PASTED = FindingKind(
    code="column-pasted",
    severity=_QUERY,
    title="疑似整列粘贴",
    message="{where}从{first}到{last}有{count}个自动统计格被数字盖住，与计算的不符，像是整列粘贴过来的；"
    "同一列里填报的数也可能不是原来填的，目前按表中所写的读取。",
    remedy="请用街道退回的表（公式已恢复）逐项核对填报的数，改正后重新报送。",
    is_damage=True,
)
LAST_CHANGED = FindingKind(
    code="last-changed",
    severity=_QUERY,
    title="表中上月数与所报不符",
    message="{where}的上月数与上月所报不符：{told}。",
    remedy="本月的数填错了列的，请移到“本月数”；上月数报错了的，请改报上月的报表；报表发出以后上月又更正、"
    "重新汇总过的，不用改；都不是的，恢复原来的上月数。",
)
YEAR_CHANGED = FindingKind(
    code="year-changed",
    severity=_QUERY,
    title="本年累计与各月之和不符",
    message="{where}的“本年累计”被改填，与今年各月所报之和不符：{told}；汇总以各月之和为准。",
    remedy="这一列由公式算出，不需填写，请恢复；以前月份报错了的，请改报那个月的报表。",
)
RETURN_REPEATED = FindingKind(
    code="return-repeated",
    severity=_QUERY,
    title="疑似重复报送上月表",
    message="{where}：本月{count}项数和{rows}行登记与{month}所报完全相同，疑似把上月的表又报了一次。",
    remedy="请核对所报文件；确为上月表的请报本月表，本月确实相同的请书面说明原因。",
)
ROWS_REPEATED = FindingKind(
    code="rows-repeated",
    severity=_QUERY,
    title="上月已报的登记又报了一次",
    message="{where}{rows}与{month}已报的登记完全相同，目前又计入了本月。",
    remedy="上月已经报过的，请清除这些行；确是另一件事的，请把名称写得能够区分。",
)
ROWS_ALIKE = FindingKind(
    code="rows-alike",
    severity=_NOTE,
    title="与别的单位登记相同",
    message="{where}{rows}与{other}登记的完全相同，目前都已计入。",
    remedy="粘贴错的请改成本单位的内容后重报；确是一起办的不用管。",
)
ROWS_COPIED = FindingKind(
    code="rows-copied",
    severity=_QUERY,
    title="疑似粘贴了别的单位的登记",
    message="{where}有{count}行与{other}登记的完全相同（{rows}），目前都已计入。",
    remedy="请与{other}核对：粘贴错的，由不是自己登记的一方清除后改报；确是一起办的，请各报各的人次、金额。",
    is_damage=True,
)
NUMBERS_COPIED = FindingKind(
    code="numbers-copied",
    severity=_QUERY,
    title="疑似粘贴了别的单位的数",
    message="{where}有{count}项本月数与{other}所报的完全相同，疑似用了{other}的数。",
    remedy="请与{other}核对，填错的一方改正后重新报送。",
    is_damage=True,
)
NUMBERS_ZEROED = FindingKind(
    code="numbers-zeroed",
    severity=_QUERY,
    title="几乎全填了0",
    message="{where}有{count}项上月有数的指标本月都填了0，像是没有统计、只为填满。",
    remedy="请按实际数改正后重新报送；确实都没有发生的，在备注栏写明原因。",
    is_damage=True,
)
SUDDEN_CHANGE = FindingKind(
    code="sudden-change",
    severity=_QUERY,
    title="与以前各月相差悬殊",
    message="{where}“{name}”填的是{found}{measure}，{why}，相差悬殊。",
    remedy="请核对{cell}是否多填少填一位、填错单位、填错行或填成累计数；属实的在备注栏写明原因。",
    is_damage=True,
)
ROWS_GONE = FindingKind(
    code="rows-gone",
    severity=_QUERY,
    title="上月在册的登记不见了",
    message="{where}比{month}少了{count}行，没有注明去向：{named}。",
    remedy="误删的请补回；确已撤销、离任、办结的，请保留这一行并改选状态；只是改了名称的不用管。",
    is_damage=True,
)
COLUMN_SLIPPED = FindingKind(
    code="column-slipped",
    severity=_QUERY,
    title="台账的列疑似错行",
    message="{where}有{count}行的{names}变成了{month}别的行的内容（{rows}），疑似排序、粘贴时只动了这一列。",
    remedy="请核对各行是不是还对得上；错了的恢复原样，确实如此的在说明里写明原因。",
    is_damage=True,
)
COLUMN_SORTED = FindingKind(
    code="column-sorted",
    severity=_QUERY,
    title="疑似只排了一列",
    message="{where}的{names}从{first}到{last}排得整整齐齐，各行却仍按日期排列，疑似排序时只选了这一列，各行的内容可能错开了。",
    remedy="请核对各行是不是还对得上；错了的撤销排序后重报，确实如此的在说明里写明原因。",
    is_damage=True,
)
VALUES_ONE_LINE_OFF = FindingKind(
    code="values-one-line-off",
    severity=_QUERY,
    title="本月数疑似错了一行",
    message="{where}{cells}填的{like}{month}{beside}一行的数（{told}），疑似粘贴时错了一行。",
    remedy="请核对这几格，错行的移回自己的行；确实如此的在备注栏写明原因。",
    is_damage=True,
)
DATES_CHANGED = FindingKind(
    code="dates-changed",
    severity=_QUERY,
    title="登记的日期与上月不同",
    message="{where}有{count}行的“{name}”与{month}所报不同：{cells}。",
    remedy="请核对是不是排序、粘贴时错了行；上月填错、本月改正的不用管。",
    is_damage=True,
)
LATE_EVENT = FindingKind(
    code="late-event",
    severity=_NOTE,
    title="补报以前月份的变动",
    message="{where}{cells}的“{name}”早于{month}，以前各月都没有报过，作为补报计入本月：{counted}。",
    remedy="确是以前漏报的不需改动，表上的公式也不用改；以前报过或日期填错的请改正。",
)
EVENT_NOT_COUNTED = FindingKind(
    code="event-not-counted",
    severity=_QUERY,
    title="以前月份的变动未计入",
    message="{where}{cells}的“{name}”早于{month}，本月才报，但{why}，没有计入本月。",
    remedy="日期填错的请改正；是已经报过的，写明情况即可；确是漏报的，请改报那个月的报表，街道重新汇总那个月。",
)
EVENTS_UNJUDGED = FindingKind(
    code="events-unjudged",
    severity=_NOTE,
    title="首次报送，以前月份的变动不计入",
    message="{unit_name}的{sheets}没有以前的记录，其中{count}处日期早于{month}，认不出是不是漏报，都不计入本月。",
    remedy="不需改动；今年以前各月的数由街道填进“基数”。",
)
EVENT_COUNTED_LATER = FindingKind(
    code="event-counted-later",
    severity=_QUERY,
    title="变动已由以后的月份补报",
    message="{where}{cells}的“{name}”计入{month}，但{later}已作为补报计过一次。",
    remedy="请街道重新汇总{later}，那个月就不再计入。",
)
SAME_ROW_ELSEWHERE = FindingKind(
    code="same-row-elsewhere",
    severity=_NOTE,
    title="几个单位登记了同一对象",
    message="《{sheet}》有{count}个对象由几个单位同时登记，街道汇总时各计一次：{found}。",
    remedy="是同一对象的不需改动；不是的，请有关单位把名称写全以便区分。",
)
SAME_PERSON_ELSEWHERE = FindingKind(
    code="same-person-elsewhere",
    severity=_QUERY,
    title="同一人登记在两个名册",
    message="{where}（第{row}行）“{found}”同时登记在{others}的《{sheet}》中，疑似重复计算。",
    remedy="请与{others}核对：是同一人的，由其中一个单位登记；只是同名的，请写明情况。",
    to_unit="第{row}行登记的人同时登记在{others}的《{sheet}》中，疑似重复计算。",
)
ACCEPTED_RETURN = FindingKind(
    code="accepted-return",
    severity=_NOTE,
    title="带问题纳入汇总",
    message="{where}有{count}处强制问题未改正，经办人决定纳入汇总，理由：{reason}。",
    remedy="请在下月报送前督促改正。",
)
ACCEPTANCE_LAPSED = FindingKind(
    code="acceptance-lapsed",
    severity=_NOTE,
    title="原汇入决定不适用于新报的表",
    message="{where}新报的这份仍有{count}处强制问题；以前决定带问题汇入的是另一份表（理由：{reason}），不适用于这一份，已退回。",
    remedy="请改正后重报；仍要带问题汇入的，请再用 --accept 决定一次。",
)
VALUE_AMENDED = FindingKind(
    code="value-amended",
    severity=_NOTE,
    title="经办人更正",
    message="{where}“{name}”原报{old}，经办人{by}{on}更正为{new}（{reason}），汇总按更正后的数。",
    remedy="再报这份表时请按更正后的数填；更正有误的，用 aggregator amend {unit_name} {code} --undo 撤销。",
    to_unit="“{name}”原报{old}，街道按贵单位所说更正为{new}（{reason}），汇总按更正后的数。",
)
AMENDMENT_DISPUTED = FindingKind(
    code="amendment-disputed",
    severity=_QUERY,
    title="更正后社区又报了别的数",
    message="{where}“{name}”原报{old}，经办人{by}{on}更正为{new}（{reason}），"
    "现在这份表报的是{found}，与两个数都不同；目前仍按更正的{new}计入。",
    remedy="请与{unit_name}核实：以新报的为准的，用 aggregator amend {unit_name} {code} --undo 撤销更正；"
    "以更正为准的，请改报这一格。",
    is_explainable=False,
)
AMENDMENT_CONFIRMED = FindingKind(
    code="amendment-confirmed",
    severity=_NOTE,
    title="社区已按更正改报",
    message="{where}“{name}”经办人{by}{on}曾更正为{new}，现在这份表报的就是{new}。",
    remedy="不需再做什么。",
)

KINDS = (
    MISSING_VALUE,
    MISSING_CELL,
    MISSING_TEXTS,
    STOCK_UNCONFIRMED,
    LEDGER_UNANSWERED,
    LEDGER_UNCONFIRMED,
    LEDGER_WITHOUT_ROWS,
    LEDGER_CONTRADICTION,
    LEDGER_ANSWER_MISSING,
    UNREADABLE_VALUE,
    UNREADABLE_CELL,
    NEGATIVE_VALUE,
    TOO_MANY_PLACES,
    OUTSIDE_RANGE,
    TEXT_TOO_LONG,
    TEXT_TOO_SHORT,
    SEVERAL_IN_A_CELL,
    UNKNOWN_CODE,
    DUPLICATE_KEY,
    RULE_BROKEN,
    RULE_UNFILLED,
    STATED_DIFFERS,
    COLUMN_PASTED,
    LAST_CHANGED,
    YEAR_CHANGED,
    RETURN_REPEATED,
    ROWS_REPEATED,
    ROWS_ALIKE,
    ROWS_COPIED,
    NUMBERS_COPIED,
    NUMBERS_ZEROED,
    SUDDEN_CHANGE,
    ROWS_GONE,
    DATES_CHANGED,
    COLUMN_SLIPPED,
    COLUMN_SORTED,
    VALUES_ONE_LINE_OFF,
    LATE_EVENT,
    EVENT_NOT_COUNTED,
    EVENTS_UNJUDGED,
    EVENT_COUNTED_LATER,
    SAME_ROW_ELSEWHERE,
    SAME_PERSON_ELSEWHERE,
    ACCEPTED_RETURN,
    ACCEPTANCE_LAPSED,
    VALUE_AMENDED,
    AMENDMENT_DISPUTED,
    AMENDMENT_CONFIRMED,
)
