"""Text from communities made safe to print: what no reader could see is shown as □, never dropped."""

import re

# Controls but tab and line feed, lone surrogates and the two code points that no XML file may hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    """The text with each control character and lone surrogate shown as □; line ends become line feeds."""
    if text.isprintable():  # as nearly every text is
        return text
    return _UNPRINTABLE.sub("□", text.replace("\r\n", "\n").replace("\r", "\n"))
