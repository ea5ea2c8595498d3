"""The cards of what intake finds: files, identity, changed templates, repairs, and the settings workbook."""

from __future__ import annotations

from aggregator.model.finding import FindingKind, Severity

_FATAL, _QUERY, _NOTE = Severity.FATAL, Severity.QUERY, Severity.NOTE

# ---- files

FILE_UNREADABLE = FindingKind(
    code="file-unreadable",
    severity=_QUERY,
    title="文件无法读取",
    message="“{file}”无法读取：{fault}。",
    remedy="{remedy}。",
)
FILE_IGNORED = FindingKind(
    code="file-ignored",
    severity=_NOTE,
    title="无关文件",
    message="“{file}”是{what}，不是报表，没有读取。",
    remedy="{remedy}。",
)
FILE_FOREIGN = FindingKind(
    code="file-foreign",
    severity=_QUERY,
    title="不是本套表",
    message="“{file}”里没有本系统报表的印记，也没有封面和指标表，没有读取。",
    remedy="如是报表，请报送单位在本月下发的表格中填写后重新报送；不是的请移出收件文件夹。",
)
UNIT_UNKNOWN = FindingKind(
    code="unit-unknown",
    severity=_QUERY,
    title="未识别单位",
    message="“{file}”是哪个单位的报表不能确定（{seen}），没有计入汇总。{nearest}",
    remedy="请核对社区名单：是其他写法的，在“街道设置.xlsx”社区名单的“其他写法”中补上；或请该单位用本月下发的表格重报。",
)
UNIT_NOT_OPEN = FindingKind(
    code="unit-not-open",
    severity=_QUERY,
    title="单位不在本期应报范围",
    message="“{file}”是{name}的报表，按社区名单该单位{month}不需要报送，没有计入汇总。",
    remedy="请核对“街道设置.xlsx”社区名单中的启用年月、撤销年月。",
)
PERIOD_WRONG = FindingKind(
    code="period-wrong",
    severity=_QUERY,
    title="统计月份不符",
    message="“{file}”是{name}{found}的报表{seen}，本次汇总的是{wanted}，没有计入汇总。",
    remedy="请{name}改报{wanted}的报表；文件放错了文件夹的，移到{found}的收件文件夹。",
)
PERIOD_ASSUMED = FindingKind(
    code="period-assumed",
    severity=_QUERY,
    title="未注明统计月份",
    message="{name}的“{file}”没有写明统计月份，按{wanted}收下。",
    remedy="请向{name}核实是不是{wanted}的报表；不是的请退回重报。",
    is_explainable=False,
)
IDENTITY_CONTRADICTION = FindingKind(
    code="identity-contradiction",
    severity=_QUERY,
    title="表内表外单位或月份不一致",
    message="“{file}”的{what}前后不一致：{seen}；按{by}认定为{chosen}。",
    remedy="请核实这份报表是哪个单位、哪个月的；认错了的请改正后重报。",
    is_explainable=False,
)
KIND_WRONG = FindingKind(
    code="form-kind-wrong",
    severity=_QUERY,
    title="用错了报表",
    message="{name}报的“{file}”是{found}用的报表，应使用{wanted}用的报表，没有计入汇总。",
    remedy="请{name}改用本月下发给该单位的报表重新填报。",
)
VERSION_OTHER = FindingKind(
    code="catalog-version-other",
    severity=_QUERY,
    title="使用了其他版本的报表",
    message="{name}报的“{file}”{what}；对得上的项目已读取{lacking}{more}。",
    remedy="{mend}",
    is_explainable=False,
)
VERSION_NEWER = FindingKind(
    code="catalog-version-newer",
    severity=_QUERY,
    title="报表版本比程序新",
    message="{name}报的“{file}”是{found}版报表，比本机程序所用的{wanted}版新，没有读取。",
    remedy="请先把本机的程序升级；不能升级的，请{name}改用本月下发的报表重报。",
)
VERSION_FOREIGN = FindingKind(
    code="catalog-foreign",
    severity=_QUERY,
    title="不是本街道目录的报表",
    message="{name}报的“{file}”是按另一套指标目录做的，{asked}项里只有{known}项与现用目录对得上，没有读取。",
    remedy="请{name}改用本月下发给该单位的报表重报。",
)
FILE_SUPERSEDED = FindingKind(
    code="file-superseded",
    severity=_NOTE,
    title="同一单位报了几份",
    message="{name}本月报了几份：采用“{kept}”（{why}），“{file}”没有计入。{difference}",
    remedy="{ask}不采用的请移出收件文件夹。",
)
FILE_EMPTY = FindingKind(
    code="file-empty",
    severity=_QUERY,
    title="空表",
    message="{name}报的“{file}”{what}，按未报处理。",
    remedy="请{name}用本月下发的表格填好后重新报送。",
)

FORMAT_OTHER = FindingKind(
    code="format-other",
    severity=_NOTE,
    title="不是xlsx格式",
    message="{name}报的“{file}”是{found}格式，已照常读取{gap}。",
    remedy="请{name}以后按下发的xlsx格式保存、报送{check}。",
)
MACROS_PRESENT = FindingKind(
    code="macros-present",
    severity=_NOTE,
    title="文件里有宏",
    message="{name}报的“{file}”里有宏，没有运行，只读取了单元格里的内容。",
    remedy="下发的表没有宏：请向{name}核实宏的来源；打开这份文件时不要点“启用宏”。",
)
TOTALS_DIFFER = FindingKind(
    code="control-totals-differ",
    severity=_QUERY,
    title="控制合计对不上",
    message="{name}报的“{file}”里的内容与存盘时算下的控制合计对不上（{sheets}）："
    "文件可能在传送、转存中损坏，或被不重新计算的程序改过；目前按读出的计入。",
    remedy="请{name}打开原来的文件核对所列各表，按F9重新计算，另存为xlsx后重报；仍对不上的，用本月下发的空白表重填。",
    is_explainable=False,
)
TOTALS_STALE = FindingKind(
    code="control-totals-stale",
    severity=_QUERY,
    title="手动计算，改动后没有重算",
    message="{name}报的“{file}”设成了手动计算，存盘时没有重新计算，表中自动统计的数和控制合计是改动以前的（{sheets}）；"
    "目前按读出的计入。",
    remedy="请{name}打开原来的文件，在“公式”的“计算选项”里选“自动”，按F9重新计算，核对所列各表，保存后重报。",
    is_explainable=False,
)

# ---- what stands in a return

TEMPLATE_CHANGED = FindingKind(
    code="template-changed",
    severity=_QUERY,
    title="模板被改动",
    message="{name}《{sheet}》{cell}应是“{wanted}”，现为“{found}”{more}；位置对不上的{what}没有读取。",
    remedy="请{name}用本月下发的空白表重新填报（不要增删行列、改表头），或恢复原样后重报。",
    is_explainable=False,
    is_damage=True,
)
TEMPLATE_ADAPTED = FindingKind(
    code="template-adapted",
    severity=_NOTE,
    title="模板有改动，已对上读取",
    message="{name}《{sheet}》的行列或表头有改动（{changes}），已按名称、序号和表头找到各项并读取。",
    remedy="请核对这张表读得对不对；以后请不要增删行列、改表头，内容可直接填在下发的表里。",
    is_damage=True,
)
SHEET_MISSING = FindingKind(
    code="sheet-missing",
    severity=_QUERY,
    title="缺少工作表",
    message="{name}报的“{file}”里没有《{sheet}》，这张表的内容没有读取。",
    remedy="请{name}核对是不是改了表名或删了表，用本月下发的表格补报。",
    is_explainable=False,
)
FORMULAS_UNCALCULATED = FindingKind(
    code="formulas-uncalculated",
    severity=_QUERY,
    title="公式没有算出结果",
    message="{name}《{sheet}》有{count}个填报格里是公式，还没有计算出结果，无法读取：{cells}。",
    remedy="请用Excel或WPS打开文件，改填数字，保存后重新报送。",
    is_explainable=False,
    is_damage=True,
)
FORMULAS_TAKEN = FindingKind(
    code="formulas-taken",
    severity=_NOTE,
    title="填报格里是公式",
    message="{name}《{sheet}》有{count}个填报格里是公式，已取其计算结果：{cells}。",
    remedy="请核对这些数；以后请直接填数字。",
)
FORMULAS_LINKED = FindingKind(
    code="formulas-linked",
    severity=_QUERY,
    title="公式取自别的工作簿",
    message="{name}《{sheet}》有{count}个填报格里的公式取自别的工作簿，表中显示的可能是旧数，目前按显示的读取：{cells}。",
    remedy="请打开那个工作簿核对，把数直接填在格里后重报。",
    is_explainable=False,
)
ERROR_CELLS = FindingKind(
    code="error-cells",
    severity=_QUERY,
    title="单元格显示错误值",
    message="{name}《{sheet}》有{count}个填报格显示错误值，无法读取：{cells}。",
    remedy="请在这些格里改填正确的内容后重新报送。",
    is_explainable=False,
    is_damage=True,
)
NAMES_NUMERIC = FindingKind(
    code="names-numeric",
    severity=_QUERY,
    title="名称格里是数",
    message="{name}《{sheet}》有{count}个应填名称的格里只有一个数：{cells}，按所填的读取。",
    remedy="请核对这些格，改填名称；名称确实就是这个数的，写明原因。",
)
CELLS_REPAIRED = FindingKind(
    code="cells-repaired",
    severity=_NOTE,
    title="不规范填写已作识别",
    message="{name}有{count}处填写不规范，已作识别（{sheets}）：{cells}。",
    remedy="请核对识别得对不对；不对的请改正后重报。",
)
DERIVED_REPLACED = FindingKind(
    code="derived-replaced",
    severity=_NOTE,
    title="自动统计格被改写",
    message="{name}《{sheet}》有{count}个自动统计的格被改成了文字：{cells}；汇总以台账和指标计算的数为准。",
    remedy="请恢复原来的公式；有话要说的写到备注栏。",
)
REMARK_CONTRADICTS = FindingKind(
    code="remark-contradicts",
    severity=_QUERY,
    title="备注与所填的数不一致",
    message="{name}《{sheet}》{cell}备注写的是“{found}”，本月数填的是“{filled}”，以所填的数计入。",
    remedy="请核实以哪个为准：填错的改正本月数，改好后删去这条备注。",
)
CELLS_OUTSIDE = FindingKind(
    code="cells-outside",
    severity=_NOTE,
    title="表外有数",
    message="{name}《{sheet}》的填报区以外有{count}处写了内容，没有计入：{cells}。",
    remedy="草稿演算请删除；是要报的数，请填到相应的格里。",
)
CELLS_MERGED = FindingKind(
    code="cells-merged",
    severity=_QUERY,
    title="填报格被合并",
    message="{name}《{sheet}》的填报区里有{count}处合并单元格：{cells}；其中的数只算在第一格，其余各格按空白读取。",
    remedy="请取消合并，每一格各填各的数；没有的按填报说明填写。",
    is_damage=True,
)
SHEETS_RENAMED = FindingKind(
    code="sheets-renamed",
    severity=_NOTE,
    title="表名被改",
    message="{name}报的“{file}”里有表改了名，已按表头认出并读取：{sheets}。",
    remedy="请核对认得对不对；以后请不要改表名。",
)
SHEETS_COPIED = FindingKind(
    code="sheets-copied",
    severity=_QUERY,
    title="疑似有两份同样的表",
    message="{name}报的“{file}”里多出{sheets}，与报表的表名相近，没有读取。",
    remedy="请核对以哪一张为准：要报的内容填到原来的表里，多出的表删除。",
)
SHEETS_EXTRA = FindingKind(
    code="sheets-extra",
    severity=_NOTE,
    title="有报表以外的工作表",
    message="{name}报的“{file}”里多出{sheets}，没有读取。",
    remedy="与报表无关的不用管；里面有要报的内容的，请填到报表相应的格里。",
)
SHEETS_HIDDEN = FindingKind(
    code="sheets-hidden",
    severity=_NOTE,
    title="有隐藏的工作表",
    message="{name}报的“{file}”里{sheets}被隐藏，已照常读取。",
    remedy="请取消隐藏，核对表里的内容该不该报。",
)
DATES_1904 = FindingKind(
    code="dates-counted-otherwise",
    severity=_QUERY,
    title="日期可能整体差四年",
    message="{name}报的“{file}”改用了1904年日期系统，下发的表不是这样；表中日期可能都差了4年零1天，按现在显示的日期读取。",
    remedy="请核对表中的日期；差了的，请用本月下发的表格重新填报。",
)
COLUMNS_HIDDEN = FindingKind(
    code="columns-hidden",
    severity=_NOTE,
    title="有隐藏的列",
    message="{name}《{sheet}》的{cells}列被隐藏，已照常读取。",
    remedy="请取消隐藏，核对这些列填得对不对。",
)
ROWS_HIDDEN = FindingKind(
    code="rows-hidden",
    severity=_NOTE,
    title="有隐藏的行",
    message="{name}《{sheet}》有{count}个隐藏行里有内容，已照常读取：第{cells}行。",
    remedy="请取消隐藏或筛选，核对这些行该不该报；不该报的整行清除。",
)
ROWS_BEYOND = FindingKind(
    code="rows-beyond",
    severity=_NOTE,
    title="登记超出表格范围",
    message="{name}《{sheet}》有{count}行登记在表格预留的行以外，已照常读取：第{cells}行。",
    remedy="请核对这些行；表内“自动统计”的数可能没有包括它们，汇总以登记的行为准。",
    is_damage=True,
)
SUBTOTAL_ROW = FindingKind(
    code="subtotal-row",
    severity=_NOTE,
    title="合计行未计入",
    message="{name}《{sheet}》第{row}行{found}，应是合计行，没有当作一条登记计入。",
    remedy="台账里不需要合计行，请清除；如是一条真实的登记，请改写名称后重报。",
)
ROW_OF_NOTHING = FindingKind(
    code="row-of-nothing",
    severity=_NOTE,
    title="不是登记的行",
    message="{name}《{sheet}》第{row}行{found}，没有当作一条登记计入。",
    remedy="没有可登记的，请在“填报情况”里选，不用在行里写；是一条登记的，请把这一行填完整后重报。",
)
SUBTOTAL_LIKELY = FindingKind(
    code="subtotal-likely",
    severity=_QUERY,
    title="疑似合计行",
    message="{name}《{sheet}》第{row}行{found}，其他各格也填全了，目前当作一条登记计入。",
    remedy="是合计行的请清除这一行；是一条真实的登记的，请改写名称。",
)
LATE_ROW = FindingKind(
    code="late-row",
    severity=_NOTE,
    title="补报以前月份",
    message="{name}《{sheet}》第{row}行的日期{found}早于{month}，作为补报计入本月。",
    remedy="确是以前漏报的{keep}；以前报过的请清除这一行，日期填错的请改正。",
)
ROW_AFTER_PERIOD = FindingKind(
    code="row-after-period",
    severity=_QUERY,
    title="日期晚于本期",
    message="{name}《{sheet}》第{row}行的日期{found}晚于{month}末。",
    remedy="请核对{cell}：日期填错的改正，以后月份的事请移到当月再报。",
)
ROW_SLIPPED = FindingKind(
    code="row-slipped",
    severity=_QUERY,
    title="一行的格疑似错列",
    message="{name}《{sheet}》第{row}行从{first}起像是整体{direction}移了一格{beyond}：各移回一格就都对得上表头；目前按现在的位置读取。",
    remedy="请对照表头核对第{row}行，错了的把{first}起的各格移回自己的列。",
    is_explainable=False,
    is_damage=True,
)
COLUMN_PUSHED = FindingKind(
    code="column-pushed",
    severity=_QUERY,
    title="台账一列疑似整体下移",
    message="{name}《{sheet}》“{column}”一列{cell}空着，最下面的第{row}行却只有{tail}一格有内容，"
    "像是这一列从{cell}起整体下移了一行，各行可能都错开了。",
    remedy="请核对这一列各行是不是还对得上；错了的删去{cell}这一格，让下面的上移。",
    is_explainable=False,
    is_damage=True,
)
ROW_OF_ONE_CELL = FindingKind(
    code="row-of-one-cell",
    severity=_QUERY,
    title="一行只填了一格",
    message="{name}《{sheet}》第{row}行只有{cell}一格有内容，其余必填的格都空着，目前当作一条登记计入。",
    remedy="不是登记的（如签名、说明），请清除这一行；是一条登记的，请把这一行填完整。",
    is_explainable=False,
    is_damage=True,
)
ANSWER_UNREADABLE = FindingKind(
    code="answer-unreadable",
    severity=_QUERY,
    title="填报情况无法识别",
    message="{name}《{sheet}》{cell}“填报情况”填的是“{found}”，不在选项之内，按未选处理。",
    remedy="请在{cell}从下拉框中选择：{wanted}。",
    is_explainable=False,
    is_damage=True,
)

# ---- the settings workbook

SETTINGS_SHEET_MISSING = FindingKind(
    code="settings-sheet-missing",
    severity=_QUERY,
    title="设置缺少工作表",
    message="“{file}”里没有能识别的《{sheet}》（表头应有{headers}），{then}。",
    remedy="请从 aggregator init 生成的设置表中复制这张表，补填后再运行。",
)
SETTINGS_UNIT_SKIPPED = FindingKind(
    code="settings-unit-skipped",
    severity=_FATAL,
    title="社区名单有误",
    message="《{sheet}》{cell}：{fault}，第{row}行没有列入名单。",
    remedy="请在{cell}改正。",
)
SETTINGS_UNIT_ODD = FindingKind(
    code="settings-unit-odd",
    severity=_QUERY,
    title="社区名单待核",
    message="《{sheet}》{cell}：{fault}。",
    remedy="请在{cell}改正。",
)
SETTINGS_UNITS_NONE = FindingKind(
    code="settings-units-none",
    severity=_QUERY,
    title="社区名单是空的",
    message="《{sheet}》里还没有一个单位。",
    remedy="请逐行填写社区的代码、名称、简称，街道本级也占一行。",
)
SETTINGS_OFFICE_NONE = FindingKind(
    code="settings-office-none",
    severity=_QUERY,
    title="社区名单里没有街道本级",
    message="“{file}”《{sheet}》里没有类型是“街道本级”的一行，街道本级自己的内容没有单位报送，汇总和汇报里会缺这些数。",
    remedy="请在《{sheet}》补一行：代码填J00，名称填街道办事处全称，简称和类型填“街道本级”。",
)
SETTINGS_OPEN = FindingKind(
    code="settings-open",
    severity=_NOTE,
    title="设置表正打开着",
    message="“{file}”好像正在Excel或WPS里打开着，读到的是最近一次保存的内容。",
    remedy="改过的请先保存再运行；没有打开的，删去文件夹里“~$”开头的同名文件。",
)
SETTINGS_STYLE_UNKNOWN = FindingKind(
    code="settings-style-unknown",
    severity=_QUERY,
    title="没有这个报告样式",
    message="《{sheet}》{cell}“{name}”里的“{found}”不是现有的样式；改好以前不能写汇报，其他不受影响。",
    remedy="请在{cell}改填{wanted}，几个之间用顿号分开。",
)
SETTINGS_VALUE_BAD = FindingKind(
    code="settings-value-bad",
    severity=_QUERY,
    title="参数有误",
    message="《{sheet}》{cell}“{name}”填的是“{found}”，{fault}；{then}。",
    remedy="请在{cell}改填{wanted}。",
)
SETTINGS_VALUE_MISSING = FindingKind(
    code="settings-value-missing",
    severity=_QUERY,
    title="必填参数未填",
    message="《{sheet}》{cell}“{name}”{why}。",
    remedy="请在{cell}补填：{note}。",
)
SETTINGS_LINE_ODD = FindingKind(
    code="settings-line-odd",
    severity=_NOTE,
    title="设置表有多余的行",
    message="《{sheet}》{cell}“{found}”{fault}，这一行没有采用。",
    remedy="请核对第{row}行，多余的请删除。",
)
SETTINGS_BASELINE_SKIPPED = FindingKind(
    code="settings-baseline-skipped",
    severity=_QUERY,
    title="基数有误",
    message="《{sheet}》{cell}：{fault}，第{row}行的基数没有采用。",
    remedy="请在{cell}改正；用到它的累计数和对比数暂缺。",
)

KINDS = (
    FILE_UNREADABLE,
    FILE_IGNORED,
    FILE_FOREIGN,
    UNIT_UNKNOWN,
    UNIT_NOT_OPEN,
    PERIOD_WRONG,
    PERIOD_ASSUMED,
    IDENTITY_CONTRADICTION,
    KIND_WRONG,
    VERSION_OTHER,
    VERSION_NEWER,
    VERSION_FOREIGN,
    FILE_SUPERSEDED,
    FILE_EMPTY,
    FORMAT_OTHER,
    MACROS_PRESENT,
    TOTALS_DIFFER,
    TOTALS_STALE,
    TEMPLATE_CHANGED,
    TEMPLATE_ADAPTED,
    SHEET_MISSING,
    FORMULAS_UNCALCULATED,
    FORMULAS_TAKEN,
    FORMULAS_LINKED,
    ERROR_CELLS,
    NAMES_NUMERIC,
    CELLS_REPAIRED,
    DERIVED_REPLACED,
    REMARK_CONTRADICTS,
    CELLS_OUTSIDE,
    CELLS_MERGED,
    SHEETS_RENAMED,
    SHEETS_COPIED,
    SHEETS_EXTRA,
    SHEETS_HIDDEN,
    DATES_1904,
    COLUMNS_HIDDEN,
    ROWS_HIDDEN,
    ROWS_BEYOND,
    SUBTOTAL_ROW,
    ROW_OF_NOTHING,
    SUBTOTAL_LIKELY,
    LATE_ROW,
    ROW_AFTER_PERIOD,
    ROW_SLIPPED,
    COLUMN_PUSHED,
    ROW_OF_ONE_CELL,
    ANSWER_UNREADABLE,
    SETTINGS_SHEET_MISSING,
    SETTINGS_UNIT_SKIPPED,
    SETTINGS_UNIT_ODD,
    SETTINGS_UNITS_NONE,
    SETTINGS_OFFICE_NONE,
    SETTINGS_OPEN,
    SETTINGS_STYLE_UNKNOWN,
    SETTINGS_VALUE_BAD,
    SETTINGS_VALUE_MISSING,
    SETTINGS_LINE_ODD,
    SETTINGS_BASELINE_SKIPPED,
)
