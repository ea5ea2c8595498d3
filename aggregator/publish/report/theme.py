"""The theme of a package: the programs want one, and give what nobody styled its fonts and colours.

Ours is black on white in the fonts of the text; nothing that we write refers to it.
"""

from aggregator.publish.report.markup import XML_HEAD, escaped

THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_COLORS = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": "000000",
    "lt2": "FFFFFF",
    **{f"accent{number}": "595959" for number in range(1, 7)},
    "hlink": "000000",
    "folHlink": "000000",
}
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
#: Three of each are asked for: faint, middle, strong.
_LOOKS = {
    "fillStyleLst": _FILL,
    "lnStyleLst": f'<a:ln w="9525">{_FILL}</a:ln>',
    "effectStyleLst": "<a:effectStyle><a:effectLst/></a:effectStyle>",
    "bgFillStyleLst": _FILL,
}


def theme(headings: str, text: str) -> bytes:
    """The theme part with one font for headings and one for text, for every script."""
    colors = "".join(f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>' for name, color in _COLORS.items())
    major, minor = f"<a:majorFont>{_faces(headings)}</a:majorFont>", f"<a:minorFont>{_faces(text)}</a:minorFont>"
    styles = "".join(f"<a:{name}>{one * 3}</a:{name}>" for name, one in _LOOKS.items())
    schemes = (
        f'<a:clrScheme name="黑白">{colors}</a:clrScheme>'
        f'<a:fontScheme name="公文">{major}{minor}</a:fontScheme>'
        f'<a:fmtScheme name="无">{styles}</a:fmtScheme>'
    )
    root = f'<a:theme xmlns:a="{_DRAWING}" name="汇报">'
    return f"{XML_HEAD}{root}<a:themeElements>{schemes}</a:themeElements></a:theme>".encode()


def _faces(font: str) -> str:
    return "".join(f'<a:{script} typeface="{escaped(font)}"/>' for script in ("latin", "ea", "cs"))
