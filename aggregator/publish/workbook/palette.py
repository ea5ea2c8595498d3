"""The looks of the workbook: every style by name, in properties of XlsxWriter. Nothing here knows what is written."""

from __future__ import annotations

from collections.abc import Mapping

FONT = "微软雅黑"
SIZE = 10
_ACCENT = "#8C1D18"
_HEADER = "#F4E8E6"
_SECTION = "#FAF5F4"
_LINE = "#C9BFBD"
_INK = "#262626"
_GREY = "#767676"

#: Parts that are put together to the format of a cell, later ones winning.
PARTS: Mapping[str, Mapping[str, object]] = {
    "plain": {"valign": "vcenter", "font_color": _INK},
    "boxed": {"border": 1, "border_color": _LINE},
    "title": {"bold": True, "font_size": 14, "font_color": _ACCENT},
    "masthead": {"bold": True, "font_size": 20, "font_color": _ACCENT, "align": "center"},
    "subtitle": {"font_size": 11, "font_color": _GREY, "align": "center", "bottom": 2, "bottom_color": _ACCENT},
    "heading": {"bold": True, "font_size": 12, "font_color": _ACCENT},
    "header": {"bold": True, "bg_color": _HEADER, "align": "center", "text_wrap": True},
    "section": {"bold": True, "bg_color": _SECTION, "font_color": _ACCENT},
    "label": {"bold": True, "bg_color": _SECTION, "text_wrap": True},
    "strong": {"bold": True},
    "total": {"bold": True, "bg_color": _SECTION},
    "left": {"align": "left", "indent": 0},
    "right": {"align": "right"},
    "centre": {"align": "center"},
    "wrap": {"text_wrap": True, "align": "left"},
    "top": {"valign": "top"},
    "shrink": {"shrink": True},
    "page": {"font_size": 11},
    "indented": {"align": "left", "indent": 1},
    "note": {"font_size": 9, "font_color": _GREY, "text_wrap": True, "align": "left"},
    "link": {"font_color": "#1F4E9C", "underline": 1, "font_size": 9},
    # States of a cell: each differs in fill and in words, so that a black-and-white print still tells them apart.
    "number": {"align": "right", "indent": 1},
    "carried": {"align": "right", "indent": 1, "italic": True},
    "amended": {"align": "right", "indent": 1, "italic": True, "bg_color": "#E3EDF9"},
    "queried": {"align": "right", "indent": 1, "bg_color": "#E3EDF9"},
    "partial": {"align": "right", "indent": 1, "bg_color": "#FFF3CC"},
    "not_applicable": {"align": "center", "font_color": _GREY},
    "missing": {"align": "center", "bg_color": "#FFF3CC", "font_color": "#7A5B00"},
    "unreadable": {"align": "center", "bg_color": "#FCE3CF", "font_color": "#9C4A00"},
    "held": {"align": "center", "bg_color": "#F9DEDC", "font_color": "#A1261D"},
    "absent": {"align": "center", "bg_color": "#E4E4E4", "font_color": "#5C5C5C"},
    "not_asked": {"align": "center", "bg_color": "#F2F2F2", "font_color": _GREY},
    "good": {"align": "center", "font_color": "#2E6B34"},
    "quiet": {"align": "center"},
}

#: The style of a word that names a state, wherever a list prints one.
STATE_STYLES: Mapping[str, str] = {
    "强制": "held",
    "退回": "held",
    "无法打开": "held",
    "无法识别": "unreadable",
    "核实": "queried",
    "未填": "missing",
    "空表": "missing",
    "统计月份不符": "missing",
    "未识别单位": "missing",
    "不是本套表": "missing",
    "未报": "absent",
    "逾期": "missing",
    "—": "not_applicable",
    "已报": "good",
    "已汇总": "good",
    "按时": "good",
}
