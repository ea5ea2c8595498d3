"""The measures of a report: the standard's, with what a house has changed in its settings."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from aggregator.catalog import load_catalog
from aggregator.publish.report.blocks import Block, Heading, Paragraph, Signature, Text, Title
from aggregator.publish.report.document import document_bytes
from aggregator.publish.report.layout import Layout, layout_of
from aggregator.publish.report.package import Properties
from aggregator.publish.report.paragraphs import laid_out

CATALOG = load_catalog()
OF_LAYOUT = [setting for setting in CATALOG.settings.values() if setting.group == "版式"]


def test_settings_left_empty_or_at_their_default_are_the_standard() -> None:
    assert layout_of({}) == Layout()
    assert layout_of({setting.code: setting.default for setting in OF_LAYOUT}) == Layout()


@pytest.mark.parametrize("code", [setting.code for setting in OF_LAYOUT])
def test_each_setting_of_the_layout_changes_it(code: str) -> None:
    changed = "11" if CATALOG.settings[code].minimum is not None else "华文中宋"
    assert layout_of({code: changed}) != Layout()


def test_a_house_style_reaches_the_word_file() -> None:
    layout = layout_of(
        {
            "set_font_title": "华文中宋",
            "set_font_digits": "Times New Roman",
            "set_size_body": "14",
            "set_size_title": "18",
            "set_margin_left": "31.5",
            "set_lines_per_page": "25",
        }
    )
    blocks: list[Block] = [
        Title("汇报"),
        Heading(1, (Text("一、情况"),)),
        Paragraph((Text("2026年"),)),
        Signature("党工委", "2026年"),
    ]
    properties = Properties("汇报", "党工委", docx.Document().core_properties.created.date())
    made = docx.Document(BytesIO(document_bytes(laid_out(blocks, layout), layout=layout, properties=properties)))
    (section,) = made.sections
    assert section.left_margin is not None
    assert abs(section.left_margin - Mm(31.5)) < Mm(0.05)
    assert made.styles["Title"].font.name == "Times New Roman"
    assert made.styles["Title"].element.rPr.rFonts.get(qn("w:eastAsia")) == "华文中宋"
    assert (made.styles["Body Text"].font.size, made.styles["Title"].font.size) == (Pt(14), Pt(18))
    # 225 mm in 25 lines are 510 twips a line.
    assert made.styles["Body Text"].element.pPr.spacing.get(qn("w:line")) == "510"
