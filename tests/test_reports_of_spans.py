"""The demonstration's reports over a month, a half-year and a year, read as whoever gets them reads them."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from aggregator.model.period import Period
from aggregator.model.report_text import ReportText
from aggregator.pipeline.reports import report
from aggregator.verify.read import open_report
from aggregator.workspace import Workspace

SPANS = ("2026H1", "2026-01..2026-10")
STYLES = ("R1", "R2", "R3", "R4", "R5")
_LONG = 14


@pytest.fixture(scope="module")
def reports(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportText]:
    """Every style over every span, by path; those of the month stand there already."""
    folder = tmp_path_factory.mktemp("spans") / "街道"
    shutil.copytree(demonstration, folder)
    for span in SPANS:
        for style in STYLES:
            report(Workspace(folder), Period.parse(span), style=style)
    return {str(path.relative_to(folder)): open_report(path) for path in (folder / "output").glob("*/*.docx")}


def test_no_sentence_stands_twice_in_a_report(reports: dict[str, ReportText]) -> None:
    assert len(reports) == (1 + len(SPANS)) * len(STYLES)
    for name, printed in reports.items():
        said = Counter(
            sentence
            for paragraph in printed.paragraphs
            if not paragraph.is_cell and not paragraph.text.startswith("注：")
            for sentence in re.split("[。；：]", paragraph.text)
            if len(sentence) >= _LONG
        )
        assert [(name, sentence) for sentence, count in said.items() if count > 1] == []


def test_nothing_tells_of_an_election_before_its_months_or_leaves_a_blank(reports: dict[str, ReportText]) -> None:
    for name, printed in reports.items():
        body = "".join(paragraph.text for paragraph in printed.paragraphs if not paragraph.text.startswith("注："))
        # 目前 and 上届 need no year; the demonstration's last election ended on 20 August 2025.
        assert re.findall("2025年|换届工作|【待核|：的|、、|，，|。。|（）", body) == [], name
