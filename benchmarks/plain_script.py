"""The peer: the script a user would write. openpyxl reads each form, pandas adds up, to_excel and python-docx write.

It knows where the shipped form keeps things, checks nothing, recomputes nothing, and records nothing.
Usage: python benchmarks/plain_script.py INBOX OUTPUT
"""

import sys
from pathlib import Path

import openpyxl
import pandas as pd
from docx import Document


def read_form(path: Path) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The numbers of the indicator sheet and the rows of every other sheet."""
    book = openpyxl.load_workbook(path, data_only=True)
    numbers = [
        {"unit": path.stem, "name": row[1], "value": row[4]}
        for row in book["指标表"].iter_rows(min_row=1, values_only=True)
        if len(row) > 4 and isinstance(row[4], int | float)
    ]
    ledgers = {}
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and sheet.title not in {"封面", "指标表", "校验"}:
            rows = [row for row in sheet.iter_rows(values_only=True) if any(cell not in (None, "") for cell in row)]
            ledgers[sheet.title] = pd.DataFrame(rows).assign(unit=path.stem)
    return pd.DataFrame(numbers), ledgers


def main(inbox: Path, output: Path) -> None:
    """Reads, adds up, writes a workbook and a document."""
    output.mkdir(parents=True, exist_ok=True)
    read = [read_form(path) for path in sorted(inbox.rglob("*.xlsx")) if not path.name.startswith("~$")]
    numbers = pd.concat([one for one, _ledgers in read if len(one)])
    totals = numbers.groupby("name", sort=False)["value"].sum()
    matrix = numbers.pivot_table(index="name", columns="unit", values="value", aggfunc="sum", sort=False)
    with pd.ExcelWriter(output / "汇总.xlsx") as writer:
        totals.to_excel(writer, sheet_name="总数")
        matrix.to_excel(writer, sheet_name="矩阵")
        for title in dict.fromkeys(name for _one, ledgers in read for name in ledgers):
            pd.concat([ledgers[title] for _one, ledgers in read if title in ledgers]).to_excel(writer, sheet_name=title)
    document = Document()
    document.add_heading("工作汇报", 0)
    for name, value in totals.items():
        document.add_paragraph(f"{name}：{value}")
    document.save(str(output / "汇报.docx"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
