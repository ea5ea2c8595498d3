"""Every blank of the five reports has its place in a style, and on the demonstration street nothing stays empty."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from aggregator.catalog import load_catalog
from aggregator.demo.simulate import simulate
from aggregator.demo.street import demo_street
from aggregator.model.consolidation import Batch, Consolidation
from aggregator.model.org_unit import UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Submission
from aggregator.publish.number import chinese_numeral
from aggregator.publish.report.blocks import Figure, Heading, Paragraph, Span
from aggregator.publish.report.compose import Composed, compose
from aggregator.publish.report.style import Fill, Role, Style, fills_in, parse_style
from aggregator.publish.report.texts import Texts
from aggregator.publish.report.wording import word_setting
from aggregator.rollup.consolidate import roll_up
from aggregator.rollup.indicators import derive
from tests.publish.conftest import entries_of

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog()
OCTOBER = Period.month(2026, 10)
with (ROOT / "docs" / "blanks.csv").open(encoding="utf-8", newline="") as lines:
    BLANKS = tuple(csv.DictReader(lines))
STYLES = {code: parse_style(code, text, CATALOG) for code, text in CATALOG.styles.items()}
UNIT_NAME = "nar_community"
Row = Mapping[str, str]


@pytest.fixture(scope="module")
def month() -> Consolidation:
    """October of the demonstration street, with everybody's return in it, in a year in which committees are elected."""
    street = demo_street(CATALOG)
    done: dict[Period, tuple[Submission, ...]] = {}
    for period, submissions in simulate(street, CATALOG, seed=2026, last=OCTOBER).items():
        done[period] = tuple(
            derive(sent, catalog=CATALOG, street=street, earlier=_own(done, sent.unit)) for sent in submissions
        )
    last = tuple(map(_elected_this_year, done.pop(OCTOBER)))
    return roll_up(Batch(CATALOG, street, OCTOBER, last, done))


def _elected_this_year(sent: Submission) -> Submission:
    """A return whose election, if it tells one, ended in May."""
    ended = sent.values.get("election_end_date")
    if ended is None:
        return sent
    return replace(sent, values={**sent.values, ended.element: ended._replace(value=date(2026, 5, 20))})


def _own(months: Mapping[Period, tuple[Submission, ...]], unit: str) -> dict[Period, Submission]:
    return {period: sent for period, submissions in months.items() for sent in submissions if sent.unit == unit}


@pytest.fixture(scope="module")
def reports(month: Consolidation) -> dict[str, list[Composed]]:
    """The composed reports by style: one of the street, or one of each community."""
    communities = [unit.code for unit in month.street.units if unit.kind is UnitKind.COMMUNITY]
    return {
        code: [
            compose(style, Texts(month), output="", unit=unit) for unit in (communities if style.is_of_unit else [""])
        ]
        for code, style in STYLES.items()
    }


def sections(style: Style) -> Iterator[tuple[str, Fill]]:
    """Each fill with the number of its section, as the map writes it."""
    heading = part = 0
    for line in style.lines:
        if line.role is Role.HEADING:
            heading, part = heading + 1, 0
        part += line.role in (Role.SUBHEADING, Role.RUN_IN)
        inner = f"（{chinese_numeral(part)}）" if part else ""
        name = f"{chinese_numeral(heading)}、{inner}" if heading else "开头"
        yield from ((name, fill) for fill in fills_in((*line.lead, *line.sentences)))
    yield from (("标题", fill) for fill in fills_in(style.title))
    yield from (("署名", fill) for fill in fills_in(style.organ))


def written(fill: Fill) -> str:
    return f"{{{':'.join((fill.code, *fill.how))}}}"


def test_the_map_has_each_of_the_607_blanks_once() -> None:
    assert len({(row["report"], row["part"], row["blank"]) for row in BLANKS}) == len(BLANKS) == 607
    reports = {"000": {"R1"}, "001": {"R2"}, "002": {"R3"}, "003": {"R4", "R4C"}, "004": {"R5"}}
    assert {report: {row["style"] for row in BLANKS if row["report"] == report} for report in reports} == reports


def test_each_place_of_the_map_is_in_its_style() -> None:
    places = {(code, name, written(fill)) for code, style in STYLES.items() for name, fill in sections(style)}
    assert {(row["style"], row["section"], row["fill"]) for row in BLANKS} - places == set()


def test_each_place_holds_what_the_blank_asks_for() -> None:
    other = {row["fill"] for row in BLANKS if not row["fill"].startswith("{" + row["code"])}
    assert other == {written(fill) for fill in STYLES["R1"].fills() if fill.code == "nar_case"} | {
        row["fill"] for row in BLANKS if row["style"] == "R5" and row["code"] == UNIT_NAME
    } | {"{set_period_label}"}  # the year stands in the name of the period: 2026年上半年


def test_no_report_of_the_demonstration_is_a_draft(reports: dict[str, list[Composed]]) -> None:
    assert [problem for composed in reports.values() for one in composed for problem in one.problems] == []


def test_no_blank_stays_empty(month: Consolidation, reports: dict[str, list[Composed]]) -> None:
    filled = {code: set(_filled(composed, month)) for code, composed in reports.items()}
    empty = {(row["style"], row["code"]) for row in BLANKS if row["code"] not in filled[row["style"]]}
    settings = {(style, code) for style, code in empty if code in CATALOG.settings}
    texts = {style: "".join(_text(one) for one in composed) for style, composed in reports.items()}
    unset = {
        (row["style"], row["code"])
        for row in BLANKS
        if row["code"] in CATALOG.settings and not _is_printed(row, texts[row["style"]], month)
    }
    assert (empty - settings, unset) == (set(), set())


def _filled(reports: list[Composed], month: Consolidation) -> Iterator[str]:
    """The elements that stand as figures with a text, and the kinds of texts that are quoted."""
    kinds = {narrative.name: code for code, narrative in CATALOG.narratives.items()}
    rows = {
        (row.unit, month.sheets[row.unit, "texts"].place(row, "body").cell): kinds[str(row.cells["kind"])]
        for row in month.ledgers["texts"]
    }
    for report in reports:
        yield from (span.tag.partition("@")[0] for span in _spans(report) if isinstance(span, Figure) and span.text)
        quoted = [entry for entry in entries_of(report.lineage) if entry.expression.startswith("quote(")]
        yield from (rows[entry.unit, entry.cell] for entry in quoted)
        if any(f"{month.street.unit(entry.unit).name}“" in entry.text for entry in quoted):
            yield UNIT_NAME
        if any(unit.name in report.title for unit in month.street.units):
            yield UNIT_NAME


def _is_printed(row: Row, text: str, month: Consolidation) -> bool:
    setting = CATALOG.settings[row["code"]]
    said = word_setting(setting, tuple(row["fill"].strip("{}").split(":")[1:]), month)
    return bool(said) and str(said) in text


def _text(report: Composed) -> str:
    return "".join((report.title.replace("\n", ""), *(span.text for span in _spans(report)), report.organ))


def _spans(report: Composed) -> Iterator[Span]:
    for block in report.blocks:
        if isinstance(block, Heading | Paragraph):
            yield from block.run_in_heading if isinstance(block, Paragraph) else ()
            yield from block.spans
