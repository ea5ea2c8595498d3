"""Random tamperings with a report and with the text of its style; the suite and `benchmarks/tampering.py` use them."""

from __future__ import annotations

import copy
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml

from aggregator.catalog import load_catalog
from aggregator.verify.compare import compare
from aggregator.verify.read import read_report

Tamper = Callable[[Any, random.Random], None]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"
FLIPPED = {
    "增长": "下降",
    "增加": "减少",
    "提高": "降低",
    "首位": "末位",
    "减少": "增加",
    "下降": "上升",
    "持平": "增长",
}


def edited(content: bytes, edit: Callable[[Any], object]) -> bytes:
    """The bytes of a Word file after an edit of its document's tree."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == DOCUMENT:
                tree = parse_xml(part)
                edit(tree)
                part = serialize_part_xml(tree)
            target.writestr(name, part)
    return packed.getvalue()


def text_of(element: Any) -> str:
    """What a reader sees of an element."""
    return "".join(node.text or "" for node in element.iter(f"{W}t"))


def figures(tree: Any) -> list[Any]:
    """The content controls of figures with a digit in them."""
    return [control for control in tree.iter(f"{W}sdt") if re.search("[0-9]", text_of(control))]


def body_paragraphs(tree: Any) -> list[Any]:
    """The paragraphs of running text."""
    return [paragraph for paragraph in tree.iter(f"{W}p") if len(text_of(paragraph)) > 60]


def run(text: str) -> Any:
    """A run of its own."""
    made = OxmlElement("w:r")
    made.append(OxmlElement("w:t"))
    made[0].text = text
    return made


def put(control: Any, *texts: str) -> None:
    """Let a control hold runs of these texts."""
    content = control.find(f"{W}sdtContent")
    model = copy.deepcopy(content.find(f"{W}r"))
    for child in list(content):
        content.remove(child)
    for text in texts:
        piece = copy.deepcopy(model)
        piece.find(f"{W}t").text = text
        content.append(piece)


def other_digit(text: str, dice: random.Random) -> str:
    """The text with one of its digits changed; the first never to 0."""
    at = dice.choice([found.start() for found in re.finditer("[0-9]", text)])
    digits = [digit for digit in "123456789" if digit != text[at]]
    return text[:at] + dice.choice(digits) + text[at + 1 :]


def change_digit(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    put(control, other_digit(text_of(control), dice))


def change_digit_of_split_run(tree: Any, dice: random.Random) -> None:
    control = dice.choice([one for one in figures(tree) if len(text_of(one)) > 1])
    text = other_digit(text_of(control), dice)
    at = dice.randrange(1, len(text))
    put(control, text[:at], text[at:])


def delete_control(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    control.getparent().remove(control)


def empty_control(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    put(control, "单击或点击此处输入文字。")
    control.find(f"{W}sdtPr").append(OxmlElement("w:showingPlcHdr"))


def drop_tag(tree: Any, dice: random.Random) -> None:
    """The figure's words without their control, as after pasting as plain text."""
    control = dice.choice(figures(tree))
    for child in control.find(f"{W}sdtContent"):
        control.addprevious(child)
    control.getparent().remove(control)


def swap_texts(tree: Any, dice: random.Random) -> None:
    one = dice.choice(figures(tree))
    other = dice.choice([control for control in figures(tree) if text_of(control) != text_of(one)])
    first, second = text_of(one), text_of(other)
    put(one, second)
    put(other, first)


def swap_controls(tree: Any, dice: random.Random) -> None:
    one = dice.choice(figures(tree))
    other = dice.choice([control for control in figures(tree) if text_of(control) != text_of(one)])
    hole = OxmlElement("w:r")
    one.getparent().replace(one, hole)
    other.getparent().replace(other, one)
    hole.getparent().replace(hole, other)


def move_control(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    own = next(parent for parent in control.iterancestors(f"{W}p"))
    dice.choice([paragraph for paragraph in body_paragraphs(tree) if paragraph is not own]).append(control)


def repeat_paragraph(tree: Any, dice: random.Random) -> None:
    paragraph = dice.choice([one for one in body_paragraphs(tree) if one.find(f".//{W}sdt") is not None])
    paragraph.addnext(copy.deepcopy(paragraph))


def delete_paragraph(tree: Any, dice: random.Random) -> None:
    paragraph = dice.choice([one for one in body_paragraphs(tree) if one.find(f".//{W}sdt") is not None])
    paragraph.getparent().remove(paragraph)


def type_numeral(tree: Any, dice: random.Random) -> None:
    said = dice.choice(["新增困难党员{}名。", "走访商户{}户，", "另有{}%的居民表示满意。", "（共{}场次）"])
    paragraph = dice.choice(body_paragraphs(tree))
    place = dice.choice([child for child in paragraph if child.tag in (f"{W}r", f"{W}sdt")])
    place.addnext(run(said.format(dice.randrange(11, 9999))))


def flip_word(tree: Any, dice: random.Random) -> None:
    places = [(node, word) for node in tree.iter(f"{W}t") for word in FLIPPED if word in (node.text or "")]
    node, word = dice.choice(places)
    node.text = node.text.replace(word, FLIPPED[word], 1)


def change_plain_digit(tree: Any, dice: random.Random) -> None:
    """A digit of a quoted text, a setting or a note."""
    inside = {node for control in tree.iter(f"{W}sdt") for node in control.iter(f"{W}t")}
    nodes = [node for node in tree.iter(f"{W}t") if node not in inside and re.search("[0-9]", node.text or "")]
    node = dice.choice(nodes)
    node.text = other_digit(node.text, dice)


def delete_with_changes_tracked(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    piece = control.find(f"{W}sdtContent")[0]
    deleted = OxmlElement("w:del")
    piece.getparent().replace(piece, deleted)
    deleted.append(piece)
    for node in piece.iter(f"{W}t"):
        node.tag = f"{W}delText"


def insert_with_changes_tracked(tree: Any, dice: random.Random) -> None:
    content = dice.choice(figures(tree)).find(f"{W}sdtContent")
    content.append(OxmlElement("w:ins"))
    content[-1].append(run(str(dice.randrange(10))))


def lose_digit(tree: Any, dice: random.Random) -> None:
    control = dice.choice([one for one in figures(tree) if len(re.findall("[0-9]", text_of(one))) > 1])
    text = text_of(control)
    at = dice.choice([found.start() for found in re.finditer("[0-9]", text)])
    put(control, text[:at] + text[at + 1 :])


def add_digit(tree: Any, dice: random.Random) -> None:
    control = dice.choice(figures(tree))
    text = text_of(control)
    at = dice.choice([found.end() for found in re.finditer("[0-9]", text)])
    put(control, text[:at] + dice.choice("123456789") + text[at:])


def change_scale(tree: Any, dice: random.Random) -> None:
    """万 added behind a number, or taken away."""
    control = dice.choice(figures(tree))
    text = text_of(control)
    put(control, text.replace("万", "", 1) if "万" in text else re.sub("([0-9])(?![0-9.])", r"\1万", text, count=1))


def lose_name(tree: Any, dice: random.Random) -> None:
    """A piece gone from a figure that is no number: a name, a date in words, a level."""
    control = dice.choice([one for one in tree.iter(f"{W}sdt") if len(text_of(one)) > 3 and one not in figures(tree)])
    text = text_of(control)
    at = dice.randrange(len(text) - 1)
    put(control, text[:at] + text[at + 2 :])


def swap_neighbours(tree: Any, dice: random.Random) -> None:
    """Two figures of one paragraph in each other's place."""
    having = [[one for one in p.iter(f"{W}sdt") if one in figures(p)] for p in body_paragraphs(tree)]
    pairs = [(a, b) for those in having for a, b in pairwise(those) if text_of(a) != text_of(b)]
    one, other = dice.choice(pairs)
    first, second = text_of(one), text_of(other)
    put(one, second)
    put(other, first)


def type_claim(tree: Any, dice: random.Random) -> None:
    """A rise, a rank or a number in Chinese characters, typed behind a run."""
    said = dice.choice(
        ["较上月明显增长。", "在全区排名第一，", "居全区首位。", "共有三百余户。", "占比过半，", "同比有所下降。"]
    )
    paragraph = dice.choice(body_paragraphs(tree))
    place = dice.choice([child for child in paragraph if child.tag in (f"{W}r", f"{W}sdt")])
    place.addnext(run(said))


TAMPERINGS: tuple[Tamper, ...] = (
    change_digit,
    change_digit_of_split_run,
    delete_control,
    empty_control,
    drop_tag,
    swap_texts,
    swap_controls,
    move_control,
    repeat_paragraph,
    delete_paragraph,
    type_numeral,
    flip_word,
    change_plain_digit,
    delete_with_changes_tracked,
    insert_with_changes_tracked,
    lose_digit,
    add_digit,
    change_scale,
    lose_name,
    swap_neighbours,
    type_claim,
)


def tampered(content: bytes, count: int) -> Iterator[tuple[str, bytes]]:
    """So many seeded tamperings with a report, each way in its turn; a way with nothing to spoil is passed over."""
    done = seed = 0
    while done < count:
        tamper, dice = TAMPERINGS[seed % len(TAMPERINGS)], random.Random(seed)  # noqa: S311  # a repeatable sample
        seed += 1
        try:
            spoilt = edited(content, lambda tree, tamper=tamper, dice=dice: tamper(tree, dice))  # type: ignore[misc]
        except IndexError:  # what chance could choose from is empty: a report without a rise has none to flip
            continue
        done += 1
        yield f"{tamper.__name__} {seed - 1}", spoilt


def missed(content: bytes, count: int) -> list[str]:
    """Which of so many tamperings with a report `verify` does not find."""
    printed, catalog = read_report(content, name="报告.docx"), load_catalog()
    return [
        name
        for name, spoilt in tampered(content, count)
        if not compare(read_report(spoilt, name="报告.docx"), printed=printed, latest=printed, catalog=catalog)
    ]


_UNFOUNDED = ("37", "6.5%", "两家", "三百余户", "百分之九十", "增长", "下降", "持平", "最高", "居首位", "超过", "同比")


def spoilt_styles(text: str, count: int) -> Iterator[tuple[str, str]]:
    """So many style texts, each with a number or comparing word typed into the words of its body."""
    lines = text.splitlines()
    body = [at for at, line in enumerate(lines) if line and not re.match("#|[^：]{2,4}：", line)]
    for seed in range(count):
        dice = random.Random(seed)  # noqa: S311  # a repeatable sample
        at, typed = dice.choice(body), _UNFOUNDED[seed % len(_UNFOUNDED)]
        line = lines[at]
        inside = [range(*found.span()) for found in re.finditer(r"\{[^}]*\}|\[\[|\]\]", line)]
        places = [place for place in range(3, len(line)) if not any(place in one[1:] for one in inside)]
        place = dice.choice(places)
        yield f"{typed} {seed}", "\n".join([*lines[:at], line[:place] + typed + line[place:], *lines[at + 1 :]])
