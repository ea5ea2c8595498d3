"""Adding an indicator, a ledger column, a rule or a community edits YAML or the settings workbook, and no code."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from aggregator.catalog import load_catalog
from aggregator.demo.simulate import simulate
from aggregator.demo.street import demo_street
from aggregator.form.layout import build_layout
from aggregator.form.settings_workbook import write_settings
from aggregator.form.template import form_file_name, write_form
from aggregator.model.catalog import Catalog
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import Place, Submission, ValueState
from aggregator.pipeline.run import run
from aggregator.pipeline.templates import write_templates
from aggregator.results import RunResult
from aggregator.workspace import Workspace

SHIPPED = Path(__file__).parents[1] / "aggregator" / "catalog" / "definitions"
MONTH = Period.month(2026, 10)
ELEMENTS = """\
elements:
  - code: reading_corners
    name: 书香角数
    section: 学习教育
    block: study
    of: communities
    measure: stock
    type: int
    unit: 个
    over_months: last
    over_units: sum
    min: 0
    max: 50
    instruction: 期末正常开放的书香角
  - code: rainy_day_acts
    name: 雨天改期活动场次
    section: 学习教育
    block: study
    of: communities
    measure: flow
    type: int
    unit: 场
    over_months: sum
    over_units: sum
    expression: 'count(activities, is_moved == "是")'
"""
COLUMN = """\
      - code: is_moved
        name: 是否改期
        type: code
        codes: yes_no
"""
RULE = """\
rules:
  - code: Z01
    name: 书香角不多于网格数
    family: 表内
    of: communities
    check: reading_corners <= grids
    severity: query
    message: 书香角数{reading_corners}个，多于网格数{grids}个
    remedy: 请核对书香角数
"""
SENTENCE = "现有{reading_corners}书香角，今年以来改期活动{rainy_day_acts}。\n"


@dataclass(frozen=True)
class Added:
    """A workspace of three communities and the office, run with the additions."""

    workspace: Workspace
    catalog: Catalog
    street: Street
    result: RunResult

    def output(self, name: str) -> Path:
        """A file of the run."""
        return self.workspace.output(MONTH) / name


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Added:
    """The shipped catalog with an element, indicator, column, rule and sentence more; C99 is a new community."""
    root = tmp_path_factory.mktemp("adding")
    catalog = load_catalog(_definitions(root / "definitions"))
    shipped = demo_street(catalog)
    units = (*shipped.units[:2], OrgUnit("C99", "新桥社区", "新桥"), shipped.unit("S00"))
    street = replace(shipped, units=units, baselines=())
    workspace = Workspace(root, root / "definitions")
    workspace.settings_path.write_bytes(write_settings(street, catalog))
    _collect(workspace, catalog, street)
    return Added(workspace, catalog, street, run(workspace, MONTH))


def _definitions(folder: Path) -> Path:
    shutil.copytree(SHIPPED, folder)
    (folder / "elements" / "99_own.yaml").write_text(ELEMENTS, encoding="utf-8")
    (folder / "rules" / "99_own.yaml").write_text(RULE, encoding="utf-8")
    ledger = next(path for path in (folder / "ledgers").glob("*activities*"))
    text = ledger.read_text(encoding="utf-8")
    before, after = text.split("    rules:\n", maxsplit=1)
    ledger.write_text(f"{before}{COLUMN}    rules:\n{after}", encoding="utf-8")
    style = folder / "styles" / "R2.txt"
    style.write_text(
        style.read_text(encoding="utf-8").replace("\n三、存在问题", f"{SENTENCE}\n三、存在问题", 1), "utf-8"
    )
    return folder


def _collect(workspace: Workspace, catalog: Catalog, street: Street) -> None:
    layouts = {kind: build_layout(catalog, kind, catalog.blocks_on(street)) for kind in UnitKind}
    sent = simulate(street, catalog, seed=1, last=MONTH, months=2, layouts=layouts)[MONTH]
    workspace.inbox(MONTH).mkdir(parents=True)
    for number, submission in enumerate(sent):
        unit = street.unit(submission.unit)
        form = write_form(catalog=catalog, street=street, unit=unit, period=MONTH, filled=_with_own(submission, number))
        (workspace.inbox(MONTH) / form_file_name(unit, MONTH)).write_bytes(form)


def _with_own(submission: Submission, number: int) -> Submission:
    """Communities have 3, 4 and 40 corners (the last too many for its grids) and moved their first activity."""
    if "reading_corners" not in submission.values:
        return submission
    corners = submission.values["reading_corners"]._replace(
        state=ValueState.VALUE,
        value=Decimal((3, 4, 40)[number]),
        place=Place(""),
    )
    sheet = submission.ledgers["activities"]
    first = sheet.rows[0]._replace(cells={**sheet.rows[0].cells, "is_moved": "是"})
    rest = tuple(row._replace(cells={**row.cells, "is_moved": "否"}) for row in sheet.rows[1:])
    ledgers = {**submission.ledgers, "activities": replace(sheet, rows=(first, *rest))}
    return replace(submission, values={**submission.values, "reading_corners": corners}, ledgers=ledgers)


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_new_community_gets_a_form_with_the_new_cells(added: Added) -> None:
    form = next(path for path in write_templates(added.workspace, MONTH).paths if "新桥" in path.name)
    book = openpyxl.load_workbook(form)
    names = [cell.value for row in book["指标表"].iter_rows() for cell in row]
    assert "书香角数" in names
    assert "雨天改期活动场次" in names
    assert "是否改期" in [cell.value for row in book["活动台账"].iter_rows(max_row=10) for cell in row]
    assert any("书香角不多于网格数" in str(cell.value) for row in book["校验"].iter_rows() for cell in row)


def test_what_was_typed_is_read_with_its_cell(added: Added) -> None:
    facts = [row for row in _rows(added.output("facts.csv")) if row["code"] == "reading_corners"]
    assert [(row["unit"], row["value"], row["sheet"]) for row in facts] == [
        ("C01", "3", "指标表"),
        ("C02", "4", "指标表"),
        ("C99", "40", "指标表"),
    ]
    assert all(row["cell"] for row in facts)


def test_the_new_rule_finds_the_one_that_breaks_it(added: Added) -> None:
    broken = [row for row in _rows(added.output("findings.csv")) if "Z01" in row["codes"].split()]
    assert [row["unit"] for row in broken] == ["C99"]
    assert "书香角数40个，多于网格数" in broken[0]["message"]


def test_the_totals_hold_the_new_figures(added: Added) -> None:
    totals = {row["code"]: row for row in _rows(added.output("totals.csv"))}
    assert (totals["reading_corners"]["value"], totals["reading_corners"]["reported"]) == ("47", "3")
    assert totals["rainy_day_acts"]["value"] == "3"


def test_the_workbook_shows_them(added: Added) -> None:
    book = openpyxl.load_workbook(added.output("街道汇总表_2026年10月.xlsx"), data_only=True)
    line = next(
        [cell.value for cell in row]
        for row in book["指标×社区矩阵"].iter_rows()
        if any(cell.value == "书香角数" for cell in row)
    )
    assert {3, 4, 40, 47} <= set(line)
    assert "是否改期" in [cell.value for row in book["活动台账"].iter_rows(max_row=6) for cell in row]


def test_the_report_says_them(added: Added) -> None:
    report = next(path for path in added.result.outputs if path.name.startswith("城市基层党建"))
    text = ZipFile(BytesIO(report.read_bytes())).read("word/document.xml").decode()
    assert 'w:val="reading_corners@street@2026-10"' in text
    assert ">47个<" in text.replace(" ", "")


def test_the_new_community_is_expected_and_counted(added: Added) -> None:
    assert [report.unit.code for report in added.result.consolidation.units] == ["C01", "C02", "C99", "S00"]
    totals = added.result.consolidation.totals
    assert totals["communities_total"].this_month.value == Decimal(3)
