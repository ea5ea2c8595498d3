"""What follows from what: a clerk who mends the cause has mended what stands in its group.

A finding that says of cells that something else was meant to stand there is a damage. From it follows whatever speaks
of these cells alone, what compares things by names that stand in them, and each rule that is no longer broken once the
damage is thought away. All else is told by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from aggregator.check import finding_kinds as kinds
from aggregator.check.carried import rows_gone, rows_handed_out, rows_written_over
from aggregator.check.mended import element_reads, is_broken, mended, reads
from aggregator.check.returns import UnitReturn
from aggregator.model.address import position
from aggregator.model.definition import Ledger
from aggregator.model.finding import Finding
from aggregator.model.value import Gap, LedgerRow, LedgerSheet

#: What says little where the whole return is last month's.
_OF_ANOTHER_MONTH = (
    kinds.SUDDEN_CHANGE,
    kinds.RULE_BROKEN,
    kinds.OUTSIDE_RANGE,
    kinds.DATES_CHANGED,
    kinds.LATE_EVENT,
    kinds.ROWS_GONE,
)
#: What intake tells of lines, columns and headers that were moved.
_OF_TEMPLATE = frozenset({"template-adapted", "template-changed"})
#: What is wrong wherever it stands.
_OF_ITSELF = (
    kinds.NEGATIVE_VALUE,
    kinds.TOO_MANY_PLACES,
    kinds.TEXT_TOO_LONG,
    kinds.TEXT_TOO_SHORT,
    kinds.SEVERAL_IN_A_CELL,
    kinds.DUPLICATE_KEY,
)
# Of one or two cells it is as good as known what stood there.
_MANY_CELLS = 3
#: What compares the things of a roster, by their names, with those of last month and of others.
_BY_NAME = (kinds.DATES_CHANGED, kinds.LATE_EVENT, kinds.EVENT_NOT_COUNTED, kinds.SAME_PERSON_ELSEWHERE)


def grouped_by_cause(findings: Iterable[Finding], returns: Iterable[UnitReturn]) -> tuple[Finding, ...]:
    """The findings, those that follow from another one in its group; that one has the effects of all."""
    told = list(findings)
    by_unit: dict[str, list[int]] = {}
    for number, finding in enumerate(told):
        by_unit.setdefault(finding.unit, []).append(number)
    for unit in returns:
        numbers = by_unit.get(unit.unit.code, [])
        for number, finding in zip(numbers, _grouped(unit, [told[number] for number in numbers]), strict=True):
            told[number] = finding
    return tuple(told)


def _grouped(unit: UnitReturn, findings: Sequence[Finding]) -> list[Finding]:
    """The findings of one unit."""
    known = {id(one): _Damage(unit, one) for one in findings if one.kind.is_damage}
    causes = [damage.told for damage in sorted(known.values(), key=lambda damage: damage.rank)]
    roots: dict[int, Finding] = {}
    for place, cause in enumerate(causes):
        by = next((one for one in causes[:place] if known[id(one)].explains(cause)), None)
        roots[id(cause)] = roots[id(by)] if by else cause
    for finding in findings:
        if not finding.kind.is_damage:
            by = next((one for one in causes if known[id(one)].explains(finding)), None)
            roots[id(finding)] = roots[id(by)] if by else finding
    following: dict[int, list[Finding]] = {}
    for finding in findings:
        following.setdefault(id(roots[id(finding)]), []).append(finding)
    return [
        _with_effects(finding, following[id(finding)])
        if (root := roots[id(finding)]) is finding
        else replace(finding, group=root.group, follows=True)
        for finding in findings
    ]


def _with_effects(cause: Finding, all_of_it: Sequence[Finding]) -> Finding:
    """A cause that is read before what follows from it."""
    effects = [one.effect for one in all_of_it if one.effect is not None]
    return replace(cause, effect=sum(effects, Decimal(0))) if len(all_of_it) > 1 and effects else cause


@dataclass
class _Damage:
    """A damage of a return, and what it accounts for."""

    unit: UnitReturn
    told: Finding

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """By which the one stands first that accounts for most: the whole return, names, then by how much it spoils."""
        return bool(self.told.place.sheet), not self._nameless, -len(self.told.area)

    def explains(self, finding: Finding) -> bool:
        """Whether a finding follows from it."""
        damage = self.told
        if damage.kind is kinds.RETURN_REPEATED:
            return finding.kind in _OF_ANOTHER_MONTH
        if finding.rule:
            return self._breaks(finding)
        if finding.kind is kinds.STATED_DIFFERS and self._misleads(finding):
            return True
        if finding.place.sheet != damage.place.sheet or finding.place.file != damage.place.file:
            return False
        if finding.kind is kinds.ROWS_GONE:
            return self._hides_rows()
        stands_in = bool(finding.area) and finding.area <= damage.area and finding.kind not in _OF_ITSELF
        return stands_in or (finding.kind in _BY_NAME and self._names_all_of(finding))

    def _misleads(self, finding: Finding) -> bool:
        """Whether a formula of the form shows another number as it reads what was moved or spoiled."""
        (code,) = finding.elements
        stated = self.unit.submission.stated.get(code)
        if stated is None or not stated.repair:  # a number typed over it reads nothing
            return False
        is_moved = self.told.kind.code in _OF_TEMPLATE
        if is_moved and self.told.place.sheet == finding.place.sheet:
            return True
        return not self._things.isdisjoint(element_reads(code, self.unit.catalog))

    # ---- rules

    def _breaks(self, finding: Finding) -> bool:
        """Whether the rule of a finding is no longer broken without the damage."""
        read = reads(finding.rule, self.unit.catalog)
        if self._things.isdisjoint(read):
            return False
        return not self._columns.isdisjoint(read) or not is_broken(finding, self._without)

    @cached_property
    def _columns(self) -> frozenset[tuple[str, str]]:
        """The columns of a ledger of which so many cells are spoiled that no count over them says anything."""
        sheet = self._sheet
        if sheet is None:
            return frozenset()
        spoiled = Counter(cell.rstrip("0123456789") for cell in self.told.area)
        return frozenset((sheet.ledger, code) for code, at in sheet.columns.items() if spoiled[at] >= _MANY_CELLS)

    @cached_property
    def _without(self) -> UnitReturn:
        return mended(self.unit, self.told)

    @cached_property
    def _things(self) -> frozenset[str]:
        """The ledger or the elements that it spoils."""
        damage, sheet = self.told, self._sheet
        if sheet is not None:
            return frozenset({sheet.ledger})
        values = self.unit.submission.values.values()
        return frozenset(
            value.element
            for value in values
            if value.place.cell in damage.area and value.place.sheet == damage.place.sheet
        )

    @cached_property
    def _sheet(self) -> LedgerSheet | None:
        """The ledger that it is about."""
        sheets = self.unit.submission.ledgers.values()
        return next((sheet for sheet in sheets if sheet.answer_place.sheet == self.told.place.sheet), None)

    # ---- what is compared by name

    @cached_property
    def _nameless(self) -> Mapping[int, LedgerRow]:
        """The rows whose name it spoils, by number: for rows that are gone those written over them."""
        sheet = self._sheet
        if sheet is None:
            return {}
        if self.told.kind is kinds.ROWS_GONE:
            return rows_written_over(self.unit, self._ledger, sheet)
        letters = [sheet.columns[code] for code in self._ledger.key if code in sheet.columns]
        return {row.number: row for row in sheet.rows if any(f"{at}{row.number}" in self.told.area for at in letters)}

    @property
    def _ledger(self) -> Ledger:
        return self.unit.catalog.ledgers[self._sheet.ledger if self._sheet else ""]

    def _names_all_of(self, finding: Finding) -> bool:
        """Whether a finding speaks of rows alone whose name is spoiled."""
        rows = {position(cell)[0] for cell in finding.area}
        return bool(rows) and rows <= self._nameless.keys()

    def _hides_rows(self) -> bool:
        """Whether each of last month's rows that are gone is one whose name is spoiled: by what else it says."""
        if self._sheet is None or not self._nameless:
            return False
        handed_out = rows_handed_out(self.unit, self._ledger, self._sheet)
        nameless = list(self._nameless.values())
        for gone in rows_gone(self.unit, self._ledger, self._sheet):
            there = (row for row in nameless if handed_out.get(row.number) is gone or _is_like(gone, row))
            row = next(there, None)
            if row is None:
                return False
            nameless.remove(row)
        return True


def _is_like(gone: LedgerRow, row: LedgerRow) -> bool:
    """Whether a row says, in whatever columns, half of what another one said."""
    said = [str(value) for value in gone.cells.values() if not isinstance(value, Gap)]
    found = {*map(str, row.cells.values()), *row.raw.values()}
    return sum(text in found for text in said) * 2 >= len(said)
