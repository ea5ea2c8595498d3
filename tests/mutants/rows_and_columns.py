"""Rows, columns and blocks put in, taken out, moved, swapped and sorted, as Excel does it."""

from __future__ import annotations

from random import Random

from tests.mutants.book import (
    Cell,
    Mark,
    Sheet,
    delete_column,
    delete_row,
    insert_column,
    insert_rows,
    order_columns,
    order_rows,
    push_cells,
)
from tests.mutants.damage import (
    LABEL,
    LAST,
    NOTE,
    NUMBER,
    REMARK,
    UNIT,
    VALUE,
    YEAR,
    Form,
    Phase,
    damages,
    is_stock,
    marked,
    required,
)

# ---- the indicator sheet


def rows_put_into_the_figures(form: Form, chance: Random) -> Mark:
    at, count = chance.randint(1, max(form.lines())), chance.randint(1, 3)
    insert_rows(form.figures, at, count)
    return marked(form.figures, at, rows=count + 5)


def a_line_copied_below_itself(form: Form, chance: Random) -> Mark:
    sheet, row = form.figures, chance.choice(form.lines())
    insert_rows(sheet, row + 1)
    sheet.cells |= {(row + 1, column): cell for (at, column), cell in sheet.cells.items() if at == row}
    return marked(sheet, row, rows=4)


def a_line_deleted(form: Form, chance: Random) -> Mark:
    row = chance.choice(form.lines())
    delete_row(form.figures, row)
    return marked(form.figures, row, rows=3)


def a_section_heading_deleted(form: Form, chance: Random) -> Mark:
    row = chance.choice([row for row in form.headings() if row < max(form.lines())])
    delete_row(form.figures, row)
    return marked(form.figures, row, rows=3)


def the_title_of_the_figures_deleted(form: Form, chance: Random) -> Mark:
    delete_row(form.figures, chance.choice([1, 2]))
    return marked(form.figures, 1, rows=9)


def the_confirmation_deleted(form: Form, _chance: Random) -> Mark:
    delete_row(form.figures, 3)
    return marked(form.figures, 1, rows=9)


def the_headers_of_the_figures_deleted(form: Form, _chance: Random) -> Mark:
    delete_row(form.figures, 4)
    return marked(form.figures, 1, rows=9)


def two_lines_swapped(form: Form, chance: Random) -> Mark:
    one, other = sorted(chance.sample(form.lines(), 2))
    order_rows(form.figures, {one: other, other: one})
    return marked(form.figures, one, rows=other - one + 1)


def a_line_moved(form: Form, chance: Random) -> Mark:
    section = form.section(chance, 3)
    row, to = chance.sample(section, 2)
    step = 1 if to > row else -1
    order_rows(form.figures, {row: to, **{between: between - step for between in range(row + step, to + step, step)}})
    return marked(form.figures, min(row, to), rows=abs(row - to) + 1)


def lines_sorted_by_name(form: Form, chance: Random) -> Mark:
    sheet, section = form.figures, form.section(chance, 3)
    by_name = sorted(section, key=lambda row: sheet.text(row, LABEL))
    by_name = by_name if by_name != section else by_name[::-1]
    order_rows(sheet, dict(zip(by_name, section, strict=True)))
    return marked(sheet, section[0], rows=len(section))


def a_column_put_into_the_figures(form: Form, chance: Random) -> Mark:
    at = chance.randint(NUMBER, REMARK)
    insert_column(form.figures, at)
    return marked(form.figures, None, at, columns=3)


def a_column_of_words_deleted(form: Form, chance: Random) -> Mark:
    at = chance.choice([NUMBER, UNIT, LAST, YEAR, NOTE])
    delete_column(form.figures, at)
    return marked(form.figures, None, at, columns=2)


def the_names_or_the_values_deleted(form: Form, chance: Random) -> Mark:
    at = chance.choice([LABEL, VALUE])
    delete_column(form.figures, at)
    return marked(form.figures)


def two_columns_of_the_figures_swapped(form: Form, chance: Random) -> Mark:
    one, other = sorted(chance.sample([UNIT, LAST, VALUE, YEAR], 2))
    order_columns(form.figures, {one: other, other: one})
    return marked(form.figures, None, one, columns=other - one + 1)


def values_pasted_one_line_low(form: Form, chance: Random) -> Mark:
    """Cut and pasted: the first cell is blank, the last number gone."""
    sheet, section = form.figures, form.section(chance, 4)
    cells = [sheet.cells[row, VALUE] for row in section]
    for row, cell in zip(section, [None, *cells], strict=False):
        sheet.put((row, VALUE), cell)
    return marked(sheet, section[0], VALUE, rows=len(section))


def last_months_numbers_pasted_one_line_low(form: Form, chance: Random) -> Mark:
    """Somebody copies last month's column as a start, and pastes it a line too low; nothing is blank."""
    sheet, section = form.figures, form.section(chance, 5)
    printed = [sheet.cells.get((row, LAST)) for row in section]
    for row, cell in zip(section[1:], printed, strict=False):
        if cell is not None:
            sheet.put((row, VALUE), Cell("n", cell.text))
    return marked(sheet, section[0], rows=len(section))


# ---- ledgers


def rows_put_above_a_ledger(form: Form, chance: Random) -> Mark:
    sheet, count = form.ledger(chance), chance.randint(1, 3)
    insert_rows(sheet, chance.randint(1, 4), count)
    return marked(sheet, 1, rows=9)


def blank_rows_between_the_rows(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=2)
    insert_rows(sheet, chance.choice(sheet.filled()[1:]), chance.randint(1, 3))
    return marked(sheet)


def the_title_of_a_ledger_deleted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    delete_row(sheet, chance.choice([1, 2]))
    return marked(sheet, 1, rows=5)


def the_answer_of_a_ledger_deleted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    delete_row(sheet, 3)
    return marked(sheet, 1, rows=5)


def the_headers_of_a_ledger_deleted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    delete_row(sheet, 4)
    sheet.header = 3
    return marked(sheet, 1, rows=5)


def two_rows_swapped(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=2)
    one, other = chance.sample(sheet.filled(), 2)
    order_rows(sheet, {one: other, other: one})
    return marked(sheet)


def a_ledger_sorted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=3)
    rows, column = sheet.filled(), chance.randint(1, sheet.last_column)
    ordered = sorted(rows, key=lambda row: sheet.text(row, column), reverse=chance.random() < 0.5)
    order_rows(sheet, dict(zip(ordered, rows, strict=True)))
    return marked(sheet)


def a_blank_column_put_into_a_ledger(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    at = chance.randint(1, sheet.last_column)
    insert_column(sheet, at)
    return marked(sheet, None, at, columns=2)


def a_column_of_their_own_put_into_a_ledger(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=2)
    at = chance.randint(1, sheet.last_column)
    insert_column(sheet, at)
    sheet.type((sheet.header, at), "经办人备注")
    for row in sheet.filled():
        sheet.type((row, at), chance.choice(["老张办", "已核", "网格员报", "3楼"]))
    return marked(sheet, None, at, columns=2)


def a_column_of_a_ledger_deleted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    at = chance.randint(1, sheet.last_column)
    delete_column(sheet, at)
    return marked(sheet, None, at, columns=2)


def two_columns_of_a_ledger_swapped(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, columns=2)
    one, other = sorted(chance.sample(range(1, sheet.last_column + 1), 2))
    order_columns(sheet, {one: other, other: one})
    return marked(sheet, None, one, columns=other - one + 1)


def the_headers_of_a_ledger_pushed_right(form: Form, chance: Random) -> Mark:
    """A cell put in among the headers alone: each column has its neighbour's header."""
    sheet = form.ledger(chance, rows=1, columns=2)
    at = chance.randint(1, sheet.last_column)
    _push_right(sheet, sheet.header, at)
    return marked(sheet, None, at, columns=2)


def a_row_of_a_roster_deleted(form: Form, chance: Random) -> Mark:
    kept = [sheet for sheet in form.ledgers if is_stock(sheet) and len(sheet.filled()) > 1]
    # Where there is no status by which a row may leave, whoever leaves is deleted.
    sheet = chance.choice([one for one in kept if one.text(one.header, one.last_column).endswith("状态")])
    row = chance.choice(sheet.filled())
    delete_row(sheet, row)
    return Mark(sheet.origin)


def blank_rows_deleted(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    delete_row(sheet, max(sheet.filled()) + chance.randint(1, 5))
    return marked(sheet)


# ---- cells that slip


def a_cell_put_into_a_column(form: Form, chance: Random) -> Mark:
    """Insert, cells down: from there on each row has the cell of the row above."""
    sheet = form.ledger(chance, rows=2)
    row, column = chance.choice(sheet.filled()), chance.choice(required(sheet))
    push_cells(sheet, lambda *at: (at[0] + (at[1] == column and at[0] >= row), at[1]))
    return marked(sheet, row, column, rows=500)


def a_cell_taken_out_of_a_column(form: Form, chance: Random) -> Mark:
    """Delete, cells up."""
    sheet = form.ledger(chance, rows=2)
    row, column = chance.choice(sheet.filled()), chance.choice(required(sheet))
    sheet.put((row, column), None)
    push_cells(sheet, lambda *at: (at[0] - (at[1] == column and at[0] > row), at[1]))
    return marked(sheet, row, column, rows=500)


def a_row_pushed_right(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=1, columns=2)
    row = chance.choice(sheet.filled())
    _push_right(sheet, row, chance.randint(1, sheet.last_column - 1))
    return marked(sheet, row)


def a_row_moved_far_below(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=1)
    row, to = chance.choice(sheet.filled()), 305 + chance.randint(0, 400)
    order_rows(sheet, {row: to})
    return marked(sheet, to)


def one_column_sorted_alone(form: Form, chance: Random) -> Mark:
    """Sorted without the columns beside it, so that at least three rows change.

    The days of a flow ledger are left out: alone in order they look as they should. So are columns of few values.
    """
    found = []
    for sheet in form.ledgers:
        rows = sheet.filled()
        for column in range(1 if is_stock(sheet) else 2, sheet.last_column + 1):
            cells = [sheet.cells.get((row, column)) for row in rows]
            ordered = sorted(cells, key=_order)
            has_many = len({cell.text for cell in cells if cell}) >= 6 and len(rows) >= 7
            if has_many and sum(one != other for one, other in zip(cells, ordered, strict=True)) >= 3:
                found.append((sheet, column, ordered))
    sheet, column, ordered = chance.choice(found)
    for row, cell in zip(sheet.filled(), ordered, strict=True):
        sheet.put((row, column), cell)
    return marked(sheet, None, column)


def _order(cell: Cell | None) -> tuple[int, float, str]:
    """Numbers, then texts, then blanks."""
    if cell is None:
        return 2, 0, ""
    return (0, float(cell.text), "") if cell.kind == "n" else (1, 0, cell.text)


def _push_right(sheet: Sheet, row: int, column: int) -> None:
    push_cells(sheet, lambda *at: (at[0], at[1] + (at[0] == row and at[1] >= column)))


_CHANGED = "template-changed"
_READ_ANYWAY = "template-adapted"
_SLIPPED = (
    "missing-cell unknown-code unreadable-cell rows-gone subtotal-row dates-changed rule-broken duplicate-key"
    " column-slipped cells-outside row-slipped column-pushed"
)

DAMAGES = tuple(
    damages(
        (rows_put_into_the_figures, Phase.FIGURES, True, _READ_ANYWAY),
        (a_line_copied_below_itself, Phase.FIGURES, True, f"{_READ_ANYWAY} {_CHANGED}"),
        (a_line_deleted, Phase.FIGURES, False, _CHANGED),
        (a_section_heading_deleted, Phase.FIGURES, True, _READ_ANYWAY),
        (the_title_of_the_figures_deleted, Phase.FIGURES, True, _READ_ANYWAY),
        (the_confirmation_deleted, Phase.FIGURES, False, f"stock-unconfirmed {_READ_ANYWAY}"),
        (the_headers_of_the_figures_deleted, Phase.FIGURES, False, _CHANGED),
        (two_lines_swapped, Phase.FIGURES, True, _READ_ANYWAY),
        (a_line_moved, Phase.FIGURES, True, _READ_ANYWAY),
        (lines_sorted_by_name, Phase.FIGURES, True, _READ_ANYWAY),
        (a_column_put_into_the_figures, Phase.FIGURES, True, _READ_ANYWAY),
        (a_column_of_words_deleted, Phase.FIGURES, True, _READ_ANYWAY),
        (the_names_or_the_values_deleted, Phase.FIGURES, False, _CHANGED),
        (two_columns_of_the_figures_swapped, Phase.FIGURES, False, _CHANGED),
        (values_pasted_one_line_low, Phase.CELLS, False, "missing-value"),
        (last_months_numbers_pasted_one_line_low, Phase.CELLS, False, "values-one-line-off"),
        (rows_put_above_a_ledger, Phase.LEDGERS, True, _READ_ANYWAY),
        (blank_rows_between_the_rows, Phase.LEDGERS, True, ""),
        (the_title_of_a_ledger_deleted, Phase.LEDGERS, True, _READ_ANYWAY),
        (
            the_answer_of_a_ledger_deleted,
            Phase.LEDGERS,
            False,
            f"{_READ_ANYWAY} ledger-answer-missing ledger-unconfirmed",
        ),
        (the_headers_of_a_ledger_deleted, Phase.LEDGERS, False, _CHANGED),
        (two_rows_swapped, Phase.LEDGERS, True, ""),
        (a_ledger_sorted, Phase.LEDGERS, True, ""),
        (a_blank_column_put_into_a_ledger, Phase.LEDGERS, True, _READ_ANYWAY),
        (a_column_of_their_own_put_into_a_ledger, Phase.LEDGERS, True, _READ_ANYWAY),
        (a_column_of_a_ledger_deleted, Phase.LEDGERS, False, _CHANGED),
        (two_columns_of_a_ledger_swapped, Phase.LEDGERS, False, _CHANGED),
        (the_headers_of_a_ledger_pushed_right, Phase.LEDGERS, False, _CHANGED),
        (a_row_of_a_roster_deleted, Phase.LEDGERS, False, "rows-gone"),
        (blank_rows_deleted, Phase.LEDGERS, True, ""),
        (a_cell_put_into_a_column, Phase.CELLS, False, _SLIPPED),
        (a_cell_taken_out_of_a_column, Phase.CELLS, False, _SLIPPED),
        (a_row_pushed_right, Phase.CELLS, False, _SLIPPED),
        (a_row_moved_far_below, Phase.CELLS, True, "rows-beyond"),
        (one_column_sorted_alone, Phase.CELLS, False, "column-sorted column-slipped dates-changed rows-gone"),
    )
)
