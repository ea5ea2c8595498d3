"""A street of near-identical names, and what people write: rightly decided, asked about, or refused; a table."""

from __future__ import annotations

from random import Random
from types import MappingProxyType

import pytest

from aggregator.form.places import COVER_SHEET
from aggregator.form.stamp import PROPERTY, Stamp
from aggregator.intake.cells import Cell, CellKind, Sheet, Visibility, Workbook
from aggregator.intake.identify import Identity, identify
from aggregator.intake.unit_names import UnitNames, core_name
from aggregator.model.org_unit import OrgUnit, Street, UnitKind
from aggregator.model.period import Period

OCTOBER = Period.month(2026, 10)
NAMES = (
    "华兴一", "华兴二", "东湖", "东湖南", "新村", "新村里", "梧桐里", "梧桐苑", "北苑（东）", "北苑（西）", "河东",
    "河西", "和平", "和平里", "向阳一村", "向阳二村", "红星", "红星桥", "春晖花园", "春晓花园", "天门", "天门十",
)  # fmt: skip
OLD_NAMES = {"梧桐里": ("老梧桐", "桐里村"), "和平里": ("平安里",), "河西": ("西河",)}
UNITS = (
    *(
        OrgUnit(f"C{number:02}", f"{name}社区", name, aliases=OLD_NAMES.get(name, ()))
        for number, name in enumerate(NAMES, 1)
    ),
    OrgUnit("J00", "青禾街道办事处", "街道本级", UnitKind.OFFICE),
)
STREET = Street(UNITS, {"set_street_name": "青禾街道"})
CODES = {unit.short_name: unit.code for unit in UNITS}
#: What stands in the tables where nobody is decided on.
NOBODY = "-"


def _table(text: str) -> list[tuple[str, str]]:
    """What is written and what comes of it, one a line."""
    return [
        (written.strip(), meant.strip()) for written, meant in (line.split("|") for line in text.split("\n") if line)
    ]


def _identity(
    *, stamp: str = "", cover: str = "", file: str = "1.xlsx", month: str = "2026-10", at: str = ""
) -> Identity:
    """Whose a workbook is that bears a stamp (of a unit and month) and a cover (of a unit and month)."""
    texts = {(5, 2): "填报单位", (5, 3): cover, (5, 4): "统计月份", (5, 5): at}
    cells = {place: Cell(CellKind.TEXT, text) for place, text in texts.items() if text}
    sheet = Sheet(COVER_SHEET, Visibility.VISIBLE, cells, frozenset(), (), ())
    mark = Stamp("青禾街道", stamp, month, "community", "1.0", "c", "l").to_property() if stamp else ""
    properties = MappingProxyType({PROPERTY: mark} if mark else {})
    nothing: MappingProxyType[str, str] = MappingProxyType({})
    workbook = Workbook("", 0, (sheet,), nothing, nothing, properties, date1904=False)
    return identify(workbook, file, street=STREET, names=UnitNames(UNITS), period=OCTOBER)


#: What the file is called, where nothing else says whose it is, and whose it is then.
BY_FILE_NAME = _table("""
    华兴一社区10月报表 | 华兴一
    华兴二社区10月报表 | 华兴二
    华兴1社区 | 华兴一
    华兴第二社区2026年10月 | 华兴二
    华兴（一）社区 | 华兴一
    华兴社区10月 | -
    华兴三社区 | -
    华兴10月1社区 | -
    华兴一月报表 | 华兴一
    华兴一、二社区 | -
    东湖和南山社区 | -
    东湖、南山 | -
    华兴一社区和华兴二社区 | -
    新华兴一社区 | -
    东湖社区 | 东湖
    东湖南社区 | 东湖南
    东湖（南） | 东湖南
    东湖-南 | 东湖南
    东湖北社区 | -
    东湖（北）社区 | -
    东湖 北区 | -
    东湖2社区 | -
    东湖二期 | -
    小东湖社区 | -
    东湖(1) | 东湖
    东湖1 | -
    东湖12026年10月 | -
    东湖 - 副本 | 东湖
    东湖202610 | 东湖
    10月东湖 | 东湖
    东湖最终版 | 东湖
    东湖社区党委月报 | 东湖
    青禾街道东湖社区月报 | 东湖
    东 湖 社 区 | 东湖
    东湖居委会 | 东湖
    湖东社区 | -
    东胡社区 | -
    新村10月 | 新村
    新村里10月 | 新村里
    新村（里） | 新村里
    机场新村10月 | -
    东湖新村社区 | -
    新村社区里的表 | 新村
    新村苑社区 | -
    梧桐里社区 | 梧桐里
    梧桐社区 | -
    老梧桐10月 | 梧桐里
    桐里村10月 | 梧桐里
    梧桐里、梧桐苑 | -
    北苑东社区 | 北苑（东）
    北苑(西)社区 | 北苑（西）
    【北苑】【东】10月 | 北苑（东）
    北苑社区 | -
    北苑（南）社区 | -
    河东社区 | 河东
    西河社区 | 河西
    河东西社区 | -
    和平社区 | 和平
    平安里10月 | 和平里
    和平里10月 | 和平里
    和平路社区 | -
    和平的10月报表 | 和平
    向阳1村10月 | 向阳一村
    向阳村10月 | -
    向阳二村社区 | 向阳二村
    红星10月 | 红星
    红星桥10月 | 红星桥
    红星路桥10月 | -
    春晖花园 | 春晖花园
    春晓花园 | 春晓花园
    春辉花园 | -
    天门十月报表 | -
    天门10月报表 | 天门
    天门十社区10月 | 天门十
    C03 10月 | 东湖
    c03 | 东湖
    C0310月 | -
    C030 | -
    AC03 | -
    街道本级10月 | 街道本级
    青禾街道办事处东湖社区10月 | 东湖
    街道本级（含东湖）10月 | -
    社区10月报表 | -
    10月报表 | -
    张三-东湖社区 | 东湖
    东湖/10月报表 | -
    ＤＨ东湖１０月 | 东湖
""")


@pytest.mark.parametrize(("file", "whose"), BY_FILE_NAME)
def test_a_file_name_alone_decides_only_what_can_be_nothing_else(file: str, whose: str) -> None:
    unit = _identity(file=f"{file}.xlsx").unit
    assert (unit.short_name if unit else NOBODY) == whose


#: What the cover says, where there is no mark, and whose it is then.
BY_COVER = _table("""
    华兴一社区 | 华兴一
    华兴1社区 | 华兴一
    华兴第一社区 | 华兴一
    华兴（一）社区居民委员会 | 华兴一
    华兴1 | -
    华兴社区 | -
    华兴三社区 | -
    东湖社区 | 东湖
    青禾街道东湖社区 | 东湖
    某某区青禾街道东湖居委 | 东湖
    东湖南居委会 | 东湖南
    东湖社区（南） | -
    东湖（南）社区 | 东湖南
    东湖北社区 | -
    新村里 | 新村里
    新村 | 新村
    新村社区居委会 | 新村
    新材社区 | -
    老梧桐社区 | 梧桐里
    梧桐 | -
    北苑东 | 北苑（东）
    北苑[西]社区 | 北苑（西）
    向阳1村社区 | 向阳一村
    青禾街道办事处 | 街道本级
    青禾街道 | -
    c05 | 新村
    社区 | -
""")


@pytest.mark.parametrize(("cover", "whose"), BY_COVER)
def test_a_cover_decides_by_a_whole_name(cover: str, whose: str) -> None:
    unit = _identity(cover=cover).unit
    assert (unit.short_name if unit else NOBODY) == whose


#: Whose mark it bears, what the cover and the file say: whose it is then, and whether that is asked about.
AGAINST_THE_MARK = (
    ("华兴一", "华兴一社区", "华兴一社区10月.xlsx", "华兴一", False),
    ("华兴一", "华兴1社区", "华兴第一社区.xlsx", "华兴一", False),
    ("华兴一", "华星一社区", "10月.xlsx", "华兴一", False),  # a slip, and nobody else's name
    ("华兴一", "华兴二社区", "10月.xlsx", "华兴一", True),
    ("华兴一", "华兴2社区", "10月.xlsx", "华兴一", True),
    ("华兴一", "华兴三社区", "10月.xlsx", "华兴一", True),
    ("华兴一", "华兴社区", "10月.xlsx", "华兴一", True),
    ("华兴一", "", "华兴2社区10月.xlsx", "华兴一", True),
    ("华兴一", "华兴二社区", "华兴二社区.xlsx", NOBODY, False),  # refused: two say the other
    ("东湖", "东湖南社区", "1.xlsx", "东湖", True),
    ("东湖南", "东湖社区", "1.xlsx", "东湖南", True),
    ("东湖南", "东湖北社区", "1.xlsx", "东湖南", True),
    ("东湖", "湖东社区", "1.xlsx", "东湖", True),  # as near to 河东
    ("东湖", "青禾街道东湖社区居委会", "1.xlsx", "东湖", False),
    ("新村", "新村里社区", "1.xlsx", "新村", True),
    ("新村里", "新里村社区", "1.xlsx", "新村里", True),  # as near to 新村
    ("新村", "新材社区", "1.xlsx", "新村", False),
    ("河东", "河西社区", "1.xlsx", "河东", True),
    ("河东", "东河社区", "1.xlsx", "河东", True),  # as near to 东湖
    ("红星桥", "星红桥社区", "1.xlsx", "红星桥", False),  # two signs changed places
    ("北苑（东）", "北苑社区", "1.xlsx", "北苑（东）", True),
    ("北苑（东）", "北苑（西）社区", "1.xlsx", "北苑（东）", True),
    ("春晖花园", "春晓花园社区", "1.xlsx", "春晖花园", True),
    ("春晖花园", "春辉花园社区", "1.xlsx", "春晖花园", True),  # as near to 春晓花园
    ("红星", "红星桥", "红星.xlsx", "红星", True),
    ("和平", "和平里", "和平里10月.xlsx", NOBODY, False),
)


@pytest.mark.parametrize(("stamp", "cover", "file", "whose", "is_asked"), AGAINST_THE_MARK)
def test_what_speaks_against_the_mark_is_asked_about(
    stamp: str, cover: str, file: str, whose: str, *, is_asked: bool
) -> None:
    found = _identity(stamp=CODES[stamp], cover=cover, file=file)
    assert (found.unit.short_name if found.unit else NOBODY) == whose
    assert bool(found.conflicts) is is_asked


#: What a file name says of the month, seen from October 2026.
MONTHS = _table("""
    东湖10月 | 2026-10
    东湖十月 | 2026-10
    东湖十月份报表 | 2026-10
    东湖2026.10 | 2026-10
    东湖202610 | 2026-10
    东湖2026-10 | 2026-10
    东湖2026年10月 | 2026-10
    东湖26年10月 | 2026-10
    东湖2026 10 | 2026-10
    东湖９月 | 2026-09
    东湖九月 | 2026-09
    东湖十一月 | 2026-11
    东湖25年10月 | 2025-10
    东湖2025年10月 | 2025-10
    2025年东湖10月 | 2025-10
    东湖去年10月 | 2025-10
    东湖12月 | 2026-12
    东湖1月 | 2027-01
    东湖10-31 | -
    东湖10月31日 | -
    东湖2026年10月31日 | -
    东湖2026-11-03 | -
    东湖20261103 | -
    东湖第三季度 | -
    东湖2026年3季度 | -
    东湖三季度 | -
    东湖2026年1-10月 | -
    东湖1—9月累计 | -
    东湖一至九月 | -
    东湖9月10月 | -
    东湖10月（与去年同期对比） | -
    东湖上月 | -
    东湖2026 | -
    东湖10月第2次 | 2026-10
    东湖10月(2) | 2026-10
    东湖10月1日交2026年9月表 | 2026-09
    华兴一月报表 | -
    华兴一社区十月报表 | 2026-10
    华兴二月报2026年10月 | 2026-10
    东湖13月 | -
    东湖0月 | -
    电话13820261012 | -
""")


@pytest.mark.parametrize(("file", "month"), MONTHS)
def test_the_month_that_a_file_name_says(file: str, month: str) -> None:
    found = _identity(stamp=CODES["东湖"], month="", file=f"{file}.xlsx").period
    assert (str(found) if found else NOBODY) == month


#: What the cover says of the month where the mark says October 2026, and whether that is asked about.
COVER_MONTHS = _table("""
    2026年10月 | agrees
    2026.10 | agrees
    202610 | agrees
    10月 | agrees
    十月 | agrees
    2026-10-31 | agrees
    46296 | agrees
    2026年9月 | asked
    9月 | asked
    九月份 | asked
    46266 | asked
    2026年第三季度 | asked
    1-10月 | asked
    2025年10月 | asked
""")


@pytest.mark.parametrize(("at", "said"), COVER_MONTHS)
def test_a_cover_of_another_month_than_the_marks_is_asked_about(at: str, said: str) -> None:
    found = _identity(stamp=CODES["东湖"], at=at)
    assert (str(found.period), bool(found.conflicts)) == ("2026-10", said == "asked")


def test_a_code_that_is_a_mere_number_is_no_name_in_a_text() -> None:
    units = UnitNames((OrgUnit("10", "东湖社区", "东湖"), OrgUnit("11", "新村社区", "新村")))
    assert [unit.code for unit in units.mentioned("新村10月")] == ["11"]


def test_of_short_codes_the_longer_is_not_read_into_a_month() -> None:
    units = UnitNames((OrgUnit("C1", "东湖社区", "东湖"), OrgUnit("C11", "新村社区", "新村")))
    assert [unit.code for unit in units.mentioned("C1 10月")] == ["C1"]
    assert units.mentioned("C110月") == ()


PLACES = (
    "东湖", "南湖", "新村", "和平", "向阳", "红星", "华兴", "梧桐", "春晖", "河东", "机场", "解放", "滨河", "丽景",
)  # fmt: skip
ENDS = (
    "", "一", "二", "里", "苑", "园", "南", "北", "东", "路", "桥", "花园", "新村", "一村", "二村", "（东）", "（西）",
    "小区", "家园", "湾", "1", "2", "第一",
)  # fmt: skip
WAYS = (
    "{}社区10月", "{}10月报表", "10月{}", "{}社区居委会2026年10月", "青禾街道{}社区", "{}（最终版）", "{} - 副本",
    "{}社区(2)", "2026.10{}社区月报", "{}2026年10月报表修改",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_no_file_of_a_neighbour_is_taken_for_one_of_the_street(seed: int) -> None:
    everybody = [place + end for place in PLACES for end in ENDS]
    cores: dict[str, OrgUnit] = {}
    for number, name in enumerate(Random(seed).sample(everybody, 30), 1):  # noqa: S311  # any will do
        cores.setdefault(core_name(f"{name}社区"), OrgUnit(f"C{number:02}", f"{name}社区", name))
    names = UnitNames(cores.values())
    decided = [(names.stands_in(way.format(name)), name, way) for name in everybody for way in WAYS]
    wrong = [
        (unit.short_name, way.format(name))
        for unit, name, way in decided
        if unit is not None and unit is not cores.get(core_name(f"{name}社区"))
    ]
    assert wrong == []
    assert sum(unit is not None for unit, _, _ in decided) > len(cores) * (len(WAYS) - 2)


def test_a_name_that_ends_with_a_digit_is_not_read_into_a_month() -> None:
    names = UnitNames((OrgUnit("A", "东湖1", "东湖1"), OrgUnit("B", "南湖社区", "南湖")))
    assert names.mentioned("东湖10月报表") == ()
    assert [unit.code for unit in names.mentioned("东湖1 2026年10月")] == []
    assert [unit.code for unit in names.mentioned("2026年10月东湖1")] == ["A"]
