"""A report's figures: known by their tags, and by their bookmarks where all tags were lost."""

import re

from aggregator.model.report_text import (
    PrintedFigure,
    PrintedParagraph,
    ReportText,
    bookmark_of,
    stand_in,
    with_tags_of,
)

TOTAL = "pm_total@street@2026-10"
LONGEST = "social_org_membership_share_of_the_street@street@2026-01..2026-10.mom"


def report(*tags: str) -> ReportText:
    """A paragraph of figures with these tags."""
    figures = tuple(PrintedFigure(tag, "9", at) for at, tag in enumerate(tags))
    return ReportText("报告.docx", "", (PrintedParagraph("第1段", "9" * len(tags), figures),))


def tags_of(found: ReportText) -> list[str]:
    return [figure.tag for figure in found.paragraphs[0].figures]


def test_a_bookmark_is_one_that_word_takes_and_tells_the_tag_wherever_it_stands() -> None:
    for tag in (TOTAL, LONGEST):
        assert re.fullmatch("_[A-Za-z0-9_]{1,39}", bookmark_of(tag, 9999))
    assert stand_in(bookmark_of(TOTAL, 1)) == stand_in(bookmark_of(TOTAL, 2)) != stand_in(bookmark_of(LONGEST, 1))
    assert [stand_in(name) for name in ("_Toc212345678", "_f12", "")] == ["", "", ""]


def test_tags_that_were_all_lost_come_back_from_the_bookmarks() -> None:
    lost = stand_in(bookmark_of(TOTAL, 1)), stand_in(bookmark_of("unprinted@street@2026-10", 2)), ""
    assert tags_of(with_tags_of(report(*lost), report(LONGEST, TOTAL))) == [TOTAL, "", ""]


def test_a_tag_that_somebody_took_away_stays_away() -> None:
    found = report(LONGEST, stand_in(bookmark_of(TOTAL, 2)))
    assert tags_of(with_tags_of(found, report(LONGEST, TOTAL))) == [LONGEST, ""]
