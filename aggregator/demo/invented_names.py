"""Invented names of firms, resident units, estates and social organisations; none is a real one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_FIRM_WORDS = """
    恒澜 启禾 珀光 岚石 云栖谷 青衡 沐川 拓野 臻柏 砺行 澄镜 华榆 星榆 融岸 博屿 帆屿 捷岭 禾润达 浩澜 隆杉
    远槎 仁屿堂 盈澜 佳穗 飞屿 智岚 众榆 百溪汇 明澈 康杉 诚砺 汇杉 鼎榆 顺澜 安屿 兴禾 立杉 宏榆 德澜 和屿
    维杉 欣澜 嘉屿 万榆 凯杉 荣澜 达屿 正榆 泰杉 源澜 丰屿 利榆 富杉 昌澜 茂屿 盛榆 通杉 广澜 大屿 永榆
    新杉 建澜 高屿 信榆 金杉 银澜 铭屿 玖榆 天杉 湖澜 江屿 河榆 山杉 林澜 田屿 石榆 木杉 火澜 土屿 水榆
    春杉 夏澜 秋屿 冬榆 朝杉 暮澜 晨屿 晚榆 东杉 西澜 南屿 北榆 中杉 左澜 右屿 前榆 后杉 内澜 外屿 上榆
    初杉 次澜 叁屿 肆榆 伍杉 陆澜 柒屿 捌榆
"""
_TRADES = (
    "电子有限公司",
    "物业服务有限公司",
    "机械有限公司",
    "商贸有限公司",
    "餐饮管理有限公司",
    "建材有限公司",
    "医药连锁有限公司",
    "信息技术有限公司",
    "家居有限公司",
    "物流有限公司",
    "印务有限公司",
)
ESTATE_WORDS = (
    "松涛苑",
    "桂雨园",
    "临波里",
    "石榴坊",
    "揽月庭",
    "纺织新村",
    "丰和家园",
    "水岸名居",
    "向阳小区",
    "云台雅苑",
    "百合里",
    "建设新村",
    "教师公寓",
    "绿荫苑",
    "南门楼",
    "滨河小区",
    "锦程园",
    "和悦里",
    "福临苑",
    "杏花里",
    "银杏园",
    "车站小区",
    "新华坊",
    "竹韵苑",
    "星海里",
    "瑞景园",
    "东风里",
    "西苑小区",
    "安居苑",
    "光明里",
    "供销大院",
    "粮库小区",
    "机床厂宿舍",
    "荷风苑",
    "书香里",
    "听涛苑",
    "枣园里",
    "望山居",
    "悦澜庭",
    "青年公寓",
    "人才公寓",
    "百草园",
    "文昌里",
    "鼓楼里",
    "三槐坊",
    "迎晖苑",
    "春晓园",
    "秋水里",
    "金穗园",
    "育才坊",
    "铁路新村",
)
#: Units that reside in the street, with their level; a community has two of its own and some that it shares.
_UNITS = (
    ("省水文勘测院云澜分院", "省"),
    ("云澜市第九中学", "市"),
    ("云澜市档案服务中心", "市"),
    ("澄岚区疾病预防控制所", "县区"),
    ("省粮油储运公司云澜库", "省"),
    ("云澜市公共交通三分公司", "市"),
    ("云澜市供水营业所", "市"),
    ("澄岚区市场监管四所", "县区"),
    ("省地勘三队", "省"),
    ("云澜市群众艺术馆", "市"),
    ("澄岚区人民医院云杉院区", "县区"),
    ("澄岚区城管执法二中队", "县区"),
    ("省轻工技师学校", "省"),
    ("云澜市邮政云杉支局", "市"),
    ("澄岚区税务三分局", "县区"),
    ("澄岚区法律援助站", "县区"),
    ("省路桥检测站", "省"),
    ("云澜市园林养护二所", "市"),
    ("云澜市实验幼儿园", "市"),
    ("澄岚区消防救援二站", "县区"),
    ("省广电网络云澜营业部", "省"),
    ("云澜市燃气云杉服务站", "市"),
    ("澄岚区少年宫", "县区"),
    ("澄岚区残疾人服务中心", "县区"),
    ("省煤田地质资料馆", "省"),
    ("云澜市第三粮库", "市"),
    ("澄岚区图书馆云杉分馆", "县区"),
    ("澄岚区司法所云杉服务点", "县区"),
    ("省交通技工学校", "省"),
    ("云澜市环境监测二站", "市"),
    ("澄岚区老年大学", "县区"),
    ("澄岚区就业服务站", "县区"),
    ("云澜农商银行云杉支行", "其他"),
    ("云澜市热力云杉供热站", "市"),
    ("澄岚区妇幼保健所", "县区"),
    ("澄岚区交警三中队", "县区"),
)
#: A unit between several communities, which made one agreement with all of them on the same day.
SHARED_UNITS = (
    ("云澜市电力抢修三班", "市", date(2025, 3, 18)),
    ("澄岚区中医馆", "县区", date(2025, 5, 9)),
    ("省职业培训中心云澜校区", "省", date(2024, 11, 26)),
    ("云澜市血液采集站", "市", date(2026, 4, 21)),
)
_SOCIAL_ORGS = (
    "暖阳社工服务中心",
    "邻里守望互助会",
    "启明儿童关爱中心",
    "银龄乐活服务社",
    "绿芽环保促进会",
    "心桥心理服务中心",
    "同心调解服务社",
    "巧手公益工坊",
    "安馨居家养老服务中心",
    "朝阳志愿者协会",
    "书香阅读推广中心",
    "康乐健身指导站",
)
_TEAMS = ("应急救援", "巾帼", "银发", "青年", "文艺", "护河", "平安巡逻", "助学")
_SHOPS = (
    "平价理发店",
    "便民药房",
    "家电维修铺",
    "豆腐坊",
    "鲜果店",
    "洗衣坊",
    "早点铺",
    "配钥匙铺",
    "文具店",
    "裁缝铺",
    "粮油店",
    "五金店",
)


def firms(position: int) -> tuple[str, ...]:
    """The firms of one community."""
    words = _FIRM_WORDS.split()[position * 6 : position * 6 + 6]
    return tuple(word + _TRADES[(position + place * 4) % len(_TRADES)] for place, word in enumerate(words))


def estates(position: int) -> tuple[str, ...]:
    """The housing estates of one community."""
    return ESTATE_WORDS[position * 3 % len(ESTATE_WORDS) :][:3]


def resident_units(position: int, short_name: str) -> list[tuple[str, str]]:
    """The units that reside in one community with their levels, those shared with a neighbour included."""
    own = [_UNITS[position * 2 % len(_UNITS)], _UNITS[(position * 2 + 1) % len(_UNITS)]]
    neighbours = [_UNITS[(position * 2 + 2) % len(_UNITS)]] if position % 6 == 0 else []
    local = [
        (f"{short_name}小学", "县区"),
        (f"{short_name}幼儿园", "街道"),
        (f"{short_name}社区卫生服务站", "街道"),
        (f"云澜农商银行{short_name}网点", "其他"),
        (f"{short_name}农贸市场管理站", "其他"),
    ]
    return own + neighbours + local[: 3 + position % 3]


def shared_units(position: int) -> list[tuple[str, str, date]]:
    """The units that this community shares with two others."""
    return [unit for place, unit in enumerate(SHARED_UNITS) if position % 6 == place]


def social_orgs(position: int, short_name: str) -> list[str]:
    """The social organisations that work in one community; some work in several."""
    own = f"{short_name}邻里互助服务社"
    return [own, _SOCIAL_ORGS[position % len(_SOCIAL_ORGS)]] if position % 4 != 1 else [own]


def charity_orgs() -> Sequence[str]:
    """The social organisations that take part in the street's charity contest."""
    return _SOCIAL_ORGS[:7]


def teams(short_name: str, size: int) -> list[str]:
    """Names of volunteer teams, the Party members' team first."""
    return [f"{short_name}社区党员志愿服务队"] + [f"{short_name}社区{word}志愿服务队" for word in _TEAMS[:size]]


def shops(short_name: str, position: int, size: int) -> list[str]:
    """Names of shops that signed for the community's residents."""
    return [f"{short_name}{_SHOPS[(position * 5 + place) % len(_SHOPS)]}" for place in range(size)]
