"""What we write is valid against the schemas of Office Open XML, as a port of Microsoft's own validator reads them.

`openxml-audit` checks packages, parts and relations against the schema data of the Open XML SDK; Word itself cannot be
had on the machines of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from openxml_audit import OpenXmlValidator

ROOT = Path(__file__).parent.parent


def faults(path: Path) -> list[str]:
    """What the validator finds, with the part that it stands in."""
    return [f"{fault.part_uri}: {fault.description}" for fault in OpenXmlValidator().validate(path).errors]


def files(demonstration: Path) -> Iterator[Path]:
    """The five reports and that of one community, the workbooks, the settings and a form."""
    output = demonstration / "output" / "2026-10"
    yield from sorted((*output.glob("*.docx"), *output.glob("*各社区*/*梧桐社区*.docx"), *output.glob("*.xlsx")))
    yield from (demonstration / "街道设置.xlsx", next(ROOT.glob("input_templates/社区月报表*.xlsx")))


def test_every_file_is_valid(demonstration: Path) -> None:
    told = {path.name: faults(path) for path in files(demonstration)}
    assert len(told) >= 10
    assert {name: found for name, found in told.items() if found} == {}


def test_the_workbook_behind_a_chart_is_valid(demonstration: Path, tmp_path: Path) -> None:
    report = next((demonstration / "output" / "2026-10").glob("城市基层党建工作情况汇报_*.docx"))
    with ZipFile(report) as package:
        books = [name for name in package.namelist() if name.startswith("word/embeddings/")]
        package.extractall(tmp_path, books)
    assert len(books) == 4
    assert [fault for name in books for fault in faults(tmp_path / name)] == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/document.xml", b'<w:jc w:val="center"/>', b'<w:jc w:val="middle"/>'),
        ("word/document.xml", b"<w:sdtContent>", b"<w:sdtPr/><w:sdtContent>"),
        ("word/styles.xml", b'<w:uiPriority w:val="1"/><w:qFormat/>', b'<w:qFormat/><w:uiPriority w:val="1"/>'),
        ("word/charts/chart2.xml", b'<c:grouping val="standard"', b'<c:grouping val="middling"'),
        ("word/_rels/document.xml.rels", b"theme/theme1.xml", b"theme/theme2.xml"),
    ],
)
def test_the_validator_sees_a_fault(demonstration: Path, tmp_path: Path, part: str, old: bytes, new: bytes) -> None:
    report = next((demonstration / "output" / "2026-10").glob("城市基层党建工作情况汇报_*.docx"))
    spoilt = tmp_path / "汇报.docx"
    with ZipFile(report) as source, ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            target.writestr(name, content.replace(old, new, 1) if name == part else content)
    assert faults(spoilt) != []
