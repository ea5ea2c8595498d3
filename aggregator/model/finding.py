"""Findings: what is wrong or worth knowing, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from aggregator.model.period import Period
from aggregator.model.value import Place

_MOST_NAMED = 5


class Severity(StrEnum):
    """How much a finding weighs: 强制 holds a return, 核实 asks for an explanation, 提示 informs."""

    FATAL = "fatal"
    QUERY = "query"
    NOTE = "note"

    @property
    def label(self) -> str:
        """As a clerk reads it."""
        return {"fatal": "强制", "query": "核实", "note": "提示"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """The card of one kind of finding: code, severity, title, message and remedy in the words of its reader.

    `message` and `remedy` may name facts as `{name}`. `to_unit` is the message for the unit itself, where `message`
    shows what another unit wrote. `is_explainable` says whether the unit's reason can close it. `is_damage` says that
    something else was meant to stand in the cells of which it speaks, `is_mutual` that each of the units concerned has
    such a finding, which names all the others.
    """

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str
    to_unit: str = ""
    is_explainable: bool = True
    is_damage: bool = False
    is_mutual: bool = False

    def at(
        self,
        place: Place,
        *,
        unit: str = "",
        period: Period | None = None,
        elements: tuple[str, ...] = (),
        value: str = "",
        severity: Severity | None = None,
        group: str = "",
        effect: Decimal | None = None,
        rule: str = "",
        area: frozenset[str] | None = None,
        **facts: object,
    ) -> Finding:
        """A finding of this kind at a place; `facts` fill message and remedy."""
        texts = {name: str(fact) for name, fact in facts.items()}
        return Finding(
            kind=self,
            severity=severity or self.severity,
            unit=unit,
            period=period,
            elements=elements,
            place=place,
            value=value,
            message=self.message.format_map(texts),
            remedy=self.remedy.format_map(texts),
            group=group or f"{self.code}:{place.file}:{place.sheet}",
            effect=effect,
            rule=rule,
            facts=texts,
            area=frozenset({place.cell} - {""}) if area is None else area,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; a value, never an exception.

    `group` ties findings of one cause together; `effect` is the size of the change it may make to a street total.
    `area` are the cells of its sheet of which it speaks, by default the one where it stands; `follows` says that it is
    of another one's making, in whose group it is.
    """

    kind: FindingKind
    severity: Severity
    unit: str
    period: Period | None
    elements: tuple[str, ...]
    place: Place
    value: str
    message: str
    remedy: str
    group: str
    effect: Decimal | None = None
    rule: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    area: frozenset[str] = frozenset()
    follows: bool = False

    @property
    def told_to_unit(self) -> str:
        """The message as the unit itself reads it: without its own name, and with nothing that another unit wrote."""
        template = self.kind.to_unit or self.kind.message
        return template.format_map({**self.facts, "where": ""}).lstrip("：")

    @property
    def explanation_key(self) -> str:
        """Under which the unit's words about just this finding stand among its explanations."""
        what, element = self.rule or self.kind.code, self.elements[0] if len(self.elements) == 1 else ""
        return f"{what}@{self.place.sheet}!{self.place.cell}#{element}"


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one cause, the cause before what follows from it; the first stands for all.

    They are of one unit, but where each of several is told the same.
    """

    members: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that is told in full."""
        return self.members[0]

    @property
    def causes(self) -> Iterator[tuple[Finding, ...]]:
        """The like findings one by one, behind the first of them what follows."""
        like = [finding for finding in self.members if not finding.follows] or list(self.members[:1])
        yield (like[0], *(finding for finding in self.members if finding.follows and finding is not like[0]))
        yield from ((finding,) for finding in like[1:])

    @property
    def severity(self) -> Severity:
        """That of its gravest member."""
        return min((member.severity for member in self.members), key=lambda severity: severity.rank)

    @property
    def others(self) -> str:
        """The places of the others in a few words; empty when there are none."""
        if self.first.kind.is_mutual:
            return ""
        home = self.first.place
        places = dict.fromkeys(
            other.place.cell if other.place.sheet == home.sheet else f"《{other.place.sheet}》{other.place.cell}"
            for other in self.members[1:]
        )
        named = "、".join(list(places)[:_MOST_NAMED])
        more = "等" if len(places) > _MOST_NAMED else ""
        what = "同类问题" if len({member.kind for member in self.members}) == 1 else "同一原因引出的问题"
        return f"{what}另有{len(self.members) - 1}处：{named}{more}" if places else ""


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """The findings of one cause together, in the order in which the first of each is given."""
    members: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        unit = "" if finding.kind.is_mutual else finding.unit
        members.setdefault((finding.group, unit), []).append(finding)
    return tuple(FindingGroup(tuple(sorted(found, key=lambda one: one.follows))) for found in members.values())
