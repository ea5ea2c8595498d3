"""Types texts into cells of a finished workbook by editing its sheets, as only a person would fill it in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

_SHEET = re.compile(r'<sheet name="([^"]+)"[^>]* r:id="([^"]+)"')
_TARGET = re.compile(r'<Relationship Id="([^"]+)"[^>]* Target="([^"]+)"')
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-zA-Z]+")?(?:/>|>.*?</c>)')


def retyped(content: bytes, texts: Mapping[tuple[str, str], str]) -> bytes:
    """The workbook with each text in its cell, by sheet and cell; a cell that it does not have stays out."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {entry: package.read(entry) for entry in package.infolist()}
    names = _sheet_parts({entry.filename: part for entry, part in parts.items()})
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, part in parts.items():
            own = {cell: text for (sheet, cell), text in texts.items() if names.get(sheet) == entry.filename}
            package.writestr(entry, _typed_into(part, own) if own else part)
    return buffer.getvalue()


def _sheet_parts(parts: Mapping[str, bytes]) -> Mapping[str, str]:
    """The part of each sheet by the sheet's name."""
    targets = dict(_TARGET.findall(parts["xl/_rels/workbook.xml.rels"].decode()))
    sheets = _SHEET.findall(parts["xl/workbook.xml"].decode())
    return {name: f"xl/{targets[identity]}" for name, identity in sheets}


def _typed_into(part: bytes, texts: Mapping[str, str]) -> bytes:
    def typed(found: re.Match[str]) -> str:
        text = texts.get(found[1])
        if text is None:
            return found[0]
        inner = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
        return f'<c r="{found[1]}"{found[2]} t="inlineStr">{inner}</c>'

    return _CELL.sub(typed, part.decode()).encode()
