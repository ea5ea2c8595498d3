"""What a command answers: values that know their lines for a terminal, their sentence, and their JSON."""

from aggregator.results.answers import Explanation, ReportResult, Verification
from aggregator.results.changes import Amended, AmendmentList, Restated
from aggregator.results.month import CheckedMonth, RunResult, Templates
from aggregator.results.status import StatusResult
from aggregator.results.words import Json, Line, counted, figure_text, finding_json, names

__all__ = [
    "Amended",
    "AmendmentList",
    "CheckedMonth",
    "Explanation",
    "Json",
    "Line",
    "ReportResult",
    "Restated",
    "RunResult",
    "StatusResult",
    "Templates",
    "Verification",
    "counted",
    "figure_text",
    "finding_json",
    "names",
]
