"""Tampering with a real report is found, whatever it is; what changes no number and no claim is left alone."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aggregator.catalog import load_catalog
from aggregator.model.finding import Finding
from aggregator.model.report_text import PrintedParagraph, ReportText, with_tags_of
from aggregator.pipeline.reports import verify
from aggregator.publish.report.style import lint_style
from aggregator.verify.compare import compare
from aggregator.verify.read import read_report
from aggregator.workspace import Workspace
from tests.tampering import missed, spoilt_styles

Edit = Callable[[bytes, Callable[[Any], object]], bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def printed(report_bytes: bytes) -> ReportText:
    return read_report(report_bytes, name="报告.docx")


def findings_of(content: bytes, printed: ReportText, *, latest: ReportText | None = None) -> tuple[Finding, ...]:
    found = read_report(content, name="报告.docx")
    return compare(found, printed=printed, latest=latest or printed, catalog=load_catalog())


def set_text(tree: Any, old: str, new: str) -> None:
    """Replace words in the one text node that has them."""
    node = next(node for node in tree.iter(f"{W}t") if old in (node.text or ""))
    node.text = node.text.replace(old, new, 1)


def figure(tree: Any, tag: str) -> Any:
    """The text node of the first figure of a tag."""
    control = next(one for one in tree.iter(f"{W}sdt") if one.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == tag)
    return next(control.iter(f"{W}t"))


def test_an_untouched_report_gives_nothing(report_bytes: bytes, printed: ReportText) -> None:
    assert printed.figures > 100
    assert findings_of(report_bytes, printed) == ()


# A hundred of each: benchmarks/tampering.py.
@pytest.mark.parametrize("style", ["R1", "R2", "R3", "R4", "R4C", "R5"])
def test_twenty_random_tamperings_with_a_report_of_each_style_are_all_found(demonstration: Path, style: str) -> None:
    name = load_catalog().styles[style].partition("名称：")[2].partition("\n")[0]
    folder = demonstration / "output" / "2026-10"
    reports = sorted(folder.glob(f"{name}_各社区_*/*.docx" if style == "R4C" else f"{name}_2026年10月.docx"))
    assert missed(reports[0].read_bytes(), 20) == []


@pytest.mark.parametrize("style", ["R1", "R2", "R3", "R4", "R4C", "R5"])
def test_a_number_or_comparing_word_typed_into_a_style_is_refused(style: str) -> None:
    catalog = load_catalog()
    told = {name: lint_style(style, text, catalog) for name, text in spoilt_styles(catalog.styles[style], 20)}
    assert [name for name, faults in told.items() if not faults] == []


def test_a_changed_digit_of_every_single_figure_is_found(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    def spoil(tree: Any) -> None:
        for control in tree.iter(f"{W}sdt"):
            for node in control.iter(f"{W}t"):
                node.text = re.sub("[0-9]", lambda digit: str((int(digit[0]) + 1) % 10), node.text or "", count=1)

    tagged = [one for part in printed.paragraphs for one in part.figures if one.tag]  # those of charts have none
    numerals = sum(bool(re.search("[0-9]", one.text)) for one in tagged)
    changed = [found for found in findings_of(edit(report_bytes, spoil), printed) if "figure" in found.kind.code]
    assert numerals > 100
    assert len(changed) == numerals


def test_the_finding_says_where_what_stands_there_and_what_should(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    def spoil(tree: Any) -> None:
        figure(tree, "pm_agency@street@2026-10").text = "9999名"

    expected = next(one.text for part in printed.paragraphs for one in part.figures if one.tag.startswith("pm_agency@"))
    found = {one.kind.code: one for one in findings_of(edit(report_bytes, spoil), printed)}
    changed = found["report-figure-changed"]
    assert str(changed.place) == "报告.docx:第3段!第1句"
    assert changed.message == f"“机关事业单位党员数”写着“9999名”，汇总数据是“{expected}”。"
    assert changed.elements == ("pm_agency",)
    # The five kinds of members must add up to all members, and now they do not.
    assert "report-parts-differ" in found


def test_a_changed_part_breaks_its_share(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    def spoil(tree: Any) -> None:
        figure(tree, "pm_female@street@2026-10").text = "100名"

    codes = {one.kind.code for one in findings_of(edit(report_bytes, spoil), printed)}
    assert codes == {"report-figure-changed", "report-share-differs"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("认真学习贯彻党的", "深入学习领会党的"),
        ("。经费使用向一线倾斜", "。经费使用公开透明，向一线倾斜"),
        ("做到问题有清单、整改有时限、结果可核查。", ""),
        ("整合社区服务资源", "不断提高服务水平，整合社区服务资源"),
    ],
)
def test_an_edited_sentence_without_figures_gives_nothing(
    report_bytes: bytes, printed: ReportText, edit: Edit, old: str, new: str
) -> None:
    changed = edit(report_bytes, lambda tree: set_text(tree, old, new))
    assert changed != report_bytes
    assert findings_of(changed, printed) == ()


def test_runs_split_for_a_font_and_new_words_without_claims_give_nothing(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    def retouch(tree: Any) -> None:
        for node in list(tree.iter(f"{W}t")):
            if len(node.text or "") > 1:
                run = node.getparent()
                twin = run.makeelement(f"{W}r")
                twin.append(twin.makeelement(f"{W}t"))
                twin[0].text, node.text = node.text[1:], node.text[:1]
                run.addnext(twin)
        paragraph = next(tree.iter(f"{W}body"))[3]
        added = paragraph.makeelement(f"{W}p")
        added.append(added.makeelement(f"{W}r"))
        added[0].append(added.makeelement(f"{W}t"))
        added[0][0].text = "街道党工委对各社区的支持表示感谢，将继续帮助社区解决实际困难。"
        paragraph.addnext(added)

    assert findings_of(edit(report_bytes, retouch), printed) == ()


def test_a_figure_that_the_recorded_month_has_changed_since_is_told(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    newer = edit(report_bytes, lambda tree: setattr(figure(tree, "resident_pop@street@2026-10"), "text", "99.99万人"))
    latest = read_report(newer, name="报告.docx")
    told = findings_of(report_bytes, printed, latest=latest)
    assert [one.kind.code for one in told] == ["report-figure-restated"]
    assert told[0].message.startswith("报告生成后数据已更新：“常住人口”原为")
    assert told[0].message.endswith("现为“99.99万人”。")
    # Who has brought the figure up to date by hand is left in peace.
    assert findings_of(newer, printed, latest=latest) == ()


def test_coverage_that_is_cut_out_is_told(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    cut = edit(report_bytes, lambda tree: set_text(tree, "（17个社区中15个已报）", ""))
    assert [one.kind.code for one in findings_of(cut, printed)] == ["report-coverage-deleted"]


def test_a_star_that_leaves_the_annex_is_told(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    def remove(tree: Any) -> None:
        star = next(text for text in tree.iter(f"{W}t") if text.text == "*")
        star.text = ""

    (told,) = findings_of(edit(report_bytes, remove), printed)
    assert (told.kind.code, told.place.sheet[:2], told.value) == ("report-coverage-deleted", "表1", "*")


def test_a_note_that_is_deleted_is_told_with_what_it_said(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    def remove(tree: Any) -> None:
        for paragraph in list(tree.iter(f"{W}p")):
            if "".join(text.text or "" for text in paragraph.iter(f"{W}t")).startswith(("数据说明：", "注：带")):
                paragraph.getparent().remove(paragraph)

    told = findings_of(edit(report_bytes, remove), printed)
    assert {one.kind.code for one in told} == {"report-coverage-deleted"}
    assert [one.value for one in told] == ["未报：望澜社区", "退回修改：映月社区", "带*的数字未报齐"]


def test_a_new_sentence_whose_numbers_contradict_its_words_is_told(
    report_bytes: bytes, printed: ReportText, edit: Edit
) -> None:
    new = "经费使用向一线倾斜，党员活动由30场增加到20场，"
    codes = {
        one.kind.code
        for one in findings_of(edit(report_bytes, lambda tree: set_text(tree, "经费使用向一线倾斜，", new)), printed)
    }
    assert codes >= {"report-comparison-false", "report-numeral-new"}


def test_findings_come_in_the_order_of_reading(report_bytes: bytes, printed: ReportText, edit: Edit) -> None:
    def spoil(tree: Any) -> None:
        for control in tree.iter(f"{W}sdt"):
            for node in control.iter(f"{W}t"):
                node.text = "0"

    places = [one.place.sheet for one in findings_of(edit(report_bytes, spoil), printed)]
    numbers = [int(found[1]) for place in places if (found := re.fullmatch("第([0-9]+)段", place))]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 5


@pytest.fixture(scope="module")
def saved_by_libreoffice(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every report of the demonstration's street and that of one community, saved anew by LibreOffice, by name."""
    folder, target = demonstration / "output" / "2026-10", tmp_path_factory.mktemp("saved")
    reports = [*folder.glob("*.docx"), *folder.glob("*各社区*/*梧桐社区*.docx")]
    profile = f"-env:UserInstallation=file://{target / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(target)]
    subprocess.run([*command, *map(str, reports)], check=True, capture_output=True, timeout=300)
    return {path.name: target / path.name for path in reports}


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_round_trip_through_libreoffice_gives_nothing(
    saved_by_libreoffice: dict[str, Path], workspace: Workspace
) -> None:
    assert len(saved_by_libreoffice) == 6
    told = {name: verify(workspace, path).findings for name, path in saved_by_libreoffice.items()}
    assert told == dict.fromkeys(saved_by_libreoffice, ())


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_round_trip_through_libreoffice_keeps_every_figure_and_its_place(
    saved_by_libreoffice: dict[str, Path], demonstration: Path
) -> None:
    for name, path in saved_by_libreoffice.items():
        (original,) = (demonstration / "output" / "2026-10").rglob(name)
        before, after = (read_report(one.read_bytes(), name=name) for one in (original, path))
        assert after.mark == before.mark
        assert [figures_of(part) for part in after.paragraphs] == [figures_of(part) for part in before.paragraphs]
        # LibreOffice 7.4 drops the tags of all controls; the bookmarks tell them.
        assert tags_of(with_tags_of(after, before)) == tags_of(before)
        assert all(tags_of(before))


def tags_of(report: ReportText) -> list[str]:
    return [figure.tag for part in report.paragraphs if not part.where.startswith("图") for figure in part.figures]


def figures_of(paragraph: PrintedParagraph) -> tuple[str, list[tuple[int, str]]]:
    return paragraph.where, [(figure.start, figure.text) for figure in paragraph.figures]


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_changed_digit_is_found_after_a_round_trip(
    saved_by_libreoffice: dict[str, Path], demonstration: Path, edit: Edit
) -> None:
    missed = []
    for seed in range(100):
        dice = random.Random(seed)  # noqa: S311  # a repeatable sample
        name = dice.choice(sorted(saved_by_libreoffice))
        (original,) = (demonstration / "output" / "2026-10").rglob(name)
        printed = read_report(original.read_bytes(), name=name)
        spoilt = edit(saved_by_libreoffice[name].read_bytes(), lambda tree, dice=dice: spoil_a_figure(tree, dice))  # type: ignore[misc]
        if not findings_of(spoilt, printed):
            missed.append((seed, name))
    assert missed == []


def spoil_a_figure(tree: Any, dice: random.Random) -> None:
    """Another digit in a figure, which LibreOffice has cut into runs by script."""
    nodes = [node for one in tree.iter(f"{W}sdt") for node in one.iter(f"{W}t") if re.search("[0-9]", node.text or "")]
    node = dice.choice(nodes)
    node.text = re.sub("[0-9]", lambda digit: str((int(digit[0]) + 1) % 10), node.text, count=1)
