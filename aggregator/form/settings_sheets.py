"""The sheets of the settings workbook 街道设置.xlsx: names, headers and fixed words, for its writer and its reader."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.model.catalog import Catalog
from aggregator.model.definition import Setting
from aggregator.model.org_unit import UnitKind

UNITS_SHEET, SETTINGS_SHEET, BASELINES_SHEET, BLOCKS_SHEET = "社区名单", "参数", "基数", "功能块"

UNIT_HEADERS = ("代码", "名称", "简称", "类型", "其他写法", "启用年月", "撤销年月")
SETTING_HEADERS = ("代码", "名称", "值", "说明")
BASELINE_HEADERS = ("指标", "基期", "单位", "数值", "截至年月")
BLOCK_HEADERS = ("代码", "名称", "是否启用", "说明")

KIND_WORDS: Mapping[UnitKind, str] = {UnitKind.COMMUNITY: "社区", UnitKind.OFFICE: "街道本级"}
#: The bases as the clerk chooses them, by the word of the model.
BASE_WORDS: Mapping[str, str] = {
    "last_year": "上年同期",
    "year_to_date": "本年累计",
    "last_year_to_date": "上年同期累计",
    "last_term": "上届",
}
YES, NO = "是", "否"


def typed_settings(catalog: Catalog) -> tuple[Setting, ...]:
    """The settings that a clerk types."""
    return tuple(setting for setting in catalog.settings.values() if not setting.computed)
