"""The headings of a report are headings to another program: what a navigation pane and a table of contents show."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import docx
import pytest

OUTLINE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}h"
LEVEL = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}outline-level"


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_finds_the_headings_with_their_levels(demonstration: Path, tmp_path: Path) -> None:
    reports = sorted((demonstration / "output" / "2026-10").glob("*.docx"))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, reports)], check=True, capture_output=True, timeout=300)
    assert len(reports) == 5
    for report in reports:
        wanted = [
            (int(paragraph.style.name.removeprefix("Heading ")), paragraph.text)
            for paragraph in docx.Document(str(report)).paragraphs
            if paragraph.style is not None and (paragraph.style.name or "").startswith("Heading ")
        ]
        tree = ET.parse(tmp_path / f"{report.stem}.fodt")  # noqa: S314  # a file that the test made
        found = [(int(heading.get(LEVEL, "0")), "".join(heading.itertext())) for heading in tree.iter(OUTLINE)]
        assert found == wanted
        assert [level for level, _ in found].count(1) >= 2
