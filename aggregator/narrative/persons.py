"""Persons named in a text: whoever stands in a sensitive ledger, and conservatively what is written like a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aggregator.model.catalog import Catalog
from aggregator.model.definition import ValueType
from aggregator.model.masking import is_masked
from aggregator.model.value import Submission
from aggregator.narrative.stories import cell_text

# Common surnames that are hardly ever the last character of a word before a title.
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华魏陶姜戚谢邹喻潘葛奚范彭郎鲁韦马苗凤方俞"
    "袁柳鲍史唐费廉薛雷贺倪汤滕殷罗毕郝邬安乐于傅皮齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄贝宋庞熊纪舒屈项祝"
    "董梁杜阮蓝闵席季麻贾路娄江童颜郭梅盛林刁钟徐邱骆蔡田樊胡凌霍虞万柯管卢莫房缪解应宗丁宣邓郁单杭洪包"
    "左石崔吉龚程嵇邢裴陆翁荀惠曲封储靳段焦侯宁甘厉武符刘景詹龙叶司黎白蒲邰赖卓蔺屠池乔翟谭冉桑桂牛燕尚"
    "温庄晏瞿阎艾鱼向古易廖耿匡文寇广欧利师聂晁辛阚简饶曾沙丰关查荆游盖岳帅闫佟苑"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒"
_KIND_TITLES = "阿姨|大爷|大妈|大叔|大姐|大娘|奶奶|爷爷|婆婆|师傅|女士|先生|某某|某"
_OFFICIAL_TITLES = "同志|书记|主任|老人|老师|医生"
# Given names that no other word of such texts is made of.
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超兰霞刚桂珍莲萍玲红琴梅桂凤菊淑芬翠玉春建国志明华平文斌辉鹏浩宇轩"
    "佳雪莹倩雯颖怡婷琳欣悦晨浩然子涵梓馨思远致宁念安若溪清和景行瑞祥福贵兴旺德仁义礼忠孝廉洁彬宏永庆生"
)
_CUES = ("社区", "党员", "居民", "网格员", "志愿者", "老人", "组长")
_BEFORE = "|".join(
    (r"(?<![\u4e00-\u9fff])", "(?<=[的和与为对向请由给让把被帮叫位名问替找到])", *(f"(?<={cue})" for cue in _CUES))
)
_NAMES = re.compile(
    rf"(?:{_BEFORE})(?:"
    rf"(?P<called>(?:[{_SURNAMES}]|{_COMPOUND})(?:{_KIND_TITLES}))"
    rf"|(?P<titled>(?:[{_SURNAMES}]|{_COMPOUND})[{_GIVEN}]{{1,2}}(?:{_KIND_TITLES}|{_OFFICIAL_TITLES}))"
    rf"|(?P<official>(?<![\u4e00-\u9fff])(?:[{_SURNAMES}])(?:书记|主任|同志)(?=[说讲带来在为的，。]))"
    rf")"
)
# After such a word a full name of three characters may stand without a title.
_CUED = re.compile(
    rf"(?:党员|居民|网格员|志愿者|楼长|楼栋长|老人|户主|组长|书记|主任|名叫|叫做)(?P<name>[{_SURNAMES}][{_GIVEN}]{{2}})"
)
# Words that only look like a surname with a title.
_NO_NAMES = frozenset(
    {"方主任", "任书记", "单书记", "向老人", "和老人", "家某", "解某", "文书记", "宗某", "查某", "关某"}
)
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """What looks like a person's name in a text, and where; `is_known` when it stands in a sensitive ledger."""

    text: str
    start: int
    is_known: bool = False


def named_persons(text: str, known: Iterable[str] = ()) -> Iterator[NamedPerson]:
    """Who is named in a text, each name once."""
    found = {name: NamedPerson(name, text.index(name), is_known=True) for name in known if name in text}
    for pattern in (_NAMES, _CUED):
        for match in pattern.finditer(text):
            name = match.groupdict().get("name") or match[0]
            if name not in _NO_NAMES and not any(name in other or other in name for other in found):
                found[name] = NamedPerson(name, match.end() - len(name))
    yield from sorted(found.values(), key=lambda person: person.start)


def known_persons(submission: Submission, catalog: Catalog) -> frozenset[str]:
    """Whoever stands in a sensitive ledger of a return."""
    columns = {
        code: [column.code for column in ledger.columns if column.type is ValueType.TEXT and is_masked(ledger, column)]
        for code, ledger in catalog.ledgers.items()
        if ledger.sensitive
    }
    return frozenset(
        name
        for code, keys in columns.items()
        if (sheet := submission.ledgers.get(code)) is not None
        for row in sheet.rows
        for key in keys
        if len(name := cell_text(row, key)) >= _SHORTEST_NAME and not any(sign.isdigit() for sign in name)
    )
