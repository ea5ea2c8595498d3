"""What Excel and Word demand of a file before they open it without repair: one function a rule, yielding the faults.

The limits are those of Excel's published specification and of Microsoft's notes on ISO/IEC 29500 ([MS-OI29500]).
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple
from zipfile import ZipFile

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

#: Functions that Excel 2010 and WPS 2016 know and that are written without a prefix.
KNOWN_FUNCTIONS = {
    "ABS", "AND", "AVERAGE", "CHOOSE", "COLUMN", "COLUMNS", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS",
    "DAY", "EXACT", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "ISTEXT", "LEFT", "LEN", "MATCH", "MAX",
    "MIN", "MMULT", "MONTH", "N", "NA", "NOT", "OR", "ROUND", "ROW", "ROWS", "SEARCH", "SUM", "SUMIFS", "SUMPRODUCT",
    "TEXT", "TRANSPOSE", "TRIM", "YEAR",
}  # fmt: skip
_AGGREGATING = {
    "AVERAGE", "COLUMNS", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "MAX", "MIN", "ROWS", "SUM",
    "SUMIFS", "SUMPRODUCT",
}  # fmt: skip
# Within SUMPRODUCT these still look at one cell only, unless the formula is entered as an array formula.
_NOT_BY_ROWS = {"AND", "CHOOSE", "IF", "IFERROR", "INDEX", "N", "NOT", "OR"}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_OWN_FILES = (".xlsx", ".odttf")


class Area(NamedTuple):
    """A rectangle of cells, rows and columns counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, text: str) -> Area:
        """The rectangle of `B3` or `$B$3:D7`."""
        first, _, last = text.replace("$", "").partition(":")
        (left, top), (right, bottom) = _cell(first), _cell(last or first)
        return cls(top, left, bottom, right)

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return not (
            self.bottom < other.top or other.bottom < self.top or self.right < other.left or other.right < self.left
        )

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return self.bottom - self.top + 1, self.right - self.left + 1

    @property
    def is_on_a_sheet(self) -> bool:
        """Whether a sheet has these cells, in this order."""
        return 1 <= self.top <= self.bottom <= _LAST_ROW and 1 <= self.left <= self.right <= _LAST_COLUMN


def _cell(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(text[len(letters) :])


@dataclass(frozen=True)
class Package:
    """An office file by its parts; `edited` gives one with a part changed."""

    parts: dict[str, bytes]

    @classmethod
    def of(cls, content: bytes) -> Package:
        """The parts of a file."""
        with ZipFile(BytesIO(content)) as package:
            names = package.namelist()
            assert len(set(names)) == len(names), "a part is there twice"
            return cls({name: package.read(name) for name in names})

    def edited(self, part: str, old: str, new: str) -> Package:
        """The same file with the first `old` of a part made `new`."""
        text = self.parts[part].decode()
        assert re.search(old, text), f"{part} has no {old}"
        return Package({**self.parts, part: re.sub(old, new, text, count=1).encode()})

    @cached_property
    def trees(self) -> dict[str, ET.Element]:
        """The root of every part; a workbook inside a chart is a file of its own, and so is a font."""
        return {name: _parsed(part) for name, part in self.parts.items() if not name.endswith(_OWN_FILES)}

    @cached_property
    def sheets(self) -> dict[str, ET.Element]:
        """The sheets of a workbook by name, in order."""
        entries = self.trees["xl/workbook.xml"].iterfind(f"{M}sheets/{M}sheet")
        return {
            entry.attrib["name"]: self.trees[f"xl/worksheets/sheet{number}.xml"]
            for number, entry in enumerate(entries, 1)
        }

    @property
    def visible(self) -> list[bool]:
        """Which of the sheets can be seen."""
        return [entry.get("state", "visible") == "visible" for entry in self.trees["xl/workbook.xml"].iter(f"{M}sheet")]

    @cached_property
    def formulas(self) -> list[Formula]:
        """Every formula of a workbook, of cells, conditional formats and validations."""
        return [
            Formula(name, kind, node.text or "", is_array=node.get("t") == "array")
            for name, sheet in self.sheets.items()
            for kind in ("f", "formula", "formula1", "formula2")
            for node in sheet.iter(f"{M}{kind}")
        ]


@cache
def _parsed(part: bytes) -> ET.Element:
    """The root of a part; files that differ in one part share the others."""
    return ET.fromstring(part)  # noqa: S314  # our own files


Rule = Callable[[Package], Iterator[str]]


# ---- every office file


def parts_are_declared_and_found(package: Package) -> Iterator[str]:
    """Every part has a content type of its own, and every relationship leads to a part."""
    types = package.trees["[Content_Types].xml"]
    declared = {node.get("PartName", "").lstrip("/") for node in types if node.tag.endswith("Override")}
    plain = tuple(
        f".{node.attrib['Extension']}" for node in types if node.get("Extension") in ("rels", "xlsx", "odttf")
    )
    typed = {name for name in package.parts if name == "[Content_Types].xml" or name.endswith(plain)} | declared
    yield from (f"{name}: no content type, or no part" for name in typed ^ package.parts.keys())
    for name, tree in package.trees.items():
        if name.endswith(".rels"):
            home = posixpath.dirname(posixpath.dirname(name))
            targets = [posixpath.normpath(posixpath.join(home, node.attrib["Target"])) for node in tree]
            yield from (f"{name} leads to {target}" for target in targets if target.lstrip("/") not in package.parts)
            ids = [node.attrib["Id"] for node in tree]
            yield from (f"{name} has {twice} twice" for twice in repeated(ids))


def properties_are_short(package: Package) -> Iterator[str]:
    """Title and author fit, and each custom property has a number of its own from 2 on."""
    for node in package.trees["docProps/core.xml"]:
        if units(node.text or "") > 255:
            yield f"{node.tag} is too long"
    custom = package.trees.get("docProps/custom.xml", ET.Element("none"))
    yield from (f"property {twice} twice" for key in ("pid", "name") for twice in repeated(n.get(key) for n in custom))
    for node in custom:
        if int(node.attrib["pid"]) < 2 or units("".join(node.itertext())) > 255:
            yield f"custom property {node.get('name')}"


def repeated(values: Iterable[object]) -> list[object]:
    """What is there more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def units(text: str) -> int:
    """The length of a text as office programs count it."""
    return len(text.encode("utf-16-le")) // 2


# ---- sheets and what lies on them


def sheets_have_good_names(book: Package) -> Iterator[str]:
    """Names of sheets: 1 to 31 characters, none of the forbidden ones, no two alike."""
    names = [entry.attrib["name"] for entry in book.trees["xl/workbook.xml"].iter(f"{M}sheet")]
    for name in names:
        if not 1 <= units(name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name) or name.lower() == "history":
            yield name
    yield from (f"{name} twice" for name in repeated(name.lower() for name in names))


def a_visible_sheet_is_shown_first(book: Package) -> Iterator[str]:
    """One sheet is selected, the first that can be seen, in a window that fits a screen."""
    view = found(book.trees["xl/workbook.xml"], "bookViews/workbookView")
    first = book.visible.index(True)
    active = int(view.get("activeTab", "0"))
    selected = [
        number
        for number, sheet in enumerate(book.sheets.values())
        if found(sheet, "sheetViews/sheetView").get("tabSelected") == "1"
    ]
    if active != first or selected != [first]:
        yield f"active {active}, selected {selected}, first visible {first}"
    # In twentieths of a point: 2560 by 1600 pixels.
    if int(view.attrib["windowWidth"]) > 38_400 or int(view.attrib["windowHeight"]) > 24_000:
        yield "the window is larger than a screen"


def panes_are_frozen_where_they_say(book: Package) -> Iterator[str]:
    """A frozen pane begins with the cell after the frozen rows and columns."""
    for name, sheet in book.sheets.items():
        for pane in sheet.iter(f"{M}pane"):
            rows, columns = int(pane.get("ySplit", "0")), int(pane.get("xSplit", "0"))
            start = Area.of(pane.attrib["topLeftCell"])
            if (
                (start.top, start.left) != (rows + 1, columns + 1)
                or pane.get("state") != "frozen"
                or rows + columns == 0
            ):
                yield f"{name}: {pane.attrib}"
            wanted = {(0, 1): "bottomLeft", (1, 0): "topRight", (1, 1): "bottomRight"}[min(columns, 1), min(rows, 1)]
            if pane.get("activePane") != wanted:
                yield f"{name}: the active pane is {pane.get('activePane')}"


def rows_and_columns_have_possible_sizes(book: Package) -> Iterator[str]:
    """Columns up to 255 wide, each described once; rows up to 409 points; all in ascending order."""
    for name, sheet in book.sheets.items():
        columns = [
            (int(c.attrib["min"]), int(c.attrib["max"]), float(c.attrib["width"])) for c in sheet.iter(f"{M}col")
        ]
        yield from (
            f"{name}: column {c[0]}" for c in columns if c[0] > c[1] or c[1] > _LAST_COLUMN or not 0 <= c[2] <= 255
        )
        yield from (f"{name}: columns {one[:2]} and {two[:2]}" for one, two in pairwise(columns) if one[1] >= two[0])
        rows = list(sheet.iter(f"{M}row"))
        yield from (f"{name}: row {row.get('r')} is {row.get('ht')}" for row in rows if float(row.get("ht", "0")) > 409)
        numbers = [int(row.attrib["r"]) for row in rows]
        if numbers != sorted(set(numbers)) or max(numbers, default=1) > _LAST_ROW:
            yield f"{name}: rows out of order"


def merged_cells_lie_apart(book: Package) -> Iterator[str]:
    """No merged range meets another, the table of a filter or an array formula."""
    for name, sheet in book.sheets.items():
        areas = [Area.of(node.attrib["ref"]) for node in sheet.iter(f"{M}mergeCell")]
        areas += [Area.of(node.attrib["ref"]) for node in sheet.iter(f"{M}autoFilter")]
        areas += [Area.of(node.attrib["ref"]) for node in sheet.iter(f"{M}f") if node.get("t") == "array"]
        yield from (f"{name}: {area}" for area in areas if not area.is_on_a_sheet)
        yield from (f"{name}: {one} meets {two}" for one, two in meeting(areas))


def meeting(areas: list[Area]) -> Iterator[tuple[Area, Area]]:
    """Every two that have a cell in common."""
    for number, one in enumerate(areas):
        yield from ((one, two) for two in areas[number + 1 :] if one.meets(two))


def cells_refer_to_texts_and_styles_that_exist(book: Package) -> Iterator[str]:
    """Each cell's text and style exist, and no text is longer than a cell holds."""
    texts = [] if "xl/sharedStrings.xml" not in book.trees else list(book.trees["xl/sharedStrings.xml"])
    styles = len(found(book.trees["xl/styles.xml"], "cellXfs"))
    yield from (
        f"text {number} is too long" for number, text in enumerate(texts) if units("".join(text.itertext())) > 32_767
    )
    for name, sheet in book.sheets.items():
        for cell in sheet.iter(f"{M}c"):
            if int(cell.get("s", "0")) >= styles:
                yield f"{name}!{cell.get('r')}: style {cell.get('s')}"
            if cell.get("t") == "s" and int(found(cell, "v").text or "0") >= len(texts):
                yield f"{name}!{cell.get('r')}: text {found(cell, 'v').text}"


def texts_keep_their_spaces(book: Package) -> Iterator[str]:
    """A text that begins or ends with a space says so; Excel would drop it."""
    for node in book.trees.get("xl/sharedStrings.xml", ET.Element("none")).iter(f"{M}t"):
        text = node.text or ""
        if text != text.strip(" \t\n") and node.get(_XML_SPACE) != "preserve":
            yield text


def styles_are_within_the_limits(book: Package) -> Iterator[str]:
    """No more fonts, fills, borders and number formats than Excel takes, and each one that is named exists."""
    sheet = book.trees["xl/styles.xml"]
    limits = {"fonts": 512, "fills": 256, "borders": 256, "numFmts": 200, "cellXfs": 64_000, "dxfs": 64_000}
    sizes = {name: len(node) if (node := sheet.find(f"{M}{name}")) is not None else 0 for name in limits}
    yield from (f"{name}: {sizes[name]}" for name, limit in limits.items() if sizes[name] > limit)
    formats = {node.get("numFmtId") for node in sheet.iterfind(f"{M}numFmts/{M}numFmt")}
    for style in found(sheet, "cellXfs"):
        for key, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(style.attrib[key]) >= sizes[name]:
                yield f"{key} {style.get(key)}"
        if int(style.attrib["numFmtId"]) >= 164 and style.get("numFmtId") not in formats:
            yield f"number format {style.get('numFmtId')}"


def links_lead_to_cells_of_the_book(book: Package) -> Iterator[str]:
    """Every link leads to a cell of a sheet of this book."""
    for name, sheet in book.sheets.items():
        for link in sheet.iter(f"{M}hyperlink"):
            target, _, cell = link.get("location", "").rpartition("!")
            if (
                link.get(f"{R}id")
                or unquoted(target) not in book.sheets
                or not re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", cell)
            ):
                yield f"{name}!{link.get('ref')}: {link.get('location')}"
            if units(link.get("display", "")) > 255 or units(link.get("location", "")) > 255:
                yield f"{name}!{link.get('ref')}: too long"


def unquoted(sheet: str) -> str:
    """A sheet's name without the quotation marks of a formula."""
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def footers_are_short(book: Package) -> Iterator[str]:
    """A header or footer has at most 255 characters."""
    for name, sheet in book.sheets.items():
        for node in sheet.iterfind(f"{M}headerFooter/*"):
            if units(node.text or "") > 255:
                yield name


def protection_needs_no_password(book: Package) -> Iterator[str]:
    """A sheet that is protected can be opened by whoever must mend it."""
    for name, sheet in book.sheets.items():
        for node in sheet.iter(f"{M}sheetProtection"):
            if node.get("sheet") != "1" or {"password", "hashValue", "algorithmName"} & node.attrib.keys():
                yield name


def formulas_are_calculated_on_opening(book: Package) -> Iterator[str]:
    """Excel is told to calculate all formulas when it opens the file."""
    calculation = found(book.trees["xl/workbook.xml"], "calcPr")
    if calculation.get("fullCalcOnLoad") != "1" or calculation.get("calcMode", "auto") != "auto":
        yield str(calculation.attrib)


# ---- validations, conditional formats, names


def validations_say_no_more_than_excel_takes(book: Package) -> Iterator[str]:
    """Titles of 32 characters, prompts of 255, errors of 224, formulas and lists of 255."""
    limits = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 224}
    for name, sheet in book.sheets.items():
        for node in sheet.iter(f"{M}dataValidation"):
            too_long = [key for key, limit in limits.items() if units(node.get(key, "")) > limit]
            too_long += [child.tag.removeprefix(M) for child in node if units(child.text or "") > 257]
            yield from (f"{name}!{node.get('sqref')}: {key}" for key in too_long)


def validations_do_not_overlap(book: Package) -> Iterator[str]:
    """No cell has two validations."""
    for name, sheet in book.sheets.items():
        areas = [Area.of(ref) for node in sheet.iter(f"{M}dataValidation") for ref in node.attrib["sqref"].split()]
        yield from (f"{name}: {area}" for area in areas if not area.is_on_a_sheet)
        yield from (f"{name}: {one} meets {two}" for one, two in meeting(areas))


def lists_name_their_cells(book: Package) -> Iterator[str]:
    """A drop-down is a defined name or a list without a comma inside a choice, full-width ones included."""
    names = {node.get("name") for node in book.trees["xl/workbook.xml"].iter(f"{M}definedName")}
    for name, sheet in book.sheets.items():
        for node in sheet.iter(f"{M}dataValidation"):
            source = found(node, "formula1").text or "" if node.get("type") == "list" else '""'
            if source not in names and not re.fullmatch('"[^"，]*"', source):
                yield f"{name}!{node.get('sqref')}: {source}"


def conditional_formats_have_looks_and_places(book: Package) -> Iterator[str]:
    """Each has a look that exists and a rank of its own, and looks at its own sheet only, as Excel 2007 files must."""
    looks = len(book.trees["xl/styles.xml"].findall(f"{M}dxfs/{M}dxf"))
    for name, sheet in book.sheets.items():
        rules = list(sheet.iter(f"{M}cfRule"))
        yield from (f"{name}: look {rule.get('dxfId')}" for rule in rules if int(rule.get("dxfId", "0")) >= looks)
        yield from (f"{name}: rank {twice} twice" for twice in repeated(rule.get("priority") for rule in rules))
        elsewhere = [formula for rule in rules for formula in rule if "!" in without_texts(formula.text or "")]
        yield from (f"{name}: {formula.text}" for formula in elsewhere)
        for node in sheet.iter(f"{M}conditionalFormatting"):
            areas = [Area.of(ref) for ref in node.attrib["sqref"].split()]
            yield from (f"{name}: {area}" for area in areas if not area.is_on_a_sheet)


def defined_names_are_good(book: Package) -> Iterator[str]:
    """Names that are no cell and no number, once in their scope, for sheets that exist."""
    nodes = list(book.trees["xl/workbook.xml"].iter(f"{M}definedName"))
    scopes = [(node.attrib["name"].lower(), node.get("localSheetId")) for node in nodes]
    yield from (f"{twice} twice" for twice in repeated(scopes))
    for node in nodes:
        name, text = node.attrib["name"], node.text or ""
        is_a_cell = re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*", name)
        if not re.fullmatch(r"[^\W\d][\w.]{0,254}", name) or is_a_cell:
            yield f"{name} is no name"
        if int(node.get("localSheetId", "0")) >= len(book.sheets):
            yield f"{name}: no sheet {node.get('localSheetId')}"
        yield from (f"{name}: {sheet}" for sheet in sheets_of(text) if sheet not in book.sheets)


def sheets_of(formula: str) -> list[str]:
    """The sheets that a formula names."""
    named = re.findall(r"('(?:[^']|'')*'|[\w.]+)!", re.sub(r'"(?:[^"]|"")*"', "", formula))
    return [unquoted(name) for name in named]


def without_texts(formula: str) -> str:
    """The formula with its texts and quoted names of sheets left out."""
    return re.sub(r"'(?:[^']|'')*'!", "!", re.sub(r'"(?:[^"]|"")*"', '""', formula))


# ---- formulas


class Formula(NamedTuple):
    """A formula, where it stands, and whether it is entered as an array formula."""

    sheet: str
    kind: str
    text: str
    is_array: bool


@dataclass
class _Frame:
    """An open bracket while a formula is read: whose it is, and what its arguments hold."""

    function: str
    arguments: list[list[str]] = field(default_factory=lambda: [[]])
    shapes: set[tuple[int, int]] = field(default_factory=set)


_PIECE = re.compile(r"[A-Z][A-Z0-9.]*\(|\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|[\d.]+|<>|<=|>=|\w+|\S")


def formulas_are_of_a_size_and_of_known_functions(book: Package) -> Iterator[str]:
    """8192 characters, texts of 255, 64 levels, 255 arguments; balanced; functions of 2010; no constant of an array."""
    for formula in book.formulas:
        bare = without_texts(formula.text)
        functions = set(re.findall(r"([\w.]+)\(", bare))
        texts = re.findall(r'"((?:[^"]|"")*)"', formula.text) if formula.kind == "f" else []
        faults = [
            *(f"{name} is unknown" for name in functions - KNOWN_FUNCTIONS),
            *(["is too long"] if units(formula.text) > 8192 or any(units(text) > 255 for text in texts) else []),
            *(["has an array constant or an error"] if re.search(r"[{}#]", bare) else []),
            *(f"names {sheet}" for sheet in sheets_of(formula.text) if sheet not in book.sheets),
            *_depth_faults(bare),
        ]
        yield from (f"{formula.sheet}: {formula.text[:60]} {fault}" for fault in faults)


def _depth_faults(bare: str) -> Iterator[str]:
    frames = [_Frame("")]
    for piece in _PIECE.findall(bare):
        if piece.endswith("("):
            frames.append(_Frame(piece[:-1]))
        elif piece == ")":
            frame = frames.pop()
            if not frames:
                break
            if len(frame.arguments) > 255:
                yield f"{frame.function} has too many arguments"
        elif piece == ",":
            frames[-1].arguments.append([])
        if len(frames) > 65:
            yield "is nested too deep"
    if len(frames) != 1:
        yield "has unbalanced brackets"


def ranges_mean_the_same_everywhere(book: Package) -> Iterator[str]:
    """Outside array formulas a range stands where every Excel takes all its cells, in shapes that fit.

    Elsewhere older programs take one cell of it, and newer ones spread over the neighbours. A lone truth as an
    argument of SUMPRODUCT counts as 0 in Excel and as 1 in other programs.
    """
    for formula in book.formulas:
        if formula.kind == "f" and not formula.is_array:
            yield from (f"{formula.sheet}: {fault} in {formula.text[:80]}" for fault in _range_faults(formula.text))


def _range_faults(text: str) -> Iterator[str]:
    frames = [_Frame("")]
    for piece in _PIECE.findall(without_texts(text)):
        if ":" in piece and len(piece) > 1:
            yield from _misplaced(piece, frames)
        if piece == ",":
            frames[-1].arguments.append([])
        elif piece == ")":
            closed = frames.pop()
            yield from _product_faults(closed)
            frames[-1].arguments[-1].append("+" if _is_reckoned(closed) else "()")
        else:
            frames[-1].arguments[-1].append(piece)
        if piece.endswith("("):
            frames[-1].arguments[-1][-1:] = []
            frames.append(_Frame(piece[:-1]))


def _is_reckoned(closed: _Frame) -> bool:
    """Whether a mere bracket holds a sum or a product: that is a number, where a comparison is a truth."""
    pieces = {piece for argument in closed.arguments for piece in argument}
    return (
        not closed.function and bool({"*", "+", "-", "/"} & pieces) and not {"=", "<>", "<", ">", "<=", ">="} & pieces
    )


def _is_product(frames: list[_Frame]) -> bool:
    return any(frame.function == "SUMPRODUCT" for frame in frames)


def _misplaced(piece: str, frames: list[_Frame]) -> Iterator[str]:
    """A range that not every program takes whole; its shape is noted with the product it belongs to.

    Of the first argument of INDEX every program takes the one cell that the others name.
    """
    if frames[-1].function == "INDEX" and len(frames[-1].arguments) == 1 and not _is_product(frames):
        return
    depth = max((number for number, frame in enumerate(frames) if frame.function in _AGGREGATING), default=-1)
    if depth < 0:
        yield f"{piece} stands alone"
        return
    within = frames[depth]
    if within.function != "SUMPRODUCT" and frames[-1] is not within:
        yield f"{piece} is no argument of {within.function}"
    if _NOT_BY_ROWS & {frame.function for frame in frames[depth + 1 :]}:
        yield f"{piece} stands in a function that takes one cell"
    within.shapes.add(Area.of(piece).shape)


def _product_faults(closed: _Frame) -> Iterator[str]:
    if closed.function != "SUMPRODUCT":
        return
    if len(closed.shapes) > 1:
        yield f"shapes {sorted(closed.shapes)}"
    for argument in closed.arguments:
        is_range = len([piece for piece in argument if piece != "!"]) == 1 and ":" in argument[-1]
        if not is_range and not {"*", "+", "-", "/"} & set(argument):
            yield "a lone truth"


# ---- Word


def controls_are_numbered_and_tagged(report: Package) -> Iterator[str]:
    """Each content control stands in a paragraph, has a number of its own, a tag and a title of 1 to 64 characters."""
    body = report.trees["word/document.xml"]
    parents = {child: parent for parent in body.iter() for child in parent}
    controls = list(body.iter(f"{W}sdt"))
    yield from (f"number {twice} twice" for twice in repeated(_of(c, "sdtPr/id") for c in controls))
    for control in controls:
        tag, title, number = (_of(control, f"sdtPr/{name}") for name in ("tag", "alias", "id"))
        if not 1 <= units(tag) <= 64 or not 1 <= units(title) <= 64 or not -(2**31) <= int(number) < 2**31:
            yield f"{tag} {title} {number}"
        if parents[control].tag != f"{W}p" or not found(control, "sdtContent", W).findall(f"{W}r"):
            yield f"{tag}: not around a run of a paragraph"
        order = [child.tag.removeprefix(W) for child in found(control, "sdtPr", W)]
        if order != ["rPr", "alias", "tag", "id"]:
            yield f"{tag}: {order}"


def _of(node: ET.Element, path: str) -> str:
    return found(node, path, W).get(f"{W}val", "")


def tables_are_whole(report: Package) -> Iterator[str]:
    """Each row fills the grid, each cell has its width and ends with a paragraph."""
    for table in report.trees["word/document.xml"].iter(f"{W}tbl"):
        grid = [column.get(f"{W}w") for column in found(table, "tblGrid", W)]
        for row in table.iter(f"{W}tr"):
            cells = row.findall(f"{W}tc")
            if [found(cell, "tcPr/tcW", W).get(f"{W}w") for cell in cells] != grid:
                yield "a row does not fill the grid"
            yield from ("a cell ends with no paragraph" for cell in cells if cell[-1].tag != f"{W}p")


def properties_come_first(report: Package) -> Iterator[str]:
    """Properties stand before what they are of, once; the section's at the end of the text."""
    firsts = {"p": "pPr", "r": "rPr", "tbl": "tblPr", "tr": "trPr", "tc": "tcPr", "sdt": "sdtPr"}
    for part, tree in report.trees.items():
        for name, properties in firsts.items() if part.startswith("word/") else ():
            for node in tree.iter(f"{W}{name}"):
                places = [number for number, child in enumerate(node) if child.tag == f"{W}{properties}"]
                if places not in ([0], []):
                    yield f"{part}: {properties} at {places}"
    body = found(report.trees["word/document.xml"], "body", W)
    if [child.tag for child in body].index(f"{W}sectPr") != len(body) - 1 or body[-2].tag != f"{W}p":
        yield "the section's properties are not last"


def footers_and_settings_fit(report: Package) -> Iterator[str]:
    """Footers for odd and even pages where the settings ask for both; settings in the order of the schema."""
    section = found(report.trees["word/document.xml"], "body/sectPr", W)
    order = [child.tag.removeprefix(W) for child in section]
    if order != ["footerReference", "footerReference", "pgSz", "pgMar", "cols", "docGrid"]:
        yield f"section {order}"
    relations = {node.get("Id"): node.get("Target") for node in report.trees["word/_rels/document.xml.rels"]}
    footers = {node.get(f"{W}type"): relations.get(node.get(f"{R}id")) for node in section.iter(f"{W}footerReference")}
    if footers.keys() != {"default", "even"} or not all(
        f"word/{target}" in report.parts for target in footers.values()
    ):
        yield f"footers {footers}"
    settings = [child.tag.removeprefix(W) for child in report.trees["word/settings.xml"]]
    known = (
        "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang decimalSymbol listSeparator"
    )
    if settings != known.split():
        yield f"settings {settings}"


def fields_are_whole(report: Package) -> Iterator[str]:
    """A page number begins, names itself, shows a result and ends, in this order."""
    for part, tree in report.trees.items():
        marks = []
        for node in tree.iter():
            if node.tag == f"{W}fldChar":
                marks.append(node.get(f"{W}fldCharType"))
            elif node.tag == f"{W}instrText":
                marks.append((node.text or "").strip())
        if marks not in ([], ["begin", "PAGE", "separate", "end"]) or (part.startswith("word/footer") and not marks):
            yield f"{part}: {marks}"


def styles_in_use_are_defined(report: Package) -> Iterator[str]:
    """Every style that is named is defined, once, for paragraphs, characters or tables as it is used."""
    styles = [(s.get(f"{W}styleId"), s.get(f"{W}type")) for s in report.trees["word/styles.xml"].iter(f"{W}style")]
    yield from (f"{twice} twice" for twice in repeated(name for name, _ in styles))
    kinds = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table", "basedOn": "", "next": "", "link": ""}
    for part, tree in report.trees.items():
        for name, kind in kinds.items():
            for node in tree.iter(f"{W}{name}"):
                wanted = [style for style in styles if style[0] == node.get(f"{W}val") and kind in (style[1] or "")]
                if not wanted:
                    yield f"{part}: {name} {node.get(f'{W}val')}"


def spaces_of_texts_are_kept(report: Package) -> Iterator[str]:
    """A text that begins or ends with a space says so; Word would drop it."""
    for part, tree in report.trees.items():
        for node in tree.iter(f"{W}t"):
            text = node.text or ""
            if text != text.strip(" ") and node.get(_XML_SPACE) != "preserve":
                yield f"{part}: {text}"


def found(node: ET.Element, path: str, namespace: str = M) -> ET.Element:
    """What stands at a path; an error where nothing does."""
    child = node.find("/".join(f"{namespace}{step}" for step in path.split("/")))
    assert child is not None, f"no {path} in {node.tag}"
    return child


OF_EVERY_FILE: tuple[Rule, ...] = (parts_are_declared_and_found, properties_are_short)
OF_WORKBOOKS: tuple[Rule, ...] = (
    sheets_have_good_names,
    a_visible_sheet_is_shown_first,
    panes_are_frozen_where_they_say,
    rows_and_columns_have_possible_sizes,
    merged_cells_lie_apart,
    cells_refer_to_texts_and_styles_that_exist,
    texts_keep_their_spaces,
    styles_are_within_the_limits,
    links_lead_to_cells_of_the_book,
    footers_are_short,
    protection_needs_no_password,
    formulas_are_calculated_on_opening,
    validations_say_no_more_than_excel_takes,
    validations_do_not_overlap,
    lists_name_their_cells,
    conditional_formats_have_looks_and_places,
    defined_names_are_good,
    formulas_are_of_a_size_and_of_known_functions,
    ranges_mean_the_same_everywhere,
)
OF_REPORTS: tuple[Rule, ...] = (
    controls_are_numbered_and_tagged,
    tables_are_whole,
    properties_come_first,
    footers_and_settings_fit,
    fields_are_whole,
    styles_in_use_are_defined,
    spaces_of_texts_are_kept,
)
