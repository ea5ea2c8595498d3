"""The clerk's amendments upon a return: the values that count, each with its own mark, beside those that were sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from aggregator.model.decision import Amendment, Reported
from aggregator.model.evaluate import plain_text
from aggregator.model.value import AMENDED, DataValue, Submission, ValueState


def amended(submission: Submission, amendments: Iterable[Amendment]) -> Submission:
    """The return as it counts; an amendment of what its form does not ask, or already says, changes nothing."""
    values, as_sent = dict(submission.values), {}
    for amendment in amendments:
        sent = values.get(amendment.element)
        if amendment.unit != submission.unit or sent is None or sent.state is ValueState.NOT_ASKED:
            continue
        as_sent[amendment.element] = sent
        if reported(sent) != amendment.new:
            values[amendment.element] = _amended(sent, amendment)
    return replace(submission, values=values, as_sent=as_sent) if as_sent else submission


def reported(value: DataValue) -> Reported:
    """State and value of what was sent."""
    return Reported(value.state, value.value)


def reported_words(said: Reported) -> str:
    """What was reported, as a clerk reads it."""
    return plain_text(said.value) if said.state.counts and said.value is not None else said.state.label


def _amended(sent: DataValue, amendment: Amendment) -> DataValue:
    """In the place of what was sent, saying from what to what, who, why and when."""
    words = (
        f"{AMENDED}：原报{reported_words(reported(sent))}，改为{reported_words(amendment.new)}"
        f"（{amendment.by}，{amendment.on.isoformat()}，{amendment.reason}）"
    )
    return sent._replace(state=amendment.new.state, value=amendment.new.value, repair=words)
