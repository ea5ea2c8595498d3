"""The cards of what is found in the units' texts, in the words of the clerk who reads them."""

from __future__ import annotations

from aggregator.model.finding import FindingKind, Severity

_QUERY, _NOTE = Severity.QUERY, Severity.NOTE

COPIED_FROM_UNIT = FindingKind(
    code="text-copied",
    severity=_QUERY,
    title="与其他社区雷同",
    message="{where}“{title}”与{other_where}“{other_title}”雷同（{how}）。{unit_name}写：“{one}”｜{other_unit}写：“{other}”{figures}{more}",
    remedy="请与{units}核实是谁的做法；照抄的按本社区实际重写，确属共同开展的在正文中写明。",
    to_unit="“{title}”与{units}所报的材料雷同（{how}）。本社区写的是：“{one}”",
    is_mutual=True,
)
COPIED_FROM_LAST_MONTH = FindingKind(
    code="text-repeated",
    severity=_NOTE,
    title="与上月雷同",
    message="{where}“{title}”与本社区{month}所报“{other_title}”雷同（{how}）。本月写：“{one}”｜{month}写：“{other}”{figures}",
    remedy="请改写本月的新情况、新数字；问题仍未解决的，写明本月进展。",
)
PERSONAL_NUMBER = FindingKind(
    code="text-personal-number",
    severity=_QUERY,
    title="正文含个人号码或住址",
    message="{where}“{title}”中有{what}“{shown}”，报告中已自动遮盖。",
    remedy="请在{cell}删去{what}，不写个人号码和门牌号。",
    is_explainable=False,
)
PERSON_NAMED = FindingKind(
    code="text-person-named",
    severity=_NOTE,
    title="正文疑似写了个人姓名",
    message="{where}“{title}”中的“{shown}”疑似个人姓名或称呼。",
    remedy="请核对{cell}；是群众姓名的改为“一位老人”“一名党员”等写法，本人同意公开的先进典型可以保留。",
)
THEME_SUGGESTED = FindingKind(
    code="theme-suggested",
    severity=_NOTE,
    title="可选的问题主题",
    message="{where}“{title}”未选问题主题，按所写内容建议选“{theme}”{second}。",
    remedy="请在{cell}核对后选定；建议只供参考，不会自动填入。",
)

KINDS = (COPIED_FROM_UNIT, COPIED_FROM_LAST_MONTH, PERSONAL_NUMBER, PERSON_NAMED, THEME_SUGGESTED)
