"""A small catalog, an invented street, and forms by the form's own writer, changed as people change them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from aggregator.catalog import load_catalog
from aggregator.form.layout import FormLayout, build_layout
from aggregator.form.template import write_form
from aggregator.intake.returns import Intake, read_returns
from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import FileVerdict, Verdict
from aggregator.model.finding import Finding
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period
from aggregator.model.value import (
    Answer,
    DataValue,
    LedgerRow,
    LedgerSheet,
    Place,
    Scalar,
    SourceFile,
    Submission,
    ValueState,
)
from tests.other_workbooks import packed, parts_of
from tests.workbooks import values_of

DEFINITIONS = """\
name: 街道党建月报目录
version: "1.0"
empty_under: 20
blocks:
  - {code: base, name: 基本, default: on}
  - {code: extra, name: 附加, default: off}
codes:
  - {code: yes_no, name: 是否, values: [是, 否]}
  - {code: act_types, name: 活动类型, values: [主题党日, 志愿服务]}
settings:
  - {code: set_street_name, name: 街道名称, type: text, required: true}
ledgers:
  - code: activities
    name: 活动台账
    sheet: 活动台账
    block: base
    of: communities
    kind: flow
    capacity: 20
    columns:
      - {code: held_on, name: 日期, type: date, required: true}
      - {code: act_type, name: 活动类型, type: code, codes: act_types, required: true}
      - {code: title, name: 名称, required: true}
      - {code: participants, name: 参加人次, type: int, min: 0}
      - {code: community, name: 社区, type: code, codes: communities, own_unit: true}
  - code: reserve
    name: 后备名册
    sheet: 后备名册
    block: base
    of: both
    kind: stock
    key: [person]
    sensitive: true
    capacity: 20
    columns:
      - {code: person, name: 姓名, required: true, sensitive: true}
      - {code: is_ready, name: 是否成熟, type: code, codes: yes_no}
      - {code: joined_on, name: 入库日期, type: date}
rules:
  - {code: R1, name: 走访户数不多于党员总数, of: both, check: visits <= members, severity: query}
  - {code: R2, name: 党员总数大于0, of: both, check: members > 0, severity: query}
elements:
  - {code: members, name: 党员总数, section: 党员, block: base, of: both, measure: stock, type: int, unit: 人,
     over_months: last, over_units: sum, min: 0}
  - {code: visits, name: 走访户数, section: 服务, block: base, of: both, measure: flow, type: int, unit: 户,
     over_months: sum, over_units: sum, min: 0}
  - {code: funds, name: 支出经费, section: 服务, block: base, of: both, measure: flow, type: money, unit: 元,
     over_months: sum, over_units: sum, min: 0}
  - {code: area, name: 服务面积, section: 服务, block: base, of: both, measure: stock, type: decimal, unit: 平方米,
     over_months: last, over_units: sum, min: 0, states: [not_applicable]}
  - {code: acts, name: 活动场次, section: 活动, block: base, of: communities, measure: flow, type: int, unit: 场,
     over_months: sum, over_units: sum, expression: count(activities)}
  - {code: parks, name: 游园个数, section: 服务, block: extra, of: both, measure: stock, type: int, unit: 个,
     over_months: last, over_units: sum, min: 0}
"""
OCTOBER = Period.month(2026, 10)
STREET = Street(
    units=(
        OrgUnit("C01", "梧桐里社区", "梧桐里", aliases=("梧桐",)),
        OrgUnit("C02", "北苑（东）社区", "北苑东"),
        OrgUnit("C03", "南湖社区", "南湖", opened=Period.month(2027, 1)),
        OrgUnit("J00", "青禾街道办事处", "街道本级", UnitKind.OFFICE),
    ),
    settings={"set_street_name": "青禾街道"},
)
NOWHERE = Place("")
FIGURES: Mapping[str, Scalar] = {
    "members": Decimal(120),
    "visits": Decimal(30),
    "funds": Decimal("1500.5"),
    "area": Decimal(800),
}
ACTS: tuple[dict[str, Scalar], ...] = (
    {"held_on": date(2026, 10, 3), "act_type": "主题党日", "title": "登高", "participants": Decimal(20)},
    {"held_on": date(2026, 10, 9), "act_type": "志愿服务", "title": "清扫", "participants": Decimal(15)},
)
PERSONS: tuple[dict[str, Scalar], ...] = ({"person": "李某甲", "is_ready": "是", "joined_on": date(2025, 1, 6)},)
Edit = Callable[[Any], None]


@dataclass
class Inbox:
    """A folder of returns of October, and its reading."""

    folder: Path
    catalog: Catalog
    street: Street = STREET

    def layout(self, code: str = "C01") -> FormLayout:
        """The map of a unit's form."""
        return build_layout(self.catalog, self.street.unit(code).kind, self.catalog.blocks_on(self.street))

    def form(
        self,
        code: str = "C01",
        *,
        figures: Mapping[str, Scalar] = FIGURES,
        acts: tuple[dict[str, Scalar], ...] = ACTS,
        answers: Mapping[str, Answer] | None = None,
        period: Period = OCTOBER,
        confirmed: bool = True,
    ) -> bytes:
        """The bytes of a filled form as the form's own writer writes it."""
        unit = self.street.unit(code)
        said = {"activities": Answer.HAS_ROWS, "reserve": Answer.UPDATED} if answers is None else answers
        rows = {"activities": acts, "reserve": PERSONS}
        layout = self.layout(code)
        filled = Submission(
            unit=code,
            period=period,
            source=SourceFile("", 0, ""),
            values={
                name: DataValue(name, code, period, ValueState.VALUE, value, NOWHERE)  # type: ignore[arg-type]
                for name, value in figures.items()
            },
            ledgers={
                name: LedgerSheet(
                    name,
                    ValueState.VALUE,
                    tuple(LedgerRow(name, code, period, 5 + i, cells) for i, cells in enumerate(rows[name])),
                    said.get(name),
                    NOWHERE,
                )
                for name in layout.ledgers
            },
            stock_confirmed=confirmed,
        )
        return write_form(catalog=self.catalog, street=self.street, unit=unit, period=period, filled=filled)

    def put(self, name: str, form: bytes, edit: Edit | None = None) -> Path:
        """Put a form into the folder, changed by openpyxl when something is to be changed."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if edit is not None:
            book = load_workbook(BytesIO(form))
            edit(book)
            changed = BytesIO()
            book.save(changed)
            form = changed.getvalue()
        path.write_bytes(form)
        return path

    def read(self, **more: Any) -> Intake:
        """What the folder holds for October."""
        return read_returns(self.folder, catalog=self.catalog, street=self.street, period=OCTOBER, **more)


def changed_catalog(folder: Path, *changes: tuple[str, str]) -> Catalog:
    """The small catalog with texts replaced, each of which stands there once."""
    text = DEFINITIONS
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return load_catalog(folder)


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The small catalog."""
    folder = tmp_path_factory.mktemp("catalog")
    (folder / "all.yaml").write_text(DEFINITIONS, encoding="utf-8")
    return load_catalog(folder)


@pytest.fixture
def inbox(tmp_path: Path, catalog: Catalog) -> Inbox:
    """An empty folder of returns."""
    folder = tmp_path / "2026-10"
    folder.mkdir()
    return Inbox(folder, catalog)


@pytest.fixture
def told() -> Callable[[Intake, str], list[Finding]]:
    """The findings of one kind."""

    def of_kind(intake: Intake, code: str) -> list[Finding]:
        return [found for found in intake.findings if found.kind.code == code]

    return of_kind


@pytest.fixture(scope="session")
def mangled() -> Callable[[bytes, random.Random], bytes]:
    """A part with something cut out, doubled, put in or changed."""

    def mangle(part: bytes, chance: random.Random) -> bytes:
        first = chance.randrange(len(part))
        last = first + chance.choice([1, 1, 2, 5, 20, 60])
        bits = (b"<", b">", b'"', b"&", b"/", b" ", b"\0", b"\r", b"]]>", b"<!--", b"-->", b"1", b"<c/>", b"\xff", b"")
        change = chance.choice([chance.choice(bits), part[first:last] * 2, part[last : last + 9]])
        return part[:first] + change + part[last if chance.random() < 0.8 else first :]

    return mangle


Beside = Callable[[Mapping[str, bytes]], dict[str, FileVerdict]]


@pytest.fixture
def beside(inbox: Any) -> Beside:
    """Put files beside a good return, read all, and give the verdicts of the files."""
    inbox.put("0 好的.xlsx", inbox.form("J00", acts=()))
    expected = values_of(inbox.read())

    def read(files: Mapping[str, bytes]) -> dict[str, FileVerdict]:
        for name, content in files.items():
            inbox.put(name, content)
        intake = inbox.read()
        assert [value for value in values_of(intake) if value[0] == "J00"] == expected
        assert {finding.place.file for finding in intake.findings} >= {
            file.file.name for file in intake.files if file.verdict is Verdict.UNREADABLE
        }
        return {file.file.name: file for file in intake.files if file.file.name in files}

    return read


def refused(verdicts: Mapping[str, FileVerdict]) -> dict[str, str]:
    """The reasons of files none of which may have been read."""
    assert {file.verdict for file in verdicts.values()} == {Verdict.UNREADABLE}
    return {name: file.reason for name, file in verdicts.items()}


def changed(form: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A form with one part changed; the name may be any within the package that ends so."""
    parts = parts_of(form)
    full = next(each for each in parts if each.endswith(name))
    before, parts[full] = parts[full], change(parts[full])
    assert parts[full] != before
    return packed(parts)
