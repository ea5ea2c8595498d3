"""What LibreOffice saves of a form, as .xls, .ods and .xlsx, says what the form said."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aggregator.intake.other_formats.read import read_other_format
from tests.workbooks import NUMBER, cells_of, values_of

needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, demonstration: Path) -> dict[str, bytes]:
    """A form of the demonstration as LibreOffice saves it, by format."""
    folder = tmp_path_factory.mktemp("saved")
    form = next((demonstration / "inbox").rglob("梧桐社区_2026年10月.xlsx"))
    shutil.copy(form, folder / "form.xlsx")
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    for kind in ("xls", "ods", "xlsx"):
        command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(folder / "out")]
        subprocess.run([*command, str(folder / "form.xlsx")], check=True, capture_output=True, timeout=300)
    return {kind: (folder / "out" / f"form.{kind}").read_bytes() for kind in ("xls", "ods", "xlsx")}


@pytest.mark.libreoffice
@needs_soffice
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_what_libreoffice_saves_holds_the_cells_of_the_form(
    saved: dict[str, bytes], demonstration: Path, ending: str
) -> None:
    form = next((demonstration / "inbox").rglob("梧桐社区_2026年10月.xlsx"))
    expected, found = cells_of(form.read_bytes()), read_other_format(saved[ending])
    assert [one.name for one in found.sheets] == [one.name for one in expected.sheets]
    for ours, theirs in zip(expected.sheets, found.sheets, strict=True):
        constants = {place: cell for place, cell in ours.cells.items() if not cell.is_formula}
        assert {place for place, cell in theirs.cells.items() if not cell.is_formula} == set(constants), ours.name
        for place, cell in constants.items():
            other = theirs.cells[place]
            if cell.kind is NUMBER:
                # LibreOffice keeps fifteen digits, as Excel shows them.
                assert float(other.text) == pytest.approx(float(cell.text), rel=1e-14), (ours.name, place)
                other = other._replace(text=cell.text)
            assert other == cell, (ours.name, place)
        assert (ours.hidden_rows, set(ours.merged)) == (theirs.hidden_rows, set(theirs.merged))


@pytest.mark.libreoffice
@needs_soffice
@pytest.mark.parametrize("ending", ["xls", "et", "ods", "xlsx"])
def test_what_libreoffice_saves_gives_the_values_of_the_form(inbox: Any, tmp_path: Path, ending: str) -> None:
    form = inbox.form()
    path = inbox.put("梧桐里.xlsx", form)
    expected = values_of(inbox.read())
    path.unlink()
    (tmp_path / "form.xlsx").write_bytes(form)
    kind = "xls" if ending == "et" else ending
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "form.xlsx")], check=True, capture_output=True, timeout=300)
    inbox.put(f"梧桐里.{ending}", (tmp_path / "out" / f"form.{kind}").read_bytes())
    intake = inbox.read()
    assert values_of(intake) == expected
    assert [file.identified_by for file in intake.files] == ["印记"]
