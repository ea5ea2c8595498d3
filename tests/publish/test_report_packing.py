"""The packages that we write ourselves, held against the standard library's."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.publish.report.packing import packed, zip_package

names = st.text("abc/._[]", min_size=1, max_size=9)


@settings(deadline=None)
@given(st.dictionaries(names, st.binary(max_size=300), max_size=5))
def test_a_package_has_the_bytes_that_the_standard_library_writes(entries: dict[str, bytes]) -> None:
    expected = BytesIO()
    with ZipFile(expected, "w") as target:
        for name, content in entries.items():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            target.writestr(entry, content, compresslevel=6)
    assert zip_package((name, packed(content)) for name, content in entries.items()) == expected.getvalue()


def test_a_large_content_comes_back_whole() -> None:
    content = "一个社区的材料。".encode() * 50_000
    with ZipFile(BytesIO(zip_package([("word/document.xml", packed(content))]))) as package:
        assert package.testzip() is None
        assert package.read("word/document.xml") == content
