"""A file becomes Markdown, or a reason why it can't. Nothing here trusts the file."""

import re
import unicodedata
from pathlib import Path

LARGEST = 50 * 1024 * 1024
PLAIN = frozenset({".md", ".markdown", ".txt"})
CONVERTER = {
    ".html": "HtmlConverter", ".htm": "HtmlConverter", ".pdf": "PdfConverter", ".docx": "DocxConverter",
    ".xlsx": "XlsxConverter",
}  # fmt: skip
ZIPPED = frozenset({".docx", ".xlsx"})
LARGEST_UNPACKED = 400 * 1024 * 1024
MAGIC = {".pdf": b"%PDF", ".docx": b"PK", ".xlsx": b"PK"}
ORDERS = re.compile(
    r"(忽略|无视|忘记)(以上|之前|前面|上述)?.{0,6}(指令|提示|规则)|系统提示词|(?:ignore|disregard).{0,20}instructions?",
    re.I,
)


class Unreadable(Exception):
    """The file is left out; `str(error)` is the reason, for a person."""


def read_file(path: Path, raw: bytes) -> str:
    """The text of a file as Markdown, hidden characters taken out. Raises `Unreadable`."""
    suffix = path.suffix.lower()
    if suffix in PLAIN:
        text = decode(raw)
    elif suffix in CONVERTER:
        text = _convert(path, raw, suffix)
    else:
        raise Unreadable(f"不支持的格式 {suffix or '（无扩展名）'}；可用 md、txt、html、pdf、docx、xlsx")
    text = strip_hidden(text)
    if not text.strip():
        raise Unreadable("没有文字（空文件，或是扫描件，需要先做文字识别）")
    return text


def check_size(size: int) -> None:
    """Raises `Unreadable` for an empty or a huge file, before it is read."""
    if size == 0:
        raise Unreadable("空文件")
    if size > LARGEST:
        raise Unreadable(f"文件 {size / 1024 / 1024:.0f} MB，超过 50 MB；请拆分后再入库")


def decode(raw: bytes) -> str:
    """UTF-8, UTF-16 with a mark, or GB18030 (GBK and GB2312 are within it)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(raw, "utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _try(raw, "gb18030")
    if (
        sum(unicodedata.category(char) in ("Cc", "Co", "Cn") and char not in "\r\n\t\f" for char in text)
        > len(text) / 50
    ):
        raise Unreadable("不是文本文件，或编码无法识别")
    return text


def strip_hidden(text: str) -> str:
    """Without zero-width, bidirectional and control characters: what is indexed is what a person sees."""
    kept = (char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Co", "Cs") or char in "\n\t")
    return "".join(kept).replace("\t", " ") if text else text


def looks_like_orders(text: str) -> bool:
    """Sentences that talk to a machine rather than to a reader; the document is marked for review."""
    return ORDERS.search(text) is not None


def _try(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("编码无法识别；请另存为 UTF-8") from error


def _convert(path: Path, raw: bytes, suffix: str) -> str:
    import io
    import logging
    import warnings

    _check_container(raw, suffix)
    from markitdown import MarkItDown, StreamInfo, converters

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    stream = StreamInfo(extension=suffix, filename=path.name)
    if suffix in (".html", ".htm"):
        raw, stream = decode(raw).encode(), StreamInfo(extension=suffix, filename=path.name, charset="utf-8")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # One converter, the right one: with all of them a broken PDF comes back as "plain text".
            reader = MarkItDown(enable_builtins=False, enable_plugins=False)
            reader.register_converter(getattr(converters, CONVERTER[suffix])())
            return str(reader.convert_stream(io.BytesIO(raw), stream_info=stream).markdown)
    except Exception as error:  # the converters raise whatever their libraries raise
        raise Unreadable(f"无法读取（损坏或加密）：{type(error).__name__}") from error


def _check_container(raw: bytes, suffix: str) -> None:
    import io
    import zipfile

    if suffix in MAGIC and not raw.lstrip()[:8].startswith(MAGIC[suffix]):
        kind = "加密或旧格式" if raw.startswith(b"\xd0\xcf\x11\xe0") else "内容与扩展名不符"
        raise Unreadable(f"无法读取 {suffix}：{kind}")
    if suffix == ".pdf" and b"/Encrypt" in raw:
        raise Unreadable("加密的 PDF；请去掉密码后再入库")
    if suffix in ZIPPED:
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                unpacked = sum(info.file_size for info in archive.infolist())
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise Unreadable(f"损坏的 {suffix} 文件") from error
        if unpacked > LARGEST_UNPACKED or unpacked > 200 * max(len(raw), 1):
            raise Unreadable("压缩包解开后过大，疑似压缩炸弹")
