"""Where a number comes from, in words: from a total to units, files, sheets, cells and ledger rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Batch
from aggregator.model.definition import Element, Ledger
from aggregator.model.evaluate import matching, plain_text
from aggregator.model.event_conditions import events_asked
from aggregator.model.expression import Aggregate as OverRows
from aggregator.model.expression import ColumnRef, elements_of, walk
from aggregator.model.in_words import in_words
from aggregator.model.masking import is_masked, masked_name
from aggregator.model.org_unit import OrgUnit, UnitKind
from aggregator.model.scope import UnitScope
from aggregator.model.value import DataValue, Gap, LedgerRow, Scalar, Submission, ValueState
from aggregator.results import Explanation, Line, figure_text

_MEASURES = {
    "flow": "本期发生数", "stock": "期末存量", "average": "平均数", "ratio": "比率", "distinct": "去重计数",
    "list": "清单", "min": "最小值", "max": "最大值", "text": "文字",
}  # fmt: skip
_ASKED = {"communities": "社区", "office": "街道本级", "both": "社区和街道本级", "street": "由街道总数计算"}
_OVER = {
    "sum": "相加", "last": "取最后一个月", "recompute": "重新计算", "union": "合并去重", "min": "取最小",
    "max": "取最大", "none": "不汇总",
}  # fmt: skip


def explain_total(batch: Batch, element: Element, total: Aggregate) -> Explanation:
    """The street's total: its addends, and who is not in it."""
    short = {unit.code: unit.short_name for unit in batch.street.units}
    return Explanation(
        name=element.name,
        code=element.code,
        period=total.period,
        whose="全街道",
        text=_shown(total.scalar, total.state, element),
        expression=algorithm(element, batch.catalog),
        coverage=_coverage(batch, total),
        note=total.note,
        sources=tuple((_whose(source, element, batch, short), source) for source in _led_back(total.sources, batch)),
    )


def _led_back(sources: Iterable[DataValue], batch: Batch) -> Iterator[DataValue]:
    """The sources, below each computed one the numbers of the same return that it was computed from, each once."""
    known = list(sources)
    told = {(source.unit, source.period, source.element) for source in known}
    for source in known:
        yield source
        for operand in _operands(source, batch):
            key = (operand.unit, operand.period, operand.element)
            if key not in told:
                told.add(key)
                yield operand


def _operands(source: DataValue, batch: Batch) -> Iterator[DataValue]:
    """The numbers that a computed one reads, and what these read."""
    element, sent = batch.catalog.elements.get(source.element), batch.submission(source.unit, source.period)
    if not source.derived or element is None or sent is None:
        return
    for code in elements_of(element.expression):
        value = sent.value(code)
        if value is not None and value.state is not ValueState.NOT_ASKED:
            yield value
            yield from _operands(value, batch)


def _whose(source: DataValue, element: Element, batch: Batch, short: Mapping[str, str]) -> str:
    """Whose number it is, and of an operand also which: 梧桐 女党员数."""
    unit = short.get(source.unit, batch.street.name)
    known = batch.catalog.elements.get(source.element)
    return unit if known is None or known is element else f"{unit} {known.name}"


def _coverage(batch: Batch, total: Aggregate) -> str:
    """How many of the communities asked are in it, the office apart, and who is missing: 社区15/17，街道本级已报."""
    short = {unit.code: unit.short_name for unit in batch.street.units}
    communities = {unit.code for unit in batch.street.units if unit.kind is UnitKind.COMMUNITY}
    asked, absent = (communities.intersection(units) for units in (total.expected, total.missing))
    office = [unit for unit in total.expected if unit not in communities]
    parts = [f"社区{len(asked) - len(absent)}/{len(asked)}"] if asked else []
    parts += [f"街道本级{'未报' if unit in total.missing else '已报'}" for unit in office]
    missing = "、".join(short.get(unit, unit) for unit in total.missing)
    return "，".join([*parts, *([f"缺：{missing}"] if missing else [])])


def explain_value(batch: Batch, element: Element, unit: OrgUnit) -> Explanation:
    """One unit's number: its cell, and for a count the rows that it counts."""
    submission, short = batch.submission(unit.code), {unit.code: unit.short_name}
    value = submission.value(element.code) if submission else None
    state, own = (value.state, (value,)) if value else (ValueState.MISSING, ())
    return Explanation(
        name=element.name,
        code=element.code,
        period=batch.period,
        whose=unit.short_name,
        text=_shown(value.scalar if value else Gap.MISSING, state, element),
        expression=algorithm(element, batch.catalog),
        coverage="",
        note="" if submission else "该单位这个月没有汇总记录",
        sources=tuple((_whose(source, element, batch, short), source) for source in _led_back(own, batch)),
        rows=tuple(_rows(batch, element, submission)) if submission else (),
    )


def algorithm(element: Element, catalog: Catalog) -> str:
    """How it is computed: in a unit where it is not typed, and across the units."""
    across = f"各单位{_OVER[element.over_units.value]}"
    return f"{in_words(element.expression, catalog)}；{across}" if element.expression else across


def _shown(value: Scalar, state: ValueState, element: Element) -> str:
    if isinstance(value, Gap):
        return state.label
    return f"{figure_text(value)}{element.unit}"


def _rows(batch: Batch, element: Element, submission: Submission) -> Iterator[Line]:
    scope = UnitScope(batch.catalog, batch.street, submission)
    for node in walk(element.expression):
        if isinstance(node, OverRows):
            ledger = batch.catalog.ledgers[node.ledger]
            for row in matching(node, scope) or ():
                yield _row_line(ledger, submission, row, node)


def _row_line(ledger: Ledger, submission: Submission, row: LedgerRow, node: OverRows) -> Line:
    column = next((part.column for part in walk(node.value) if isinstance(part, ColumnRef)), "")
    place = submission.ledgers[ledger.code].place(row, column or ledger.columns[0].code)
    shown = "；".join(_cell(ledger, row, key) for key in (ledger.key or (ledger.columns[0].code,)))
    is_late = set(row.late_events) & {*events_asked(node.condition)}
    what = "台账行（补报）" if is_late or (row.late and not row.late_events) else "台账行"
    much = _cell(ledger, row, column) if column else "1"
    return ("", much, what, place.file, place.sheet, place.cell, shown)


def _cell(ledger: Ledger, row: LedgerRow, key: str) -> str:
    text = plain_text(row.cells.get(key, Gap.MISSING))
    return masked_name(text) if is_masked(ledger, ledger.column(key)) else text


def describe_element(catalog: Catalog, element: Element) -> dict[str, str]:
    """One entry of the catalog, a line a property."""
    limits = ["" if limit is None else plain_text(limit) for limit in (element.minimum, element.maximum)]
    rules = [rule.code for rule in catalog.rules if element.code in rule.source_text]
    lines = {
        "代码": element.code,
        "名称": element.name,
        "分类": f"{element.section}（功能块：{catalog.blocks[element.block].name}）",
        "谁填": _ASKED[element.of.value],
        "性质": _MEASURES[element.measure.value],
        "计量单位": element.unit,
        "报告中写作": element.display.unit,
        "来源": in_words(element.expression, catalog) if element.expression else "填报",
        "算式": element.source_text,
        "跨月": _OVER[element.over_months.value],
        "跨单位": _OVER[element.over_units.value],
        "取值范围": " 至 ".join(limits).strip() if any(limits) else "",
        "可填不适用": "是" if element.allows_not_applicable else "否",
        "填报说明": element.instruction,
        "有关规则": "、".join(rules),
        "定义位置": element.origin,
    }
    return {name: text for name, text in lines.items() if text}
