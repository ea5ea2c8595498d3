import pytest

from aggregator.model.private_numbers import private_numbers, without_private_numbers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请拨打13800001234联系", "请拨打138******34联系"),
        ("电话010-62345678。", "电话010*******78。"),
        ("证号11010519491231002X", "证号110*************2X"),
        ("住3号楼2单元401室", "住*号楼*单元***室"),
        ("一品里B座303室的老人", "一品里B座***室的老人"),
        ("住5栋1203", "住*栋****"),
        ("家在3-2-401", "家在*-*-***"),
    ],
)
def test_what_leads_to_a_person_is_masked(text: str, masked: str) -> None:
    assert without_private_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "在8号楼前空地建长廊", "投入1234567元", "共发放资料12345678份", "网格内1203户居民", "活动室120平方米",
        "2026-10-15召开", "2025-2026年度", "拨打12345热线", "第12栋与13栋之间", "2025年新建205个",
    ],
)  # fmt: skip
def test_amounts_days_and_buildings_are_nobodys_number(text: str) -> None:
    assert list(private_numbers(text)) == []
