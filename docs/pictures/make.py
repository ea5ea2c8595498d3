"""Makes the pictures of the README from a fresh demonstration; needs LibreOffice, poppler and Chinese fonts."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from aggregator.demonstration import LAST_MONTH, demonstrate
from aggregator.workspace import Workspace

HERE = Path(__file__).parent
_WIDTH = 900


class _Picture(NamedTuple):
    """Which page of which document, how wide it is drawn, and what is cut out of it: left, top, height in pixels."""

    name: str
    document: str
    page: int
    drawn: int
    left: int
    top: int
    height: int


_PICTURES = (
    _Picture("form.png", "inbox/{month}/梧桐社区_{label}.xlsx", 2, 1020, 42, 50, 580),
    _Picture("workbook.png", "output/{month}/街道汇总表_{label}.xlsx", 1, 960, 30, 58, 880),
    _Picture("slip.png", "output/{month}/退回/映月社区.xlsx", 3, 1020, 42, 50, 330),
    _Picture("report.png", "output/{month}/城市基层党建工作情况汇报_{label}.docx", 1, 960, 30, 130, 840),
)


def main() -> None:
    """Make the demonstration in a temporary folder and take a picture of each document."""
    with tempfile.TemporaryDirectory() as folder:
        demonstrate(Workspace(Path(folder)))
        for picture in _PICTURES:
            _take(picture, Path(folder))


def _take(picture: _Picture, folder: Path) -> None:
    document = folder / picture.document.format(month=LAST_MONTH, label=LAST_MONTH.label)
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
    subprocess.run(convert, check=True, capture_output=True)
    crop = ["-x", str(picture.left), "-y", str(picture.top), "-W", str(_WIDTH), "-H", str(picture.height)]
    page = ["-f", str(picture.page), "-singlefile", "-scale-to-x", str(picture.drawn), "-scale-to-y", "-1"]
    target = str((HERE / picture.name).with_suffix(""))
    subprocess.run(["pdftoppm", "-png", *page, *crop, str(folder / f"{document.stem}.pdf"), target], check=True)


if __name__ == "__main__":
    main()
