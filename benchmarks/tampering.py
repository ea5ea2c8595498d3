"""Seeded tamperings with the demonstration's reports and with the texts of their styles: how many of them are caught.

Usage: python -m benchmarks.tampering [COUNT], a hundred of each style unless told otherwise.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from aggregator.catalog import load_catalog
from aggregator.demonstration import demonstrate
from aggregator.publish.report.style import lint_style, parse_style
from aggregator.workspace import Workspace
from tests.tampering import missed, spoilt_styles


def report_of(style: str, month: Path) -> Path:
    """The report of a style in the folder of a month; of those of communities the first."""
    catalog = load_catalog()
    bound = parse_style(style, catalog.styles[style], catalog)
    pattern = f"{bound.name}_各社区_*/*.docx" if bound.is_of_unit else f"{bound.name}_*月.docx"
    return min(month.glob(pattern))


def main() -> None:
    """Print a line for each style; a miss of either is named and ends with code 1."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    catalog, has_missed = load_catalog(), False
    with tempfile.TemporaryDirectory() as folder:
        demonstrate(Workspace(Path(folder)))
        for style, text in catalog.styles.items():
            started = time.process_time()
            report = report_of(style, Path(folder) / "output" / "2026-10")
            slipped = missed(report.read_bytes(), count)
            let_in = [name for name, spoilt in spoilt_styles(text, count) if not lint_style(style, spoilt, catalog)]
            seconds = time.process_time() - started
            caught = f"verify {count - len(slipped)} of {count}  gate {count - len(let_in)} of {count}"
            print(f"{style:4} {caught}  ({seconds:.0f} s)  {', '.join([*slipped, *let_in])}", flush=True)
            has_missed = has_missed or bool(slipped or let_in)
    sys.exit(has_missed)


if __name__ == "__main__":
    main()
