"""Small pieces of WordprocessingML as text, shared by the styles and the drawing.

`Xml` is what is marked up already; words become it only through `escaped`, `node` and `text_run`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NewType

from aggregator.publish.readable_text import readable
from aggregator.publish.report.layout import Layout

Xml = NewType("Xml", str)
XML_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


def escaped(text: str) -> Xml:
    """A text as XML holds it."""
    return Xml(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def attribute(value: str | float) -> str:
    """A value as it stands between the double quotes of an attribute."""
    written = escaped(readable(str(value)))
    return written.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def joined(pieces: Iterable[Xml]) -> Xml:
    """The pieces one after the other."""
    return Xml("".join(pieces))


def node(tag: str, *children: Xml, **attributes: str | float) -> Xml:
    """An element of the w namespace with its attributes and children in the given order."""
    start = f"w:{tag}" + "".join(f' w:{name}="{attribute(value)}"' for name, value in attributes.items())
    return Xml(f"<{start}>{''.join(children)}</w:{tag}>" if any(children) else f"<{start}/>")


def fonts(font: str, layout: Layout) -> Xml:
    """All four fonts named, so that no theme and no substitute of Word's own decides.

    The hint gives quotation marks and dashes, which Word counts as western, to the Chinese font.
    """
    return _fonts(font, layout.digit_font or font)


# A report names the same few fonts on each of its runs.
@lru_cache(maxsize=64)
def _fonts(font: str, western: str) -> Xml:
    return node("rFonts", hint="eastAsia", ascii=western, hAnsi=western, eastAsia=font, cs=western)


def text_run(text: str, font: str, layout: Layout, *, style: str = "") -> Xml:
    """A run in one font; line feeds and tabs become Word's own."""
    named = node("rStyle", val=style) if style else ""
    return Xml(f"<w:r><w:rPr>{named}{fonts(font, layout)}</w:rPr>{_words(readable(text))}</w:r>")


def _words(text: str) -> str:
    lines = ("<w:tab/>".join(map(_literal, line.split("\t"))) for line in text.split("\n"))
    return "<w:br/>".join(lines)


def _literal(text: str) -> str:
    return f'<w:t xml:space="preserve">{escaped(text)}</w:t>' if text else ""
