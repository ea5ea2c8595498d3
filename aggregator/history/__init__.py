"""The recorded months of a street, in one SQLite file; nothing else opens it."""

from aggregator.history.recorded import RecordedMonth
from aggregator.history.store import History, HistoryError

__all__ = ["History", "HistoryError", "RecordedMonth"]
