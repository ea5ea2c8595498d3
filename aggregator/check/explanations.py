"""Explanations: when what a unit wrote beside a number closes a 核实 finding, and when it says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Batch
from aggregator.model.finding import Finding, Severity

# Said by everybody about everything: what is left after these words are taken away is the explanation.
_EMPTY_WORDS = (
    "核实无误", "核对无误", "确认无误", "填报无误", "情况属实", "数据属实", "数据正确", "数据准确", "填写正确",
    "没有问题", "无问题", "没问题", "据实填报", "如实填报", "实际情况", "以实际为准", "无异常", "经核实", "经核对",
    "已核实", "已核对", "已确认", "没有错", "没错", "不错", "无误", "属实", "正确", "准确", "正常", "核实", "核对",
    "确认", "同上月", "同上", "如上", "数据", "数字", "数值", "情况", "填报", "填写", "均", "已", "经", "请", "审核",
    "通过", "知悉", "收到", "以上", "本月", "本社区", "我社区", "社区", "无", "是", "否", "对",
)  # fmt: skip
_LONGEST_FIRST = re.compile("|".join(sorted(_EMPTY_WORDS, key=len, reverse=True)))
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_LEAST_CHARACTERS = 4
_LEAST_DIFFERENT = 3


def is_substantial(explanation: str) -> bool:
    """Whether a text explains anything: more is left of it than the stock phrases, and not one sign repeated."""
    left = _SAYS_SOMETHING.findall(_LONGEST_FIRST.sub("", explanation))
    return len(left) >= _LEAST_CHARACTERS and len(set(left)) >= _LEAST_DIFFERENT


def explanation_of(finding: Finding, explanations: Mapping[str, str]) -> str:
    """What the unit wrote about a finding: about just this one, its rule, or its elements; empty when nothing."""
    for code in filter(None, (finding.explanation_key, finding.rule, *finding.elements)):
        text = explanations.get(code, "").strip()
        if is_substantial(text):
            return text
    return ""


def close_explained(findings: Iterable[Finding], batch: Batch) -> Iterator[Finding]:
    """The findings, each 核实 that its unit explained turned into a 提示 that carries the explanation."""
    written = {submission.unit: submission.explanations for submission in batch.submissions}
    for finding in findings:
        is_open = finding.severity is Severity.QUERY and finding.kind.is_explainable
        text = explanation_of(finding, written.get(finding.unit, {})) if is_open else ""
        if text and _is_about_persons(finding, batch.catalog):
            text = "（涉及人员，内容不在此显示）"
        yield _closed(finding, text) if text else finding


def _is_about_persons(finding: Finding, catalog: Catalog) -> bool:
    """Whether a finding stands in a sensitive ledger: what is written about it may name the person."""
    ledgers = (catalog.ledgers.get(code.partition(".")[0]) for code in finding.elements)
    return any(ledger is not None and ledger.sensitive for ledger in ledgers)


def _closed(finding: Finding, text: str) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        message=f"{finding.message.rstrip('。')}。社区说明：{text}",
        remedy="已有说明，不需再改；说明不实的请退回。",
        facts={**finding.facts, "explanation": text},
    )
