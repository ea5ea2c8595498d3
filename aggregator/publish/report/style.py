"""The text of a report style as a value: head lines, headings, items and paragraphs with their fills.

`docs/report_styles.md` tells a clerk how such a text is written. Nothing here knows a number of any month.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Asked, Element, Narrative, Over, Setting, ValueType
from aggregator.model.masking import names_persons
from aggregator.publish.report.gate import unfounded
from aggregator.publish.report.rounded_parts import rounded_parts

_HEAD = re.compile(r"(名称|标题|署名|附表|附图|固定用语|范围|分社区)[：:](.*)")
_NUMERAL = "[一二三四五六七八九十]+"
_HEADING = re.compile(rf"{_NUMERAL}、")
_SUBHEADING = re.compile(rf"（{_NUMERAL}）")
_ITEM = re.compile(rf"{_NUMERAL}是")
_TOKEN = re.compile(r"\[\[|\]\]|\{[^{}]*\}|[{}]")
_SENTENCE = re.compile(r"(?<=。)(?!”|’|）)")
#: Measure words that may follow 等N in a list of names.
MEASURES = frozenset("个处家条项名支场篇份批位次")
#: Without this figure or text its whole paragraph leaves.
REQUIRED = "必有"
_ALWAYS_WORDS = frozenset({"本月", "累计", REQUIRED})
#: Above a hundred per cent it says that things of earlier months are in it.
CARRIED_OVER = "结转"
_NUMBER_WORDS = _ALWAYS_WORDS | {"余", "非零", "数", "环比", "同比", "较上届", "各社区", CARRIED_OVER}
_NAMES_WORDS = _ALWAYS_WORDS | {"大数", "个数", "等", "括注", *MEASURES}
#: A day or month outside the report's span is as good as none.
WITHIN = "期内"
_OTHER_WORDS = {
    ValueType.DATE: _ALWAYS_WORDS | {"月日", WITHIN},
    ValueType.MONTH: _ALWAYS_WORDS | {"月日", WITHIN},
    ValueType.TEXT: _ALWAYS_WORDS | {"较上届"},
}
#: What stands instead of the names of those that lag behind, unless the street has chosen to name them.
UNNAMED = ("个别社区", "个别党组织")
#: Which part of a text is printed; without one of these, all of it.
TEXT_PARTS = ("题目", "正文", "主题")
_ORDINAL = re.compile("第([1-9])")
# Compared over the whole street only, or made of whole lists of it.
_STREET_WORDS = frozenset({"累计", "环比", "同比", "较上届", "各社区"})
_UNIT_SCOPE = "社区"
#: The one narrative without rows: whose report it is.
UNIT_NAME = "nar_community"


class StyleError(ValueError):
    """A style text with faults, a line each: file, line, what is wrong and what was perhaps meant."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Role(StrEnum):
    """What a line of the style is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    RUN_IN = "run_in"
    ITEM = "item"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the style itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A place to fill: the definition that fills it and how; `number` tells it from all others of the style."""

    number: int
    line: int
    definition: Element | Setting | Narrative
    how: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code of what fills it."""
        return self.definition.code

    @property
    def size(self) -> int | None:
        """The number among its words: how many names, texts or parts at most."""
        return next((int(word) for word in self.how if word.isdecimal()), None)

    @property
    def place(self) -> int | None:
        """Which one of several it asks for, 第1 the first; None when it does not say."""
        return next((int(found[1]) for word in self.how if (found := _ORDINAL.fullmatch(word))), None)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The words by which a text is looked for."""
        plain = (word for word in self.how if not word.isdecimal() and not _ORDINAL.fullmatch(word))
        return tuple(part for word in plain if word not in (*TEXT_PARTS, REQUIRED) for part in word.split("、"))


@dataclass(frozen=True, slots=True)
class Clause:
    """Words and fills that leave together when none of their fills is there."""

    parts: tuple[Node, ...]


Node = Words | Fill | Clause
Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the style, without its number; `sentences` follow a run-in heading `lead`.

    One that `is_joined` goes on in the paragraph before it.
    """

    role: Role
    lead: Nodes
    sentences: tuple[Clause, ...]
    is_optional: bool = False
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """A report style, read and bound to the catalog.

    `is_of_unit` tells a style whose figures are those of one community; `unit_style` is the code of the one that is
    written for each community beside this one.
    """

    code: str
    name: str
    title: Nodes
    organ: Nodes
    annex: tuple[Element, ...]
    fixed_phrases: tuple[str, ...]
    lines: tuple[Line, ...]
    is_of_unit: bool = False
    unit_style: str = ""
    charts: tuple[Element, ...] = ()

    def fills(self) -> Iterator[Fill]:
        """Every fill of title, organ and text, in order."""
        yield from fills_in((*self.title, *self.organ))
        for line in self.lines:
            yield from fills_in((*line.lead, *line.sentences))


def fills_in(nodes: tuple[Node, ...]) -> Iterator[Fill]:
    """The fills of some nodes, those inside clauses too."""
    for node in nodes:
        if isinstance(node, Fill):
            yield node
        elif isinstance(node, Clause):
            yield from fills_in(node.parts)


def parse_style(code: str, text: str, catalog: Catalog) -> Style:
    """The style of a text; StyleError names every fault in it."""
    reader = _Reader(f"styles/{code}.txt", catalog)
    style = reader.read(code, text)
    if reader.faults:
        raise StyleError(tuple(reader.faults))
    return style


def lint_style(code: str, text: str, catalog: Catalog) -> tuple[str, ...]:
    """The faults of a style text, none when it can be used."""
    reader = _Reader(f"styles/{code}.txt", catalog)
    reader.read(code, text)
    return tuple(reader.faults)


@dataclass
class _Reader:
    """Reads one style text and collects its faults."""

    file: str
    catalog: Catalog
    faults: list[str] = field(default_factory=list)
    line: int = 0
    count: int = 0
    phrases: tuple[str, ...] = ()
    is_of_unit: bool = False

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.file}:{self.line}: {text}")

    def read(self, code: str, text: str) -> Style:
        head: dict[str, tuple[int, str]] = {}
        body: list[tuple[int, str]] = []
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw.strip()
            if found := _HEAD.fullmatch(line):
                head[found[1]] = (number, found[2].strip())
            elif line and not line.startswith("#"):
                body.append((number, line))
        self.phrases = tuple(filter(None, head.get("固定用语", (0, ""))[1].split("、")))
        self.is_of_unit = self._is_of_unit(*head.get("范围", (0, "")))
        unit_style = self._unit_style(*head.get("分社区", (0, "")))
        title, organ = self._head(head, "标题"), self._head(head, "署名")
        name = head.get("名称", (0, ""))[1]
        if not name:
            self.fault("缺少“名称：”一行")
        self._refuse_digits(name)
        lines = tuple(self._checked(self._line(number, line)) for number, line in body)
        annex = self._annex("附表", *head.get("附表", (0, "")))
        charts = self._annex("附图", *head.get("附图", (0, "")))
        for wrong in (element for element in charts if not _adds_up(element)):
            self.fault(f"附图只能列能按月或按社区相加的数：{wrong.code}")
        return Style(code, name, title, organ, annex, self.phrases, lines, self.is_of_unit, unit_style, charts)

    def _is_of_unit(self, number: int, scope: str) -> bool:
        self.line = number
        if scope not in ("", "街道", _UNIT_SCOPE):
            self.fault(f"“范围：{scope}”只能写“街道”或“{_UNIT_SCOPE}”")
        return scope == _UNIT_SCOPE

    def _unit_style(self, number: int, code: str) -> str:
        self.line = number
        if code and code not in self.catalog.styles:
            self.fault(f"“分社区：{code}”不是现有样式")
        return code

    def _head(self, head: dict[str, tuple[int, str]], key: str) -> Nodes:
        self.line, text = head.get(key, (1, ""))
        if not text:
            self.fault(f"缺少“{key}：”一行")
        return self._nodes(text.replace("／", "\n"))

    def _annex(self, head: str, number: int, text: str) -> tuple[Element, ...]:
        self.line = number
        found = [self._definition(code.strip()) for code in text.split("、") if code.strip()]
        if found and self.is_of_unit:
            self.fault(f"范围是社区的样式没有{head}")
        for wrong in (entry for entry in found if entry is not None and not isinstance(entry, Element)):
            self.fault(f"{head}只能列指标：{wrong.code}")
        return tuple(entry for entry in found if isinstance(entry, Element))

    def _checked(self, line: Line) -> Line:
        """The line; one that prints parts which need not add up once they are rounded is a fault."""
        fills = [fill for fill in fills_in((*line.lead, *line.sentences)) if "数" not in fill.how]
        printed = [fill.definition for fill in fills if isinstance(fill.definition, Element)]
        for total in rounded_parts(printed, self.catalog):
            self.fault(f"“{total}”和它的各个分项都四舍五入后印在一段里，加起来可能对不上；请用“:数”印原数，或少印一项")
        return line

    def _line(self, number: int, text: str) -> Line:
        self.line = number
        is_joined = text.startswith("＋")
        text = text.removeprefix("＋")
        inner = _whole_clause(text)
        body = text if inner is None else inner
        role, body = _role(body)
        if is_joined and role not in (Role.ITEM, Role.PARAGRAPH):
            self.fault("“＋”只能接在“一是”或普通段落前面")
        lead, rest = _run_in(body) if role is Role.RUN_IN else (body, "")
        if role in (Role.HEADING, Role.SUBHEADING, Role.RUN_IN):
            return Line(role, self._nodes(lead), self._sentences(rest), inner is not None)
        return Line(role, (), self._sentences(body), inner is not None, is_joined)

    def _sentences(self, text: str) -> tuple[Clause, ...]:
        """The sentences of a paragraph: each leaves as a clause does."""
        sentences: list[Clause] = []
        parts: list[Node] = []
        for node in self._nodes(text):
            pieces = _SENTENCE.split(node.text) if isinstance(node, Words) else [node]
            for place, piece in enumerate(pieces):
                if place and parts:
                    sentences.append(Clause(tuple(parts)))
                    parts = []
                if piece:
                    parts.append(Words(piece) if isinstance(piece, str) else piece)
        return (*sentences, Clause(tuple(parts))) if parts else tuple(sentences)

    def _nodes(self, text: str) -> Nodes:
        """Words, fills and nested clauses of one text."""
        open_clauses: list[list[Node]] = [[]]
        faults_before = [len(self.faults)]
        end = 0
        for token in _TOKEN.finditer(text):
            self._add_words(open_clauses[-1], text[end : token.start()])
            end = token.end()
            if token[0] == "[[":
                open_clauses.append([])
                faults_before.append(len(self.faults))
            elif token[0] == "]]":
                self._close(open_clauses, faults_before)
            else:
                self._add_fill(open_clauses[-1], token[0])
        self._add_words(open_clauses[-1], text[end:])
        if len(open_clauses) > 1:
            self.fault("“[[”没有对应的“]]”")
        return tuple(open_clauses[0])

    def _close(self, open_clauses: list[list[Node]], faults_before: list[int]) -> None:
        if len(open_clauses) == 1:
            self.fault("“]]”前面没有“[[”")
            return
        clause, has_fault = Clause(tuple(open_clauses.pop())), faults_before.pop() < len(self.faults)
        # A fill that nobody knows is told already.
        if not any(fills_in((clause,))) and not has_fault:
            self.fault("“[[ ]]”里没有要填的内容，不会自动删去")
        open_clauses[-1].append(clause)

    def _add_words(self, parts: list[Node], text: str) -> None:
        if text:
            self._refuse_digits(text)
            parts.append(Words(text))

    def _refuse_digits(self, text: str) -> None:
        for found in unfounded(text, self.phrases):
            self.fault(f"“{found}”不是指标、参数或固定用语；确属固定用语的，写进“固定用语：”一行")

    def _add_fill(self, parts: list[Node], token: str) -> None:
        if token in ("{", "}"):
            self.fault(f"“{token}”不成对")
            return
        name, *how = (part.strip() for part in re.split("[:：]", token[1:-1]))
        definition = self._definition(name)
        if definition is None:
            return
        self._check(definition, tuple(how))
        self.count += 1
        parts.append(Fill(self.count, self.line, definition, tuple(how)))

    @cached_property
    def _known(self) -> Mapping[str, Element | Setting | Narrative]:
        """Every element, setting and kind of text by its Chinese name and by its code, which goes before a name."""
        catalog = self.catalog
        known: dict[str, Element | Setting | Narrative] = {**catalog.settings, **catalog.narratives, **catalog.elements}
        return {**{entry.name: entry for entry in known.values()}, **known}

    def _definition(self, name: str) -> Element | Setting | Narrative | None:
        """What a name stands for."""
        found = self._known.get(name)
        if found is None:
            near = difflib.get_close_matches(name, self._known, n=1, cutoff=0.4)
            self.fault(f"“{{{name}}}”在指标、参数和叙述材料中都没有" + (f"，是不是“{near[0]}”？" if near else ""))
        return found

    def _check(self, definition: Element | Setting | Narrative, how: tuple[str, ...]) -> None:
        if isinstance(definition, Narrative):
            if definition.code == UNIT_NAME and not self.is_of_unit:
                self.fault(f"“{{{UNIT_NAME}}}”只能写进范围是社区的样式；街道的样式引用社区材料时自动写明社区")
            return
        if isinstance(definition, Element) and names_persons(definition, self.catalog):
            self.fault(f"“{definition.code}”会印出应保密的个人姓名，不能写进报告")
        if isinstance(definition, Element) and self.is_of_unit and definition.of in (Asked.OFFICE, Asked.STREET):
            self.fault(f"“{definition.code}”不由社区填报，不能写进范围是社区的样式")
        allowed = _words_for(definition) - (_STREET_WORDS if self.is_of_unit else frozenset())
        for word in how:
            if word not in allowed and not _is_number_of_list(word, definition):
                said = "、".join(sorted(allowed)) or "没有"
                self.fault(f"“{{{definition.code}:{word}}}”的“{word}”用不上；这里可用：{said}")


def _is_number_of_list(word: str, definition: Element | Setting) -> bool:
    """A number of names of a list, or one of its places, which only a setting keeps."""
    if not definition.type.endswith("names"):
        return False
    return word.isdecimal() or (isinstance(definition, Setting) and _ORDINAL.fullmatch(word) is not None)


def _words_for(definition: Element | Setting) -> frozenset[str]:
    if isinstance(definition, Setting):
        return frozenset({REQUIRED})
    if definition.type.is_number:
        return _NUMBER_WORDS
    if definition.type is ValueType.NAMES:
        return _NAMES_WORDS | frozenset(UNNAMED)
    return _OTHER_WORDS.get(definition.type, _ALWAYS_WORDS)


def _adds_up(element: Element) -> bool:
    """Whether its months or its units can stand side by side as parts of one total."""
    return element.over_units is Over.SUM and element.over_months in (Over.SUM, Over.LAST)


def _whole_clause(text: str) -> str | None:
    """What stands in the marks when they enclose the whole paragraph."""
    depth = 0
    for token in re.finditer(r"\[\[|\]\]", text):
        depth += 1 if token[0] == "[[" else -1
        if depth == 0:
            is_whole = text.startswith("[[") and token.end() == len(text)
            return text[2:-2] if is_whole else None
    return None


def _role(text: str) -> tuple[Role, str]:
    """What a line is, and the line without its number."""
    if found := _HEADING.match(text):
        return Role.HEADING, text[found.end() :]
    if found := _SUBHEADING.match(text):
        is_run_in = re.search("[。：]", re.sub(r"\{[^{}]*\}", "", text)) is not None
        return Role.RUN_IN if is_run_in else Role.SUBHEADING, text[found.end() :]
    if found := _ITEM.match(text):
        return Role.ITEM, text[found.end() :]
    return Role.PARAGRAPH, text


def _run_in(text: str) -> tuple[str, str]:
    """The heading up to its first 。 or ：, and the text after it."""
    for found in re.finditer(r"\{[^{}]*\}|[。：]", text):
        if found[0] in "。：":
            return text[: found.end()], text[found.end() :]
    return text, ""
