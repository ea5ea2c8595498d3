"""The cards of what is worth knowing about a report that was written."""

from aggregator.model.finding import FindingKind, Severity

SETTING_LACKING = FindingKind(
    code="report-setting-lacking",
    severity=Severity.NOTE,
    title="报告要用的参数没有填",
    message="《{report}》要用参数“{name}”，还没有填，用到它的句子没有写。",
    remedy="在“街道设置.xlsx”的“参数”表“{name}”一行填“值”（{note}），再出一次报告；用不到的可不处理。",
)
COMPARISON_LEFT_OUT = FindingKind(
    code="report-comparison-left-out",
    severity=Severity.NOTE,
    title="比较没有写进报告",
    message="《{report}》没有写“{name}”：{why}。",
    remedy="未报齐的收齐后再出一次报告；以前的数可以填进“街道设置.xlsx”的“基数”表；用不到的可不处理。",
)
HEADING_UNKNOWN = FindingKind(
    code="report-heading-unknown",
    severity=Severity.QUERY,
    title="要改写的标题找不到",
    message="参数“{name}”里的“{heading}”不是任何一种报告的标题，没有改写{near}。",
    remedy="照报告里的原标题填写，序号和句号不写；不再需要的删去。",
)
QUOTED_NUMBER = FindingKind(
    code="quoted-number-unmatched",
    severity=Severity.NOTE,
    title="引用的文字里有对不上的数字",
    message="报告引用的这段文字写着“{said}”，{name}报的数据里没有这个数。",
    remedy="请{name}核实；写错的改文字，漏报的补数据，另有依据的可不处理。",
)
QUOTED_COMPARISON = FindingKind(
    code="quoted-comparison-unfounded",
    severity=Severity.QUERY,
    title="引用的文字里有没有依据的比较",
    message="报告引用的这段文字写着“{said}”，从{name}报的数据里看不出来。",
    remedy="请{name}核实：有依据的写上前后两个数，没有依据的换一种说法。",
)
