import pytest

from aggregator.publish.readable_text import readable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("东风社区 A&B <东风> ＝1", "东风社区 A&B <东风> ＝1"),
        ("第一行\r\n第二行\r第三行\n\t缩进", "第一行\n第二行\n第三行\n\t缩进"),
        ("党\x00员\x07大\x1b会", "党□员□大□会"),
        ("\x0b\x0c\x7f\x85", "□□□□"),
        ("半个\ud83d字", "半个□字"),
        ("\ufffe\uffff", "□□"),
        ("整个😀字", "整个😀字"),
    ],
)
def test_what_cannot_be_printed_is_shown_as_a_box(text: str, expected: str) -> None:
    assert readable(text) == expected
