"""Why a file cannot be read, and what a clerk is told about it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Cause(StrEnum):
    """Why a file cannot be read."""

    EMPTY_FILE = "empty-file"
    NOT_A_REGULAR_FILE = "not-a-regular-file"
    TOO_LARGE = "too-large"
    PASSWORD = "password"  # noqa: S105 - the name of a cause
    RIGHTS = "rights"
    OLD_XLS = "old-xls"
    VERY_OLD_XLS = "very-old-xls"
    XLSB = "xlsb"
    ODS = "ods"
    PDF = "pdf"
    PICTURE = "picture"
    WORD = "word"
    SLIDES = "slides"
    PROGRAM = "program"
    SHORTCUT = "shortcut"
    ARCHIVE = "archive"
    NO_TABLES = "no-tables"
    NESTED_ARCHIVE = "nested-archive"
    HTML = "html"
    TEXT = "text"
    XML_2003 = "xml-2003"
    FLAT_ODS = "flat-ods"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    BOMB = "bomb"
    DTD = "dtd"
    NO_SHEETS = "no-sheets"
    PART_MISSING = "part-missing"
    UNREADABLE_XML = "unreadable-xml"
    OUTSIDE_GRID = "outside-grid"
    TOO_MANY_CELLS = "too-many-cells"
    TOO_SLOW = "too-slow"
    TWO_READINGS = "two-readings"
    READER_DIED = "reader-died"
    READER_MISSING = "reader-missing"
    UNREADABLE_OTHER = "unreadable-other"
    VANISHED = "vanished"
    NO_PERMISSION = "no-permission"


class Advice(NamedTuple):
    """What a clerk reads about an unreadable file: what is wrong with it, and what to do."""

    fault: str
    remedy: str


_SAVE_AS_XLSX = "请用Excel或WPS打开，另存为“Excel工作簿（*.xlsx）”后重新报送"
_FILL_THE_FORM = "请在下发的表格模板中填写后重新报送"
_SEND_AGAIN = "请确认该文件能正常打开，保存后重新报送"
_SAVE_AGAIN = "请用Excel或WPS打开并重新保存；不能打开的，请在下发的表格模板中重新填写后报送"

ADVICE: Mapping[Cause, Advice] = MappingProxyType(
    {
        Cause.EMPTY_FILE: Advice("文件为空，没有任何内容", _SEND_AGAIN),
        Cause.NOT_A_REGULAR_FILE: Advice(
            "该名称下不是普通文件（可能是文件夹或快捷方式）", "请将表格文件本身放入收件文件夹"
        ),
        Cause.TOO_LARGE: Advice(
            "文件超过50MB，超出系统可处理的大小", "请删除插入的图片和多余内容后重新报送；压缩包请分几次打包"
        ),
        Cause.PASSWORD: Advice("文件设有密码", "请取消打开密码和工作簿保护密码后重新报送"),
        Cause.RIGHTS: Advice(
            "文件受权限管理或加密软件保护，只有获授权的人能打开",
            "请有权限的人解密或取消保护，另存为“Excel工作簿（*.xlsx）”后重新报送",
        ),
        Cause.OLD_XLS: Advice("文件为旧版表格格式（xls或et）", _SAVE_AS_XLSX),
        Cause.VERY_OLD_XLS: Advice("文件为Excel 4.0及更早的表格格式", _SAVE_AS_XLSX),
        Cause.XLSB: Advice("文件为二进制工作簿格式（xlsb）", _SAVE_AS_XLSX),
        Cause.ODS: Advice("文件为开放文档表格格式（ods）", _SAVE_AS_XLSX),
        Cause.PDF: Advice("文件实为PDF文档，不是表格", _FILL_THE_FORM),
        Cause.PICTURE: Advice("文件实为图片，不是表格", _FILL_THE_FORM),
        Cause.WORD: Advice("文件实为文字文档，不是表格", _FILL_THE_FORM),
        Cause.SLIDES: Advice("文件实为演示文稿，不是表格", _FILL_THE_FORM),
        Cause.PROGRAM: Advice(
            "文件实为程序，不是表格", "请不要打开它，并向报送单位核实来源；要报的内容请在下发的表格中填写"
        ),
        Cause.SHORTCUT: Advice("文件只是快捷方式，里面没有表格内容", "请报送表格文件本身"),
        Cause.ARCHIVE: Advice("文件为rar、7z等压缩包，不能直接读取", "请解压后报送其中的表格文件"),
        Cause.NO_TABLES: Advice("压缩包里没有表格文件", _FILL_THE_FORM),
        Cause.NESTED_ARCHIVE: Advice("压缩包里又套了压缩包，里层没有读取", "请解压后报送其中的表格文件"),
        Cause.HTML: Advice("文件实为网页，只是改用了表格的扩展名", _SAVE_AS_XLSX),
        Cause.TEXT: Advice("文件实为纯文本（如csv），不是工作簿", _FILL_THE_FORM),
        Cause.XML_2003: Advice("文件为XML表格（2003）格式", _SAVE_AS_XLSX),
        Cause.FLAT_ODS: Advice("文件为单个XML的开放文档格式（fods）", _SAVE_AS_XLSX),
        Cause.TRUNCATED: Advice("文件不完整，可能未传输完毕", "请重新发送完整的文件"),
        Cause.DAMAGED: Advice("文件已损坏，内容校验不符", "请重新发送；仍不能读取的，请打开原文件另存后报送"),
        Cause.BOMB: Advice("文件解压后过大，超出系统可处理的大小", _FILL_THE_FORM),
        Cause.DTD: Advice("文件内含有不应出现的文档类型声明，为安全起见未予读取", _SAVE_AGAIN),
        Cause.NO_SHEETS: Advice("工作簿中没有工作表", _FILL_THE_FORM),
        Cause.PART_MISSING: Advice("工作簿缺少必要的组成部分", _SAVE_AGAIN),
        Cause.UNREADABLE_XML: Advice("工作簿内部结构有误，不能读取", _SAVE_AGAIN),
        Cause.OUTSIDE_GRID: Advice("工作簿中有单元格的位置有误或超出表格的最大行列范围", _SAVE_AGAIN),
        Cause.TOO_MANY_CELLS: Advice("工作簿内容过多，超出系统可处理的数量", _FILL_THE_FORM),
        Cause.TOO_SLOW: Advice("工作簿过于复杂，未能在限定时间内读完", _FILL_THE_FORM),
        Cause.TWO_READINGS: Advice("文件内容有两种读法，不能确定哪一种对", _SAVE_AS_XLSX),
        Cause.READER_DIED: Advice("文件内部结构异常，读到一半被迫中止", _SAVE_AS_XLSX),
        Cause.READER_MISSING: Advice("本机读取这种格式的组件不能运行", f"{_SAVE_AS_XLSX}；或由技术人员重新安装本程序"),
        Cause.UNREADABLE_OTHER: Advice(
            "文件不是可识别的表格，可能已损坏或被加密软件加密", "请确认文件已解密且能正常打开，另存为xlsx后重新报送"
        ),
        Cause.VANISHED: Advice("文件在读取前已被移走或删除", "请将文件放回收件文件夹后重新运行"),
        Cause.NO_PERMISSION: Advice(
            "没有读取该文件的权限，或文件正被其他程序占用", "请关闭正在使用该文件的程序后重新运行"
        ),
    }
)


class UnreadableFileError(Exception):
    """A file that cannot be read; `detail` says in Chinese where it failed, for whoever looks into it."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail

    @property
    def advice(self) -> Advice:
        """What a clerk reads about this file."""
        return ADVICE[self.cause]

    def __str__(self) -> str:
        fault, remedy = self.advice
        detail = f"（{self.detail}）" if self.detail else ""
        return f"{fault}{detail}。{remedy}。"
