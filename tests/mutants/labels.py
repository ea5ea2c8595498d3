"""Labels, headers, numbers and units cleared, respelled, retyped, swapped; header cells merged and split."""

from __future__ import annotations

from random import Random

from tests.mutants.book import Area, Cell, Mark, Sheet
from tests.mutants.damage import LABEL, LAST, NUMBER, REMARK, UNIT, VALUE, YEAR, Form, Phase, damages, marked

_WIDE = str.maketrans("()ABC0123456789", "（）ＡＢＣ０１２３４５６７８９")


def respelled(text: str, chance: Random) -> str:
    """The same words in another dress: blanks, a line break, wide signs, no star."""
    middle = len(text) // 2
    return chance.choice(
        [
            f" {text} ",
            f"{text[:middle]}\n{text[middle:]}",
            f"{text[:middle]} {text[middle:]}",
            f"\u3000{text}\u00a0",
            text.translate(_WIDE),
            text.replace("（", "(").replace("）", ")"),
            text.lstrip("*") if text.startswith("*") else f"{text}\u200b",
        ]
    )


# ---- the indicator sheet


def a_name_cleared(form: Form, chance: Random) -> Mark:
    row = chance.choice(form.lines())
    form.figures.put((row, LABEL), None)
    return marked(form.figures, row)


def names_respelled(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    for row in chance.sample(form.lines(), 5):
        sheet.type((row, LABEL), respelled(sheet.text(row, LABEL), chance))
    return marked(sheet)


def a_name_retyped(form: Form, chance: Random) -> Mark:
    sheet, row = form.figures, chance.choice(form.lines())
    name = sheet.text(row, LABEL)
    sheet.type(
        (row, LABEL), chance.choice([f"其中：{name}", f"上年{name}", "其他", f"{name}（新口径）", name[:-1] or "数"])
    )
    return marked(sheet, row)


def two_names_swapped(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    one, other = sorted(chance.sample(form.lines(), 2))
    names = sheet.text(one, LABEL), sheet.text(other, LABEL)
    sheet.type((one, LABEL), names[1])
    sheet.type((other, LABEL), names[0])
    return marked(sheet, one, rows=other - one + 1)


def a_name_pasted_over_the_next(form: Form, chance: Random) -> Mark:
    sheet, section = form.figures, form.section(chance, 2)
    row = chance.choice(section[:-1])
    sheet.type((row + 1, LABEL), sheet.text(row, LABEL))
    return marked(sheet, row, rows=2)


def names_moved_a_line_down(form: Form, chance: Random) -> Mark:
    """The names of a section alone, without their values."""
    sheet, section = form.figures, form.section(chance, 3)
    names = [sheet.text(row, LABEL) for row in section]
    for row, name in zip(section, [names[-1], *names[:-1]], strict=True):
        sheet.type((row, LABEL), name)
    return marked(sheet, section[0], rows=len(section))


def numbers_cleared(form: Form, chance: Random) -> Mark:
    lines = form.lines()
    for row in lines if chance.random() < 0.5 else chance.sample(lines, 3):
        form.figures.put((row, NUMBER), None)
    return marked(form.figures)


def numbers_retyped(form: Form, chance: Random) -> Mark:
    """Numbered anew from somewhere on, as after a line of one's own."""
    sheet = form.figures
    for number, row in enumerate(form.lines()[chance.randint(0, 10) :], chance.randint(1, 30)):
        sheet.type((row, NUMBER), number)
    return marked(sheet)


def units_cleared(form: Form, chance: Random) -> Mark:
    for row in chance.sample(form.lines(), 3):
        form.figures.put((row, UNIT), None)
    return marked(form.figures)


def another_unit(form: Form, chance: Random) -> Mark:
    sheet = form.figures
    row = chance.choice([line for line in form.lines() if sheet.text(line, UNIT)])
    sheet.type((row, UNIT), chance.choice(["万", "千", "百"]) + sheet.text(row, UNIT))
    return marked(sheet, row)


def a_header_of_the_figures_cleared(form: Form, chance: Random) -> Mark:
    column = chance.randint(NUMBER, REMARK)
    form.figures.put((4, column), None)
    return marked(form.figures, 4, column)


def headers_of_the_figures_respelled(form: Form, chance: Random) -> Mark:
    for column in range(NUMBER, REMARK + 1):
        form.figures.type((4, column), respelled(form.figures.text(4, column), chance))
    return marked(form.figures)


def the_values_header_retyped(form: Form, chance: Random) -> Mark:
    form.figures.type((4, VALUE), chance.choice(["上月数", "本年累计", "累计数", "1-10月", "数量（万）"]))
    return marked(form.figures, 4)


def two_headers_of_the_figures_swapped(form: Form, chance: Random) -> Mark:
    sheet, other = form.figures, chance.choice([LAST, YEAR])
    texts = sheet.text(4, VALUE), sheet.text(4, other)
    sheet.type((4, VALUE), texts[1])
    sheet.type((4, other), texts[0])
    return marked(sheet, 4)


def two_headers_of_this_month(form: Form, chance: Random) -> Mark:
    form.figures.type((4, chance.choice([LAST, YEAR])), "本月数")
    return marked(form.figures, 4)


def headers_of_the_figures_merged(form: Form, chance: Random) -> Mark:
    """What stood in the second cell is gone."""
    sheet, column = form.figures, chance.randint(NUMBER, REMARK - 1)
    _merge(sheet, Area(4, column, 4, column + 1))
    return marked(sheet, 4, column, columns=2)


def everything_unmerged(form: Form, _chance: Random) -> Mark:
    for sheet in form.book.sheets:
        sheet.merges.clear()
    return marked(form.figures)


def titles_cleared(form: Form, chance: Random) -> Mark:
    for sheet in (form.figures, form.ledger(chance)):
        sheet.put((1, 1), None)
        sheet.put((2, 1), None)
    return marked(form.figures)


# ---- ledgers


def a_header_cleared(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, columns=2)
    column = chance.randint(1, sheet.last_column)
    sheet.put((sheet.header, column), None)
    return marked(sheet, sheet.header, column)


def headers_respelled(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    for column in range(1, sheet.last_column + 1):
        sheet.type((sheet.header, column), respelled(sheet.text(sheet.header, column), chance))
    return marked(sheet)


def a_header_retyped(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    column = chance.randint(1, sheet.last_column)
    text = sheet.text(sheet.header, column)
    sheet.type((sheet.header, column), chance.choice([f"{text}（万元）", f"上月{text}", "说明", f"{text}2"]))
    return marked(sheet, sheet.header, column)


def two_headers_swapped(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, columns=2)
    one, other = sorted(chance.sample(range(1, sheet.last_column + 1), 2))
    texts = sheet.text(sheet.header, one), sheet.text(sheet.header, other)
    sheet.type((sheet.header, one), texts[1])
    sheet.type((sheet.header, other), texts[0])
    return marked(sheet, sheet.header, one, columns=other - one + 1)


def headers_merged(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, columns=2)
    column = chance.randint(1, sheet.last_column - 1)
    _merge(sheet, Area(sheet.header, column, sheet.header, column + 1))
    return marked(sheet, sheet.header, column, columns=2)


def a_header_merged_with_the_first_row(form: Form, chance: Random) -> Mark:
    """The cell of the first row below it is gone."""
    sheet = form.ledger(chance)
    first = sheet.header + 1
    column = chance.choice([column for column in range(1, sheet.last_column + 1) if sheet.text(first, column)] or [1])
    _merge(sheet, Area(sheet.header, column, first, column))
    return marked(sheet, sheet.header, column, rows=2)


def the_answers_label_cleared(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    sheet.put((sheet.header - 1, 1), None)
    return marked(sheet)


def an_answer_nobody_understands(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    sheet.type((sheet.header - 1, 2), chance.choice(["见附件", "已报", "5"]))
    return marked(sheet, sheet.header - 1)


def an_answer_cleared(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance)
    sheet.put((sheet.header - 1, 2), None)
    return marked(sheet, sheet.header - 1)


def _merge(sheet: Sheet, area: Area) -> None:
    sheet.merges.append(area)
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if (row, column) != (area.top, area.left):
                sheet.cells.pop((row, column), None)


# ---- a value cell and those beside it


def figures_merged(form: Form, chance: Random) -> Mark:
    sheet, section = form.figures, form.section(chance, 2)
    row = chance.choice(section[:-1])
    _merge(sheet, Area(row, VALUE, row + 1, VALUE))
    return marked(sheet, row, rows=2)


def cells_of_a_ledger_merged(form: Form, chance: Random) -> Mark:
    sheet = form.ledger(chance, rows=2)
    rows = [row for row in sheet.filled() if row + 1 in sheet.filled()]
    row, column = chance.choice(rows), chance.randint(1, sheet.last_column)
    sheet.cells.setdefault((row, column), Cell("s", "同上"))
    _merge(sheet, Area(row, column, row + 1, column))
    return marked(sheet, row, column, rows=2)


_CHANGED, _READ_ANYWAY = "template-changed", "template-adapted"

DAMAGES = tuple(
    damages(
        (a_name_cleared, Phase.CELLS, True, _READ_ANYWAY),
        (names_respelled, Phase.CELLS, True, ""),
        (a_name_retyped, Phase.CELLS, False, _CHANGED),
        (two_names_swapped, Phase.CELLS, False, _CHANGED),
        (a_name_pasted_over_the_next, Phase.CELLS, False, _CHANGED),
        (names_moved_a_line_down, Phase.CELLS, False, _CHANGED),
        (numbers_cleared, Phase.CELLS, True, ""),
        (numbers_retyped, Phase.CELLS, True, ""),
        (units_cleared, Phase.CELLS, True, ""),
        (another_unit, Phase.CELLS, False, _CHANGED),
        (a_header_of_the_figures_cleared, Phase.CELLS, True, _READ_ANYWAY),
        (headers_of_the_figures_respelled, Phase.CELLS, True, ""),
        (the_values_header_retyped, Phase.CELLS, False, _CHANGED),
        (two_headers_of_the_figures_swapped, Phase.CELLS, False, _CHANGED),
        (two_headers_of_this_month, Phase.CELLS, False, _CHANGED),
        (headers_of_the_figures_merged, Phase.CELLS, True, _READ_ANYWAY),
        (everything_unmerged, Phase.CELLS, True, ""),
        (titles_cleared, Phase.CELLS, True, ""),
        (a_header_cleared, Phase.CELLS, True, _READ_ANYWAY),
        (headers_respelled, Phase.CELLS, True, ""),
        (a_header_retyped, Phase.CELLS, False, _CHANGED),
        (two_headers_swapped, Phase.CELLS, False, _CHANGED),
        (headers_merged, Phase.CELLS, True, _READ_ANYWAY),
        (a_header_merged_with_the_first_row, Phase.CELLS, False, "cells-merged"),
        (the_answers_label_cleared, Phase.CELLS, True, ""),
        (an_answer_nobody_understands, Phase.CELLS, False, "answer-unreadable"),
        (an_answer_cleared, Phase.CELLS, False, "ledger-answer-missing ledger-unconfirmed"),
        (figures_merged, Phase.CELLS, False, "cells-merged"),
        (cells_of_a_ledger_merged, Phase.CELLS, False, "cells-merged"),
    )
)
