"""Slips of the pen that reports are known for; each is told, none is mended silently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.model.report_text import PrintedParagraph

_HAN = "[\u4e00-\u9fff]"
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_NUMERALS = "一二三四五六七八九十"
# 一步一步, 越来越: what is said twice on purpose.
_TWICE_ON_PURPOSE = re.compile("[一越边又再逐层]")


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip: where in the text, what stands there, why it is wrong, what should stand there."""

    start: int
    found: str
    why: str
    expected: str


_TYPED_WRONG = (
    ("领带小组", "错别字", "领导小组"),
    ("签定", "错别字", "签订"),
    ("截止目前", "“截止”是结束，“截至”才是到某时为止", "截至目前"),
    ("截止到目前", "“截止”是结束，“截至”才是到某时为止", "截至目前"),
    ("市市委", "多了一个“市”字", "市委"),
    ("区区委", "多了一个“区”字", "区委"),
    ("县县委", "多了一个“县”字", "县委"),
    ("党党委", "多了一个“党”字", "党委"),
    ("座谈谈会", "多了一个“谈”字", "座谈会"),
    ("按装", "错别字", "安装"),
    ("布署", "错别字", "部署"),
    ("既使", "错别字", "即使"),
    ("不忘初衷、牢记使命", "主题教育名称不能改动", "不忘初心、牢记使命"),
)

Mend = tuple[re.Pattern[str], str, str]
_PATTERNS: tuple[Mend, ...] = (
    (re.compile(r"截止(?=(?:\d{4}年)?\d{1,2}月)"), "“截止”是结束，“截至”才是到某时为止", "截至"),
    (re.compile("(?<=党的)([一二三四五六七八九])届(?=[一二三四五六七]中全会)"), "届次不全，疑漏“十”字", r"十\1届"),
    (re.compile("(?:XX|xx|××|＊＊|[*]{2,})(?=是?(?:社区|街道|名|个|人|年|月))"), "留空没有填", "实际内容"),
    (re.compile(f"({_HAN}{{2,6}})(了|成)\\1(?:\\2)?"), "前后重复", r"\1\2"),
    (re.compile(f"({_HAN}{{3,8}})\\1"), "前后重复", r"\1"),
    (re.compile(f"(?<={_HAN})ー|ー(?={_HAN})"), "这是日文长音符号", "一"),
    (re.compile(f"({_HAN}|[”）])([,;:?!])(?={_HAN}|[“（])"), "中文之间用了半角标点", ""),
    (re.compile(f"({_HAN})(\\.)(?={_HAN}|$)"), "中文之间用了半角标点", ""),
    (re.compile(r"（([^（）()]*)\)"), "括号一全角一半角", r"（\1）"),
    (re.compile(r"\(([^（）()]*)）"), "括号一全角一半角", r"（\1）"),
    (re.compile("([，、；：。])(?=[，、；：。])"), "标点重复", ""),
    (re.compile(r"[约近]([0-9.]+万?)[余多]"), "“约”“近”与“余”“多”不能同用", r"\1余"),
    (re.compile(r"(?:减少|下降|降低)了?[0-9.一二三四五六七八九十两几]+倍"), "减少不能说几倍", "减少百分之几"),
    (re.compile(r"年0([0-9])月"), "月份前不加零", r"年\1月"),
    (re.compile(r"月0([0-9])日"), "日期前不加零", r"月\1日"),
)
_PART = re.compile(f"([{_NUMERALS}]{{1,3}})、")
_SUBPART = re.compile(f"（([{_NUMERALS}]{{1,3}})）")
_ITEM = re.compile(f"(?:^|(?<=[。；：]))([{_NUMERALS}]{{1,3}})是")


def slips(text: str) -> Iterator[Slip]:
    """The slips of one text."""
    for wrong, why, right in _TYPED_WRONG:
        for found in re.finditer(wrong, text):
            yield Slip(found.start(), wrong, why, right)
    for pattern, why, right in _PATTERNS:
        for found in pattern.finditer(text):
            if why != "前后重复" or not _TWICE_ON_PURPOSE.match(found[0]):
                yield Slip(found.start(), found[0], why, _mended(found, right))


def _mended(found: re.Match[str], right: str) -> str:
    if right:
        return found.expand(right)
    marks = found.groups()
    return marks[0] + _FULL_WIDTH[marks[1]] if len(marks) > 1 else "一个标点"


@dataclass(frozen=True, slots=True)
class Misnumbered:
    """A number out of its order: the paragraph, where in it, what stands there, what is wrong, what it should be."""

    paragraph: int
    start: int
    found: str
    why: str
    expected: str


def misnumbered(paragraphs: Sequence[PrintedParagraph]) -> Iterator[Misnumbered]:
    """Parts 一、, sub-parts （一） and items 一是 that are said twice or left out."""
    part = subpart = item = 0
    for at, paragraph in enumerate(paragraphs):
        if paragraph.is_cell:
            continue
        if found := _PART.match(paragraph.text):
            yield from _out_of_order(at, found, part, "{}、")
            part, subpart, item = _number(found[1]), 0, 0
        elif found := _SUBPART.match(paragraph.text):
            yield from _out_of_order(at, found, subpart, "（{}）")
            subpart, item = _number(found[1]), 0
        for found in _ITEM.finditer(paragraph.text):
            if _number(found[1]) != 1:
                yield from _out_of_order(at, found, item, "{}是")
            item = _number(found[1])


def _out_of_order(at: int, found: re.Match[str], before: int, form: str) -> Iterator[Misnumbered]:
    number = _number(found[1])
    if number != before + 1:
        why = "用了两次" if number == before else "没有接上前一个"
        yield Misnumbered(at, found.start(), form.format(found[1]), why, form.format(_numeral(before + 1)))


def _number(numeral: str) -> int:
    tens, found, ones = numeral.rpartition("十")
    if not found:
        return _NUMERALS.index(numeral[0]) + 1
    return 10 * (_NUMERALS.index(tens[0]) + 1 if tens else 1) + (_NUMERALS.index(ones[0]) + 1 if ones else 0)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_NUMERALS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (_NUMERALS[ones - 1] if ones else "")
