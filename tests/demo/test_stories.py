"""Texts: their lengths, their variety, and that their figures are those of the same return."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from aggregator.demo.office_texts import OFFICE_TEXTS
from aggregator.demo.story_texts import CASES, HIGHLIGHTS, PROBLEMS
from aggregator.model.catalog import Catalog
from aggregator.model.period import Period
from aggregator.model.value import Scalar, Submission

Told = Mapping[Period, tuple[Submission, ...]]


def texts(told: Told) -> Iterator[tuple[Submission, Mapping[str, Scalar]]]:
    for submissions in told.values():
        for submission in submissions:
            for row in submission.ledgers["texts"].rows:
                yield submission, row.cells


def test_titles_and_bodies_keep_the_lengths_of_their_kinds(told: Told, catalog: Catalog) -> None:
    kinds = {narrative.name: narrative for narrative in catalog.narratives.values()}
    for _submission, cells in texts(told):
        kind, title, body = kinds[str(cells["kind"])], str(cells["title"]), str(cells["body"])
        assert len(title) <= kind.title_max, title
        assert kind.body_min <= len(body) <= kind.body_max, (title, len(body))


def test_every_community_tells_a_highlight_every_month_and_no_two_the_same(told: Told) -> None:
    for month, submissions in told.items():
        titles = [
            row.cells["title"]
            for submission in submissions
            for row in submission.ledgers["texts"].rows
            if row.cells["kind"] == "亮点工作"
        ]
        assert len(titles) == len(submissions) - 1, month  # all but the office
        assert len(set(titles)) == len(titles), month


def test_the_figures_of_a_story_are_those_of_the_same_return(told: Told) -> None:
    found = 0
    for submission, cells in texts(told):
        volunteered = re.search(
            r"本月开展志愿服务(\d+)场，其中党员志愿服务(\d+)场，服务群众(\d+)人次", str(cells["body"])
        )
        visited = re.search(r"本月走访住户(\d+)户，", str(cells["body"]))
        if volunteered:
            acts = [row.cells for row in submission.ledgers["activities"].rows]
            of_both = [row for row in acts if row["act_type"] in {"志愿服务", "党员志愿服务"}]
            served = sum(cell for row in of_both if isinstance(cell := row["served"], Decimal))
            by_members = sum(row["act_type"] == "党员志愿服务" for row in of_both)
            assert [int(text) for text in volunteered.groups()] == [len(of_both), by_members, served]
            found += 1
        if visited:
            assert Decimal(visited[1]) == submission.values["visit_households"].value
            found += 1
    assert found > 15


def test_no_story_tells_of_nothing(told: Told) -> None:
    for _submission, cells in texts(told):
        assert not re.search(r"(?<![\d.])0[\u4e00-\u9fff]", str(cells["body"])), cells["body"]


def test_problems_have_a_theme_and_are_followed_by_their_plan(told: Told, catalog: Catalog) -> None:
    themes = set()
    for submissions in told.values():
        for submission in submissions:
            rows = [row.cells for row in submission.ledgers["texts"].rows]
            for problem, plan in pairwise(rows):
                if problem["kind"] == "存在问题":
                    assert plan["kind"] == "下步打算"
                    assert plan["due_on"] > submission.period.end  # type: ignore[operator]  # a month is a date
                    themes.add(problem["theme"])
    assert themes == set(catalog.codes["themes"].values)


def test_no_sentence_stands_in_two_templates() -> None:
    bodies = [story.body for story in (*HIGHLIGHTS, *CASES)]
    bodies += [body for problem in PROBLEMS for body in (problem.body, problem.plan_body)]
    bodies += [text.body for text in OFFICE_TEXTS]
    sentences = [sentence for body in bodies for sentence in re.split("[。；]", body) if len(sentence) > 8]
    assert len(sentences) > 200
    assert len(set(sentences)) == len(sentences)
