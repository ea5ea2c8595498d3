"""What stands in the cells: numbers, dates and choices as people write them, formulas, scratch, other people's rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.mutants.book import Cell, Mark, Sheet
from tests.mutants.damage import LABEL, LAST, NOTE, NUMBER, UNIT, VALUE, YEAR, Form, Phase, damages, marked, required

_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def _figure(form: Form, chance: Random) -> tuple[int, str]:
    """A line and the number that stands in it."""
    row = chance.choice(form.lines())
    return row, form.figures.text(row, VALUE)


# ---- figures


def a_figure_as_text(form: Form, chance: Random) -> Mark:
    row, n = _figure(form, chance)
    written = [n, n.translate(_WIDE), f"\u00a0{n}", f"{n}\u3000", f"\u200b{n}", f" {n}\n", f"'{n}"[1:]]
    form.figures.type((row, VALUE), chance.choice(written))
    return marked(form.figures, row, VALUE)


def a_figure_with_its_unit(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    row = chance.choice(
        [line for line in form.lines() if sheet.text(line, UNIT) in {"人", "名", "个", "户", "元", "次"}]
    )
    n, unit = sheet.text(row, VALUE), sheet.text(row, UNIT)
    wan = f"{Decimal(n) / 10_000:f}万{unit}"
    sheet.type((row, VALUE), chance.choice([f"{n}{unit}", f"{n} {unit}", wan, f"{n.translate(_WIDE)}{unit}"]))
    return marked(sheet, row, VALUE)


def a_figure_nobody_can_read(form: Form, chance: Random) -> Mark:
    row, n = _figure(form, chance)
    written = [f"约{n}", f"{n}+1", f"{n}左右", f"{n}斤", f"{n}?", f"（{n}）", f"{n}-{n}", "见附件", "待定", "TRUE"]
    form.figures.type((row, VALUE), chance.choice(written))
    return marked(form.figures, row, VALUE)


def a_figure_cleared(form: Form, chance: Random) -> Mark:
    row, _ = _figure(form, chance)
    form.figures.put((row, VALUE), None)
    return marked(form.figures, row, VALUE)


def an_error_in_a_figure(form: Form, chance: Random) -> Mark:
    row, _ = _figure(form, chance)
    error = chance.choice(["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"])
    form.figures.put((row, VALUE), Cell("e", error, chance.choice([None, "1/0"])))
    return marked(form.figures, row, VALUE)


def a_formula_over_a_figure(form: Form, chance: Random) -> Mark:
    row, n = _figure(form, chance)
    formula = chance.choice([f"{n}+0", f"SUM(D{row})", "'[1]九月.xlsx'!E7", f"ROUND({n},0)"])
    form.figures.put((row, VALUE), Cell("n", n, formula))
    return marked(form.figures, row, VALUE)


def a_formula_never_calculated(form: Form, chance: Random) -> Mark:
    row, n = _figure(form, chance)
    form.figures.put((row, VALUE), Cell("n", "", f"{n}+0"))
    return marked(form.figures, row, VALUE)


def a_negative_figure(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    row = chance.choice([line for line in form.lines() if sheet.text(line, VALUE) != "0"])
    sheet.put((row, VALUE), Cell("n", f"-{sheet.text(row, VALUE)}"))
    return marked(sheet, row, VALUE)


def a_figure_in_last_months_column(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    row = chance.choice([line for line in form.lines() if sheet.text(line, LAST)])
    sheet.put((row, LAST), Cell("n", f"{int(Decimal(sheet.text(row, LAST))) + 7}"))
    return marked(sheet, row, LAST)


# ---- what the form computes


def _shown(form: Form) -> dict[int, str]:
    """What the formulas show, by row."""
    names = {row: form.figures.text(row, LABEL) for row in form.computed()}
    return {row: form.shown[name] for row, name in names.items() if name in form.shown}


def results_pasted_over_formulas(form: Form, _chance: Random) -> Mark:
    """Copied and pasted as values: what the formulas showed."""
    for row, number in _shown(form).items():
        form.figures.put((row, VALUE), Cell("n", number))
    return marked(form.figures)


def a_wrong_number_over_a_formula(form: Form, chance: Random) -> Mark:
    row, number = chance.choice(sorted(_shown(form).items()))
    form.figures.put((row, VALUE), Cell("n", f"{Decimal(number) + 3:f}"))
    return marked(form.figures, row, VALUE)


def words_over_a_formula(form: Form, chance: Random) -> Mark:
    row = chance.choice(form.computed())
    form.figures.type((row, VALUE), chance.choice(["同上月", "无变化", "见台账"]))
    return marked(form.figures, row, VALUE)


def formulas_cleared(form: Form, chance: Random) -> Mark:
    for row in chance.sample(form.computed(), 5):
        form.figures.put((row, VALUE), None)
        form.figures.put((row, YEAR), None)
    return marked(form.figures)


# ---- rows of ledgers

_DATES = ("日期", "时间", "时限", "有效期至")


def _date_cells(form: Form) -> list[tuple[Sheet, int, int]]:
    return [
        (sheet, row, column)
        for sheet in form.ledgers
        for column in range(1, sheet.last_column + 1)
        if any(word in sheet.text(sheet.header, column) for word in _DATES)
        for row in sheet.filled()
        if sheet.cells.get((row, column)) is not None and sheet.cells[row, column].kind == "n"
    ]


def _day(serial: str) -> date:
    return date(1899, 12, 30) + timedelta(days=int(serial))


def a_date_as_text(form: Form, chance: Random) -> Mark:
    sheet, row, column = chance.choice(_date_cells(form))
    day = _day(sheet.text(row, column))
    written = [
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日".translate(_WIDE),
    ]  # fmt: skip
    sheet.type((row, column), chance.choice(written))
    return marked(sheet, row, column)


def dates_without_their_look(form: Form, chance: Random) -> Mark:
    """Pasted as values: the days since 1900."""
    sheet, _, column = chance.choice(_date_cells(form))
    for row in sheet.filled():
        cell = sheet.cells.get((row, column))
        if cell is not None:
            sheet.cells[row, column] = Cell(cell.kind, cell.text)
    return marked(sheet, None, column)


def a_date_that_is_none(form: Form, chance: Random) -> Mark:
    sheet, row, column = chance.choice(_date_cells(form))
    sheet.type((row, column), chance.choice(["85.8.18", "上半年", "2026年13月1日", "10月底", "99999999"]))
    return marked(sheet, row, column)


def _required_cells(form: Form, kind: str) -> list[tuple[Sheet, int, int]]:
    return [
        (sheet, row, column)
        for sheet in form.ledgers
        for column in required(sheet)
        for row in sheet.filled()
        if (cell := sheet.cells.get((row, column))) is not None and cell.kind == kind
    ]


def a_required_cell_cleared(form: Form, chance: Random) -> Mark:
    kind = chance.choice("ns")
    sheet, row, column = chance.choice([one for one in _required_cells(form, kind) if one[0].last_column > 2])
    sheet.put((row, column), None)
    return marked(sheet, row, column)


def an_error_in_a_ledger(form: Form, chance: Random) -> Mark:
    sheet, row, column = chance.choice(_required_cells(form, chance.choice("ns")))
    sheet.put((row, column), Cell("e", "#REF!"))
    return marked(sheet, row, column)


def an_amount_as_text(form: Form, chance: Random) -> Mark:
    sheet = form.book.of("经费台账")
    row = chance.choice(sheet.filled())
    n = sheet.text(row, 4)
    written = [n, n.translate(_WIDE), f"{Decimal(n):,}", f" {n} "]
    sheet.type((row, 4), chance.choice(written))
    return marked(sheet, row, 4)


def an_amount_with_its_unit(form: Form, chance: Random) -> Mark:
    sheet = form.book.of("经费台账")
    row = chance.choice(sheet.filled())
    n = Decimal(sheet.text(row, 4))
    sheet.type((row, 4), chance.choice([f"{n}元", f"¥{n}", f"{n / 10_000:f}万元", f"{n:,}元"]))
    return marked(sheet, row, 4)


def an_amount_in_ten_thousands(form: Form, chance: Random) -> Mark:
    """A number such as 1.5 where the others are in yuan."""
    sheet = form.book.of("经费台账")
    row = chance.choice(sheet.filled())
    sheet.put((row, 4), Cell("n", f"{(Decimal(sheet.text(row, 4)) / 10_000).quantize(Decimal('0.01')):f}"))
    return marked(sheet, row, 4)


def a_choice_respelled(form: Form, chance: Random) -> Mark:
    sheet = form.book.of("活动台账")
    row = chance.choice(sheet.filled())
    text = sheet.text(row, 2)
    sheet.type((row, 2), chance.choice([f" {text}", f"{text[:2]} {text[2:]}", f"{text}\n", f"{text}\u3000"]))
    return marked(sheet, row, 2)


def a_choice_that_is_none(form: Form, chance: Random) -> Mark:
    sheet = form.book.of(chance.choice(["活动台账", "经费台账", "阵地设施台账", "驻区单位名录"]))
    row = chance.choice(sheet.filled())
    sheet.type((row, 2), chance.choice(["其他类", "郊游", "1", "同上"]))
    return marked(sheet, row, 2)


def a_row_of_sums(form: Form, chance: Random) -> Mark:
    sheet = form.book.of("经费台账")
    row = max(sheet.filled()) + chance.randint(1, 2)
    total = sum(Decimal(sheet.text(line, 4)) for line in sheet.filled())
    label = chance.choice(["合计", "本月小计", "总计：", "合 计"])
    at = chance.choice([None, 1, 2, 5])
    if at is not None:
        sheet.type((row, at), label)
    sheet.put((row, 4), Cell("n", f"{total:f}", chance.choice([None, "SUM(D5:D12)"])))
    return marked(sheet, row)


def a_signature_below_the_rows(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, columns=3)
    row = max(sheet.filled()) + chance.randint(1, 3)
    sheet.type(
        (row, chance.randint(1, sheet.last_column)), chance.choice(["填表人：赵某", "审核：已核", "注：以上为本月数"])
    )
    return marked(sheet, row)


# ---- around the cells


def scratch_beside_the_figures(form: Form, chance: Random) -> Mark:
    row, column = chance.choice(form.lines()), chance.randint(9, 14)
    said: tuple[float | str, ...] = (276, "另有3户", 15.5)
    form.figures.type((row, column), chance.choice(said))
    return marked(form.figures, row, column)


def scratch_below_the_figures(form: Form, chance: Random) -> Mark:
    row, column = max(form.computed()) + chance.randint(1, 30), chance.randint(1, 8)
    form.figures.type((row, column), 1234)
    return marked(form.figures, row, column)


def scratch_among_the_figures(form: Form, chance: Random) -> Mark:
    """A number in a column of words, or in the line of a heading."""
    sheet = form.figures
    headings = [area.top for area in sheet.merges if area.top > 4]
    row, column = chance.choice([(chance.choice(form.lines()), NOTE), (chance.choice(headings), VALUE)])
    sheet.type((row, column), 88)
    sheet.merges = [area for area in sheet.merges if area.top != row]
    return marked(sheet, row, column)


def scratch_beside_a_ledger(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    row, column = chance.choice(sheet.filled()), sheet.last_column + chance.randint(1, 4)
    said: tuple[float | str, ...] = (300, "少报2人")
    sheet.type((row, column), chance.choice(said))
    return marked(sheet, row, column)


def scratch_below_a_ledger(form: Form, chance: Random) -> Mark:
    sheet = form.book.of(chance.choice(["经费台账", "活动台账"]))
    column = 4 if sheet.origin == "经费台账" else 6
    row = max(sheet.filled()) + chance.randint(2, 60)
    sheet.type((row, column), 4321)
    return marked(sheet, row, column)


def rows_hidden(form: Form, chance: Random) -> Mark:
    sheet = chance.choice([form.figures, form.ledger(chance)])
    rows = form.lines() if sheet is form.figures else sheet.filled()
    chosen = chance.sample(rows, min(3, len(rows)))
    sheet.hidden_rows |= set(chosen)
    return marked(sheet, min(chosen), rows=max(chosen) - min(chosen) + 1)


def rows_filtered(form: Form, chance: Random) -> Mark:
    sheet = form.book.of("活动台账")
    wanted = sheet.text(chance.choice(sheet.filled()), 2)
    sheet.hidden_rows |= {row for row in sheet.filled() if sheet.text(row, 2) != wanted}
    return marked(sheet)


def a_column_hidden(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    column = chance.randint(1, sheet.last_column)
    sheet.before = f'<cols><col min="{column}" max="{column}" width="9" hidden="1" customWidth="1"/></cols>'
    return marked(sheet, None, column)


# ---- other people's


def rows_of_a_neighbour(form: Form, chance: Random) -> Mark:
    """A block of another community pasted over one's own."""
    origin = chance.choice(["活动台账", "阵地设施台账", "经费台账"])
    sheet, theirs = form.book.of(origin), form.neighbour.of(origin)
    for row in theirs.filled():
        for column in range(1, sheet.last_column + 1):
            sheet.put((row, column), theirs.cells.get((row, column)))
    return marked(sheet)


def a_row_of_a_neighbour(form: Form, chance: Random) -> Mark:
    """One row of another community pasted over one's own."""
    origin = chance.choice(["经费台账", "党组织名录", "两委班子名册"])
    sheet, theirs = form.book.of(origin), form.neighbour.of(origin)
    row = chance.choice([line for line in theirs.filled() if line in sheet.filled()])
    for column in range(1, sheet.last_column + 1):
        sheet.put((row, column), theirs.cells.get((row, column)))
    return marked(sheet)


def figures_of_a_neighbour(form: Form, _chance: Random) -> Mark:
    sheet, theirs = form.figures, form.neighbour.of(form.figures.origin)
    for row in form.lines():
        cell = theirs.cells.get((row, VALUE))
        if cell is not None and theirs.text(row, NUMBER) == sheet.text(row, NUMBER):
            sheet.put((row, VALUE), cell)
    return marked(sheet)


_UNREAD = "unreadable-value"

DAMAGES = tuple(
    damages(
        (a_figure_as_text, Phase.CELLS, True, ""),
        (a_figure_with_its_unit, Phase.CELLS, True, "cells-repaired"),
        (a_figure_nobody_can_read, Phase.CELLS, False, _UNREAD),
        (a_figure_cleared, Phase.CELLS, False, "missing-value"),
        (an_error_in_a_figure, Phase.CELLS, False, "error-cells"),
        (a_formula_over_a_figure, Phase.CELLS, True, "formulas-taken formulas-linked"),
        (a_formula_never_calculated, Phase.CELLS, False, "formulas-uncalculated"),
        (a_negative_figure, Phase.CELLS, False, "negative-value"),
        (a_figure_in_last_months_column, Phase.CELLS, True, "last-changed"),
        (results_pasted_over_formulas, Phase.CELLS, True, ""),
        (a_wrong_number_over_a_formula, Phase.CELLS, True, "stated-differs"),
        (words_over_a_formula, Phase.CELLS, True, "derived-replaced"),
        (formulas_cleared, Phase.CELLS, True, ""),
        (a_date_as_text, Phase.CELLS, True, ""),
        (dates_without_their_look, Phase.CELLS, True, ""),
        (a_date_that_is_none, Phase.CELLS, False, "unreadable-cell"),
        (a_required_cell_cleared, Phase.CELLS, False, "missing-cell subtotal-row"),
        (an_error_in_a_ledger, Phase.CELLS, False, "error-cells"),
        (an_amount_as_text, Phase.CELLS, True, ""),
        (an_amount_with_its_unit, Phase.CELLS, True, "cells-repaired"),
        (an_amount_in_ten_thousands, Phase.CELLS, False, "rule-broken too-many-places"),
        (a_choice_respelled, Phase.CELLS, True, ""),
        (a_choice_that_is_none, Phase.CELLS, False, "unknown-code"),
        (a_row_of_sums, Phase.CELLS, True, "subtotal-row"),
        (a_signature_below_the_rows, Phase.CELLS, False, "row-of-one-cell"),
        (scratch_beside_the_figures, Phase.CELLS, True, "cells-outside"),
        (scratch_below_the_figures, Phase.CELLS, True, "cells-outside"),
        (scratch_among_the_figures, Phase.CELLS, True, "cells-outside"),
        (scratch_beside_a_ledger, Phase.CELLS, True, "cells-outside"),
        (scratch_below_a_ledger, Phase.CELLS, True, "subtotal-row"),
        (rows_hidden, Phase.CELLS, True, "rows-hidden"),
        (rows_filtered, Phase.CELLS, True, "rows-hidden"),
        (a_column_hidden, Phase.CELLS, True, "columns-hidden"),
        (rows_of_a_neighbour, Phase.CELLS, False, "rows-copied rows-gone"),
        (a_row_of_a_neighbour, Phase.CELLS, False, "rows-copied rows-gone rows-alike"),
        (figures_of_a_neighbour, Phase.CELLS, False, "numbers-copied"),
    )
)
