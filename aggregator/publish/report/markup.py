"""Small pieces of WordprocessingML, shared by the styles and the drawing."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from aggregator.publish.readable_text import readable
from aggregator.publish.report.layout import Layout


def node(tag: str, *children: BaseOxmlElement, **attributes: str | float) -> BaseOxmlElement:
    """An element of the w namespace with its attributes and children in the given order."""
    element: BaseOxmlElement = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), readable(str(value)))
    element.extend(children)
    return element


def fonts(font: str, layout: Layout) -> BaseOxmlElement:
    """All four fonts named, so that no theme and no substitute of Word's own decides.

    The hint gives quotation marks and dashes, which Word counts as western, to the Chinese font.
    """
    western = layout.digit_font or font
    return node("rFonts", hint="eastAsia", ascii=western, hAnsi=western, eastAsia=font, cs=western)


def text_run(text: str, font: str, layout: Layout, *, style: str | None = None) -> BaseOxmlElement:
    """A run in one font; line feeds and tabs become Word's own."""
    style_node = [node("rStyle", val=style)] if style else []
    return node("r", node("rPr", *style_node, fonts(font, layout)), *_text_nodes(readable(text)))


def _text_nodes(text: str) -> list[BaseOxmlElement]:
    lines = [[_literal(piece) for piece in line.split("\t")] for line in text.split("\n")]
    return _joined([_joined(pieces, "tab") for pieces in lines], "br")


def _joined(groups: list[list[BaseOxmlElement]], separator: str) -> list[BaseOxmlElement]:
    """The groups one after the other with a separating element between them."""
    joined = list(groups[0])
    for group in groups[1:]:
        joined += [node(separator), *group]
    return joined


def _literal(text: str) -> list[BaseOxmlElement]:
    if not text:
        return []
    literal = node("t")
    literal.text = text
    literal.set(qn("xml:space"), "preserve")
    return [literal]
