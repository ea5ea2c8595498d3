"""The cards of what can be wrong with an edited report, in the words of whoever edited it."""

from aggregator.model.finding import FindingKind, Severity

_AS_RECORDED = "改回“{expected}”；数据确实变了的，先改报表，再运行 aggregator run 重出报告。"

FIGURE_CHANGED = FindingKind(
    code="report-figure-changed",
    severity=Severity.FATAL,
    title="数字与汇总数据不符",
    message="“{name}”写着“{found}”，汇总数据是“{expected}”。",
    remedy=_AS_RECORDED,
)
CHART_DATA_CHANGED = FindingKind(
    code="report-chart-data-changed",
    severity=Severity.FATAL,
    title="图的数据表与汇总数据不符",
    message="{where}的数据表里写着“{found}”，汇总数据是“{expected}”；以后一编辑这张图，图上的数字就会变。",
    remedy="选中图，点“编辑数据”，改回“{expected}”；或从原报告复制这张图覆盖过来。",
)
COMPARISON_CHANGED = FindingKind(
    code="report-comparison-changed",
    severity=Severity.FATAL,
    title="比较用语与数据相反",
    message="“{name}”写着“{found}”，按数据应为“{expected}”。",
    remedy=_AS_RECORDED,
)
FIGURE_RESTATED = FindingKind(
    code="report-figure-restated",
    severity=Severity.QUERY,
    title="报告生成后数据已更新",
    message="报告生成后数据已更新：“{name}”原为“{found}”，现为“{expected}”。",
    remedy="改为“{expected}”，或用最新的报告重新编辑。",
)
FIGURE_DELETED = FindingKind(
    code="report-figure-deleted",
    severity=Severity.QUERY,
    title="数字被删",
    message="原有的“{name}”“{expected}”不见了。",
    remedy="误删的，从原报告复制回来；有意删去的，看看前后文字是否还通顺、合计是否还对得上。",
)
PARAGRAPH_DELETED = FindingKind(
    code="report-paragraph-deleted",
    severity=Severity.QUERY,
    title="带数字的段落被删",
    message="原来的{where}“{beginning}…”不见了，其中有{count}个数字。",
    remedy="误删的，从原报告复制回来；有意删去的，可不处理。",
)
FIGURE_UNTAGGED = FindingKind(
    code="report-figure-untagged",
    severity=Severity.QUERY,
    title="数字失去标记",
    message="“{name}”“{expected}”的文字还在，标记没有了，以后改动无法核对。",
    remedy="从原报告复制这个数字（连同灰框）覆盖过来。",
)
FIGURE_REPEATED = FindingKind(
    code="report-figure-repeated",
    severity=Severity.QUERY,
    title="数字多出一处",
    message="“{name}”“{found}”比原报告多出一处。",
    remedy="确认是有意引用；多余的删去。",
)
PARAGRAPH_REPEATED = FindingKind(
    code="report-paragraph-repeated",
    severity=Severity.QUERY,
    title="段落重复",
    message="这一段与{where}重复：“{beginning}…”。",
    remedy="删去重复的一段。",
)
FIGURE_MOVED = FindingKind(
    code="report-figure-moved",
    severity=Severity.QUERY,
    title="数字不在原来的位置",
    message="“{name}”“{found}”原来在{where}“{before}”之后，现在挪了位置。",
    remedy="核对它前后的文字说的还是不是“{name}”；不是的，移回原处。",
)
LABEL_CHANGED = FindingKind(
    code="report-label-changed",
    severity=Severity.NOTE,
    title="数字前面的文字改过",
    message="“{name}”“{found}”前面的文字由“{before}”改成了“{after}”。",
    remedy="核对改后的说法与“{name}”是否一致；一致的，可不处理。",
)
FIGURE_FOREIGN = FindingKind(
    code="report-figure-foreign",
    severity=Severity.QUERY,
    title="别处复制来的数字",
    message="“{name}”“{found}”带着标记，但原报告没有这个数字，可能是从别的月份、别的报告复制来的。",
    remedy="核对它的统计期和范围；用得不对的，删去或换成本期的数字。",
)
NUMERAL_CHANGED = FindingKind(
    code="report-numeral-changed",
    severity=Severity.FATAL,
    title="文中数字被改",
    message="原报告是“{expected}”，现在写着“{found}”。",
    remedy="改回“{expected}”；确需修改的，先改社区报表或街道设置，再运行 aggregator run 重出报告。",
)
NUMERAL_NEW = FindingKind(
    code="report-numeral-new",
    severity=Severity.QUERY,
    title="新写的数字没有来源",
    message="“{found}”不是汇总出来的数字，原报告没有。",
    remedy="用 aggregator explain 查到对应指标核实；查不到来源的，删去或注明出处。",
)
COMPARISON_NEW = FindingKind(
    code="report-comparison-new",
    severity=Severity.QUERY,
    title="新写的比较用语没有数据支持",
    message="“{found}”没有数据支持，原报告没有这样说。",
    remedy="核实后再用；不能核实的，换一种说法。",
)
COMPARISON_FALSE = FindingKind(
    code="report-comparison-false",
    severity=Severity.FATAL,
    title="比较用语与数字矛盾",
    message="“{found}”与前后数字矛盾：{why}。",
    remedy="改正数字或比较用语。",
)
PARTS_DIFFER = FindingKind(
    code="report-parts-differ",
    severity=Severity.FATAL,
    title="分项与合计对不上",
    message="改动后“{name}”不再成立：一边是{left}，另一边是{right}。",
    remedy="把改过的数字改回汇总数据；确需修改的，先改报表再重新汇总。",
)
SHARE_DIFFERS = FindingKind(
    code="report-share-differs",
    severity=Severity.FATAL,
    title="占比与数字对不上",
    message="改动后“{name}”写着“{left}”，按文中数字计算是{right}。",
    remedy="把改过的数字改回汇总数据；确需修改的，先改报表再重新汇总。",
)
COVERAGE_DELETED = FindingKind(
    code="report-coverage-deleted",
    severity=Severity.QUERY,
    title="没有报齐的说明被删",
    message="“{expected}”被删，读者会以为数字已经报齐。",
    remedy="把说明加回去，或等社区补报后重新汇总。",
)
MARK_LEFT = FindingKind(
    code="report-mark-left",
    severity=Severity.QUERY,
    title="待核标记未处理",
    message="文中还有“{found}”。",
    remedy="补上内容或删去这句话，再去掉标记。",
)
WORDING = FindingKind(
    code="report-wording",
    severity=Severity.NOTE,
    title="文字错误",
    message="“{found}”：{why}。",
    remedy="改为“{expected}”。",
)
NUMBERING = FindingKind(
    code="report-numbering",
    severity=Severity.NOTE,
    title="序号重复或跳号",
    message="序号“{found}”{why}。",
    remedy="改为“{expected}”，后面的依次顺延。",
)
