"""The plain outputs of a run: findings, facts, totals and lineage as CSV, and the manifest `run.json`."""

from __future__ import annotations

import codecs
import hashlib
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregator.model.catalog import Catalog
from aggregator.model.consolidation import Aggregate, Consolidation, FileVerdict, Total
from aggregator.model.decision import Amendment
from aggregator.model.evaluate import plain_text
from aggregator.model.finding import Finding, Severity
from aggregator.model.masking import masked_name, names_persons
from aggregator.model.value import DataValue, Submission
from aggregator.publish.lineage import LineageEntry, Trace, period_text, rows_of
from aggregator.publish.number import plain
from aggregator.publish.readable_text import readable

Cell = Decimal | str | None

FINDING_COLUMNS = (
    "kind", "severity", "unit", "period", "codes", "file", "sheet", "cell", "value", "message", "remedy", "group",
    "effect",
)  # fmt: skip
FACT_COLUMNS = ("period", "unit", "code", "state", "value", "file", "sheet", "cell", "repair")
TOTAL_COLUMNS = (
    "period", "code", "name", "unit_of_measure", "state", "value", "reported", "expected", "missing_units", "previous",
    "year_to_date", "same_period_last_year",
)  # fmt: skip
# What a spreadsheet may take for a formula when it opens the file, full-width signs included.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
# Within a field, what would end it or its line; such a field stands in quotes (RFC 4180).
_FIELD_SIGNS = frozenset(',"\r\n')
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublishTable:
    """One table as it is written: a cell is an exact number, a text, or nothing; the rows are read once."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def findings_table(findings: Iterable[Finding]) -> PublishTable:
    """The findings in their order, a row each."""
    return PublishTable("findings", FINDING_COLUMNS, tuple(_finding_row(finding) for finding in findings))


def _finding_row(finding: Finding) -> tuple[Cell, ...]:
    codes = dict.fromkeys(filter(None, (finding.rule, *finding.elements)))
    return (
        finding.kind.code,
        finding.severity.value,
        finding.unit,
        str(finding.period) if finding.period else "",
        " ".join(codes),
        finding.place.file,
        finding.place.sheet,
        finding.place.cell,
        finding.value,
        finding.message,
        finding.remedy,
        finding.group,
        finding.effect,
    )


def facts_table(submissions: Iterable[Submission], *, catalog: Catalog) -> PublishTable:
    """Every value of the returns with its state and cell, unit by unit in the order of their codes."""
    by_unit = sorted(submissions, key=lambda submission: (submission.period, submission.unit))
    masked = _masked_codes(catalog)
    rows = (_fact_row(value, masked) for submission in by_unit for value in submission.values.values())
    return PublishTable("facts", FACT_COLUMNS, tuple(rows))


def _fact_row(value: DataValue, masked: frozenset[str]) -> tuple[Cell, ...]:
    at = value.place
    shown = _cell(value.value, is_masked=value.element in masked) if value.state.counts else None
    source = (at.file, at.sheet, at.cell, value.repair)
    return (period_text(value.period), value.unit, value.element, value.state.value, shown, *source)


def totals_table(consolidation: Consolidation) -> PublishTable:
    """The street's totals with their coverage and comparisons, in the order of the catalog."""
    masked = _masked_codes(consolidation.catalog)
    rows = (_total_row(total, consolidation, masked) for total in consolidation.totals.values())
    return PublishTable("totals", TOTAL_COLUMNS, tuple(rows))


def _total_row(total: Total, consolidation: Consolidation, masked: frozenset[str]) -> tuple[Cell, ...]:
    element = consolidation.catalog.elements[total.element]
    now, is_masked = total.this_month, total.element in masked
    bases = (now, total.previous, total.year_to_date, total.same_month_last_year)
    value, previous, year_to_date, last_year = (_aggregate_cell(base, is_masked=is_masked) for base in bases)
    return (
        str(consolidation.period),
        element.code,
        element.name,
        element.unit,
        now.state.value,
        value,
        Decimal(len(now.reported)),
        Decimal(len(now.expected)),
        " ".join(now.missing),
        previous,
        year_to_date,
        last_year,
    )


def _aggregate_cell(aggregate: Aggregate, *, is_masked: bool) -> Cell:
    return _cell(aggregate.value, is_masked=is_masked) if aggregate.state.counts else None


def lineage_table(lineage: Iterable[Trace]) -> PublishTable:
    """Where each printed figure comes from, a row a source cell."""
    return PublishTable("lineage", LineageEntry._fields, rows_of(lineage))


def _masked_codes(catalog: Catalog) -> frozenset[str]:
    return frozenset(element.code for element in catalog.elements.values() if names_persons(element, catalog))


def _cell(value: Decimal | str | date | tuple[str, ...] | None, *, is_masked: bool) -> Cell:
    if value is None or isinstance(value, Decimal):
        return value
    if is_masked:
        return "、".join(masked_name(name) for name in (value if isinstance(value, tuple) else (str(value),)))
    return value.isoformat() if isinstance(value, date) else plain_text(value)


def as_csv(table: PublishTable) -> bytes:
    """The table as Excel and WPS open it by a double click: UTF-8 with BOM, CRLF, exact decimals, no live formula."""
    written = _Written().__getitem__
    content = io.BytesIO(codecs.BOM_UTF8)
    content.seek(0, io.SEEK_END)
    content.writelines(b",".join(map(written, row)) + b"\r\n" for row in itertools.chain((table.header,), table.rows))
    return content.getvalue()


class _Written(dict[Cell, bytes]):
    """Cells as they are written; files, sheets and expressions stand in thousands of rows and are made safe once."""

    def __missing__(self, cell: Cell) -> bytes:
        self[cell] = written = _quoted(_written(cell)).encode()
        return written


def _quoted(text: str) -> str:
    """The text as one field of a line, whatever it holds."""
    if _FIELD_SIGNS.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    safe = readable(cell)
    return f"'{safe}" if safe.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(safe) else safe


def manifest(
    consolidation: Consolidation,
    *,
    files: Sequence[FileVerdict],
    findings: Sequence[Finding],
    unverifiable: int,
    first_seen: Mapping[str, str],
    outputs: Mapping[str, bytes],
) -> dict[str, object]:
    """What went into a run and what came out; `first_seen` maps content hashes to dates, `outputs` names to bytes."""
    catalog = consolidation.catalog
    return {
        "period": str(consolidation.period),
        "street": consolidation.street.name,
        "catalog": {"name": catalog.name, "version": catalog.version, "fingerprint": catalog.fingerprint},
        "inputs": [_input(file, first_seen) for file in sorted(files, key=lambda file: file.file.name)],
        "accepted": dict(sorted(consolidation.accepted.items())),
        "amended": [_amendment(amendment) for amendment in consolidation.amendments],
        "counts": _counts(consolidation, files, findings) | {"unverifiable": unverifiable},
        "outputs": [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(outputs.items())
        ],
    }


def _amendment(amendment: Amendment) -> dict[str, object]:
    old, new = (None if said.value is None else plain_text(said.value) for said in (amendment.old, amendment.new))
    return {
        "unit": amendment.unit,
        "code": amendment.element,
        "old_state": amendment.old.state.value,
        "old": old,
        "state": amendment.new.state.value,
        "value": new,
        "reason": amendment.reason,
        "by": amendment.by,
        "on": amendment.on.isoformat(),
    }


def _input(verdict: FileVerdict, first_seen: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": verdict.file.name,
        "size": verdict.file.size,
        "sha256": verdict.file.sha256,
        "unit": verdict.unit,
        "period": str(verdict.period) if verdict.period else "",
        "verdict": verdict.verdict.value,
        "identified_by": verdict.identified_by,
        "reason": verdict.reason,
        "first_seen": first_seen.get(verdict.file.sha256, ""),
    }


def _counts(
    consolidation: Consolidation, files: Sequence[FileVerdict], findings: Sequence[Finding]
) -> dict[str, object]:
    standings = Counter(report.standing.value for report in consolidation.units)
    severities = Counter(finding.severity for finding in findings)
    return {
        "files": len(files),
        "expected": len(consolidation.units),
        "standings": dict(sorted(standings.items())),
        "findings": {severity.value: severities[severity] for severity in Severity},
    }


def as_json(document: Mapping[str, object]) -> bytes:
    """A document as `run.json` holds it: UTF-8, indented, in the order in which it was built."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
