"""What communities wrote, however it was meant, is text in every output; persons of sensitive ledgers are masked."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from aggregator.catalog import load_catalog
from aggregator.demo.retyping import retyped
from aggregator.demo.street import demo_street
from aggregator.form.settings_workbook import write_settings
from aggregator.model.period import Period
from aggregator.pipeline.run import run
from aggregator.workspace import Workspace

MONTH = Period.month(2026, 10)
FORMULAS = ("=1+41", '=HYPERLINK("http://example.invalid","点")', "+41", "-41+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+41")
ODD = (
    "{{ 41 }}{% x %}",
    "<w:p>&amp;]]>",
    "<r>甲 & 乙</r>",
    "控_x0001_制",
    "半_xD800_个",
    "../../跑出去",
    "'=41",
    "[甲.xlsx]表!A1",
)
LONG = "长" * 40_000
#: Sheets, and their columns of free text, into which all of it is typed, a row a text.
FREE_TEXTS = (("活动台账", "C"), ("活动台账", "E"), ("驻区单位名录", "A"), ("问题整改台账", "A"), ("经费台账", "E"))
PATH_NAME = "..\\..\\/外:*?社区"


def _typed(form: bytes) -> bytes:
    texts = {
        (sheet, f"{column}{row}"): text
        for sheet, column in FREE_TEXTS
        for row, text in enumerate((*FORMULAS, *ODD), start=5)
    }
    texts |= {("叙述材料", "B5"): "=1+41", ("叙述材料", "C5"): LONG, ("叙述材料", "C6"): "@SUM(A1)\n" + "好" * 200}
    texts |= {("指标表", "H7"): "=1+41", ("指标表", "E8"): "=1+41", ("封面", "C6"): "=1+41"}
    return retyped(form, texts)


@pytest.fixture(scope="module")
def outputs(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a month in which one community wrote all of it, and another one's name is a path."""
    root = tmp_path_factory.mktemp("around") / "工作"
    workspace = Workspace(root)
    inbox = workspace.inbox(MONTH)
    inbox.mkdir(parents=True)
    for path in (demonstration / "inbox" / "2026-10").glob("*.xlsx"):
        if path.name.startswith(("梧桐", "【朝露")):
            (inbox / path.name).write_bytes(path.read_bytes())
    form = inbox / "梧桐社区_2026年10月.xlsx"
    form.write_bytes(_typed(form.read_bytes()))
    street = demo_street(load_catalog())
    units = tuple(replace(unit, name=PATH_NAME) if unit.code == "C05" else unit for unit in street.units)
    workspace.settings_path.write_bytes(write_settings(replace(street, units=units), load_catalog()))
    before = {path for path in root.parent.rglob("*") if path.is_file()}
    run(workspace, MONTH)
    written = {path for path in root.parent.rglob("*") if path.is_file()} - before
    outside = [path for path in written if not path.is_relative_to(workspace.output(MONTH))]
    assert [path.name for path in outside] == ["history.sqlite"]
    return workspace.output(MONTH)


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of a file, part by part where it is a package."""
    if path.suffix in {".xlsx", ".docx"}:
        with zipfile.ZipFile(path) as package:
            yield from ((name, package.read(name).decode("utf-8", "replace")) for name in package.namelist())
    else:
        yield "", path.read_text(encoding="utf-8-sig")


def _files(folder: Path, *suffixes: str) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in suffixes)


def test_no_text_becomes_a_formula_a_link_or_a_program(outputs: Path) -> None:
    workbooks = _files(outputs, ".xlsx")
    assert workbooks
    for path in workbooks:
        for part, xml in _parts(path):
            formulas = re.findall(r"<f[^>]*>([^<]*)</f>", xml)
            assert [found for found in formulas if re.search(r"\b41\b|cmd|example|SUM\(A1\)", found)] == [], part
            assert 'TargetMode="External"' not in xml, part
            assert "ddeLink" not in xml, part


def test_the_texts_stand_in_the_workbook_as_they_were_written(outputs: Path) -> None:
    book = openpyxl.load_workbook(outputs / "街道汇总表_2026年10月.xlsx")
    shown = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for text in (
        *FORMULAS,
        "{{ 41 }}{% x %}",
        "<w:p>&amp;]]>",
        "<r>甲 & 乙</r>",
        "控□制",
        "../../跑出去",
        "'=41",
        "[甲.xlsx]表!A1",
    ):
        assert text in shown, text
    assert any(text.startswith("半") and "\ud800" not in text for text in shown)


def test_no_cell_of_a_csv_begins_like_a_formula(outputs: Path) -> None:
    tables = _files(outputs, ".csv")
    assert len(tables) == 4
    for path in tables:
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            wrong = [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))]
            assert [cell for cell in wrong if not re.fullmatch(r"-[0-9]+(\.[0-9]+)?", cell)] == [], path.name


def test_word_opens_every_report(outputs: Path) -> None:
    reports = _files(outputs, ".docx")
    assert reports
    for path in reports:
        document = Document(str(path))
        assert not [rel for rel in document.part.rels.values() if rel.is_external], path.name
        assert "{{" not in "".join(paragraph.text for paragraph in document.paragraphs).replace("{{ 41 }}", "")


# ---- persons

ROSTERS = ("发展党员台账", "流动党员台账", "困难党员台账", "后备干部名册")
#: Return slips hold the own rows of the unit that they go back to, and are tested for themselves.
SLIPS = "退回"
INVENTED = "欧阳蕴之"


def _sensitive_names(paths: Iterable[Path]) -> set[str]:
    names = set()
    for path in paths:
        if path.read_bytes().startswith(b"PK"):
            book = openpyxl.load_workbook(path, read_only=True)
            for sheet in (sheet for sheet in book if sheet.title in ROSTERS):
                names |= {row[0] for row in sheet.iter_rows(min_row=5, max_col=1, values_only=True) if row[0]}
    return {str(name).strip() for name in names}


def _leaks(folder: Path, names: set[str]) -> list[str]:
    found = []
    for path in _files(folder, ".xlsx", ".docx", ".csv", ".json"):
        if path.parent.name == SLIPS:
            continue
        for part, text in _parts(path):
            plain = re.sub(r"<[^>]*>", "", text)
            found += [f"{path.name} {part}: {name}" for name in names if name in plain]
    return found


def test_no_person_of_a_sensitive_ledger_stands_in_clear_in_any_output(demonstration: Path) -> None:
    names = _sensitive_names((demonstration / "inbox" / "2026-10").rglob("*.xlsx"))
    assert len(names) > 300
    assert _leaks(demonstration / "output" / "2026-10", names) == []


def test_a_slip_names_no_person_but_those_of_the_unit_it_goes_back_to(demonstration: Path) -> None:
    inbox, output = demonstration / "inbox" / "2026-10", demonstration / "output" / "2026-10"
    everybody = _sensitive_names(inbox.rglob("*.xlsx"))
    slips = _files(output / SLIPS, ".xlsx")
    assert slips
    for slip in slips:
        others = everybody - _sensitive_names(inbox.glob(f"{slip.stem}*.xlsx"))
        assert len(others) < len(everybody)
        said = "".join(re.sub(r"<[^>]*>", "", text) for _part, text in _parts(slip))
        assert [name for name in others if name in said] == []


def test_damage_to_a_sensitive_ledger_names_nobody(demonstration: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    inbox = workspace.inbox(MONTH)
    inbox.mkdir(parents=True)
    workspace.settings_path.write_bytes((demonstration / "街道设置.xlsx").read_bytes())
    source = demonstration / "inbox" / "2026-10" / "梧桐社区_2026年10月.xlsx"
    texts = {
        ("流动党员台账", "A5"): INVENTED, ("流动党员台账", "A6"): INVENTED,  # twice
        ("流动党员台账", "B7"): INVENTED, ("流动党员台账", "C7"): f"{INVENTED}已联系",  # in columns of choices
        ("流动党员台账", "A8"): f"{INVENTED}等人小计",
        ("发展党员台账", "A5"): INVENTED * 6,  # too long
        ("发展党员台账", "B6"): INVENTED, ("发展党员台账", "G7"): f"{INVENTED}的日期",  # in columns of dates
        ("困难党员台账", "A4"): INVENTED,  # rows pasted over the header
    }  # fmt: skip
    (inbox / source.name).write_bytes(retyped(source.read_bytes(), texts))
    result = run(workspace, MONTH)
    kinds = {finding.kind.code for finding in result.findings if finding.place.sheet in ROSTERS}
    assert {"unknown-code", "unreadable-cell", "duplicate-key", "template-changed", "text-too-long"} <= kinds
    assert [finding.message for finding in result.findings if INVENTED in f"{finding.message}{finding.value}"] == []
    assert _leaks(workspace.output(MONTH), {INVENTED}) == []
