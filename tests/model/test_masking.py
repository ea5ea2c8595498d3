import pytest

from aggregator.model.definition import Asked, Column, Ledger, LedgerKind, ValueType
from aggregator.model.masking import is_masked, masked_name

PERSON = Column("person", "姓名", ValueType.TEXT)
SINCE = Column("since", "登记日期", ValueType.DATE)
PHONE = Column("phone", "电话", ValueType.TEXT, sensitive=True)


def _ledger(*, sensitive: bool) -> Ledger:
    columns = (PERSON, SINCE, PHONE)
    return Ledger(
        "floating", "流动党员台账", "流动党员", "base", Asked.BOTH, LedgerKind.STOCK, columns, ("person", "since"),
        sensitive=sensitive,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张三", "张*"),
        ("欧阳明月", "欧***"),
        ("  张三 ", "张*"),
        ("张", "*"),
        ("", ""),
        ("13800001234", "138******34"),
        ("１３８００００１２３４", "１３８******３４"),
        ("11010119800307123X", "110*************3X"),
        ("010-1234567", "010******67"),
        ("123456", "1*****"),
        ("张三13800001234", "张************"),
    ],
)
def test_a_name_keeps_its_first_character_and_a_number_its_ends(text: str, masked: str) -> None:
    assert masked_name(text) == masked


def test_the_key_texts_of_a_sensitive_ledger_are_masked_and_its_dates_are_not() -> None:
    ledger = _ledger(sensitive=True)
    assert [is_masked(ledger, column) for column in (PERSON, SINCE, PHONE)] == [True, False, True]


def test_in_an_open_ledger_only_a_sensitive_column_is_masked() -> None:
    ledger = _ledger(sensitive=False)
    assert [is_masked(ledger, column) for column in (PERSON, SINCE, PHONE)] == [False, False, True]
