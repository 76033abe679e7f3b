"""A file becomes Markdown, or a reason why it can't. Nothing here trusts the file."""

import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from knowledge.ingest.pipes import with_sentences

LARGEST = 50 * 1024 * 1024
PLAIN = frozenset({".md", ".markdown", ".txt"})
ZIPPED = frozenset({".docx", ".xlsx"})
KNOWN = PLAIN | ZIPPED | {".html", ".htm", ".pdf"}
LARGEST_UNPACKED = 400 * 1024 * 1024
LARGEST_XML = 100 * 1024 * 1024
MOST_PACKED = 200  # times; office files come to about twenty
MAGIC = {".pdf": b"%PDF", ".docx": b"PK", ".xlsx": b"PK"}
PART = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
SEEN_BY_NOBODY = frozenset({"Cf", "Cc", "Co", "Cs"})
HARMLESS = frozenset("\ufeff\u00ad\r\f\v")


class Unreadable(Exception):
    """The file is left out; `str(error)` is the reason, for a person, `place` where in the file, if that is known."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.place = place


@dataclass(frozen=True)
class Reading:
    """`notes` are for the reviewer; a `doubtful` text isn't published before one has looked at it."""

    text: str
    notes: tuple[str, ...] = ()
    doubtful: bool = False


def read_file(path: Path, raw: bytes) -> Reading:
    """The text of a file as Markdown, tables as sentences, hidden characters taken out. Raises `Unreadable`."""
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise Unreadable(f"不支持的格式 {suffix or '（无扩展名）'}；可用 md、txt、html、pdf、docx、xlsx")
    _check_container(raw, suffix)
    reading = Reading(with_sentences(decode(raw))) if suffix in PLAIN else _convert(raw, suffix)
    text, notes = strip_hidden(reading.text), list(reading.notes)
    if not text.strip():
        raise Unreadable("没有文字（空文件，或是扫描件，需要先做文字识别）", "全文")
    if unseen := invisible(reading.text):
        notes.append(f"去掉了 {unseen} 个看不见的字符（零宽、双向控制等）")
    return Reading(text, tuple(notes), reading.doubtful)


def check_size(size: int) -> None:
    """Raises `Unreadable` for an empty or a huge file, before it is read."""
    if size == 0:
        raise Unreadable("空文件")
    if size > LARGEST:
        raise Unreadable(f"文件 {size / 1024 / 1024:.0f} MB，超过 50 MB；请拆分后再入库")


def decode(raw: bytes) -> str:
    """UTF-8, UTF-16 (with a mark, or told by its zero bytes), or GB18030 (GBK and GB2312 are within it)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(raw, "utf-16")
    if b"\x00" in raw[:4000]:
        return _try(raw, "utf-16-le" if raw[1:4000:2].count(0) >= raw[0:4000:2].count(0) else "utf-16-be")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(raw) - 3 and error.start > 0 and _is_utf8(raw[: error.start]):
            raise Unreadable("文件在一个字的中间断开，没有传完整；请重新获取", f"第 {error.start} 字节") from error
        text = _try(raw, "gb18030")
    odd = sum(unicodedata.category(char) in ("Cc", "Co", "Cn") and char not in "\r\n\t\f" for char in text)
    if odd > len(text) / 50:
        raise Unreadable("不是文本文件，或编码无法识别")
    return text


def strip_hidden(text: str) -> str:
    """Without zero-width, bidirectional and control characters: what is indexed is what a person sees."""
    kept = (char for char in text if unicodedata.category(char) not in SEEN_BY_NOBODY or char in "\n\t")
    return "".join(kept).replace("\t", " ") if text else text


def invisible(text: str) -> int:
    """How many characters nobody sees, byte order marks and soft hyphens aside."""
    return sum(unicodedata.category(char) in SEEN_BY_NOBODY and char not in HARMLESS | {"\n", "\t"} for char in text)


def _is_utf8(raw: bytes) -> bool:
    """A start of more than ASCII that is sound: GBK text almost never looks so."""
    try:
        return any(ord(char) > 127 for char in raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _try(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("编码无法识别，或文件没有传完整；请另存为 UTF-8", f"第 {error.start} 字节") from error


def _convert(raw: bytes, suffix: str) -> Reading:
    reader = {".html": _page, ".htm": _page, ".pdf": _pdf, ".docx": _word, ".xlsx": _workbook}[suffix]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reader(raw)
    except Unreadable:
        raise
    except Exception as error:  # the readers raise whatever their libraries raise
        if suffix == ".pdf" and (b"/Encrypt" in raw or "Password" in f"{type(error).__name__}{error!r}"):
            raise Unreadable("加密的 PDF；请去掉密码后再入库") from error
        raise Unreadable(f"无法读取（损坏或加密）：{type(error).__name__}", PART.get(suffix, "")) from error


def _page(raw: bytes) -> Reading:
    from knowledge.ingest.pages import page_text

    html = decode(raw)
    text, hidden = page_text(html)
    whole = re.search(r"<html\b", html, re.I) is None or re.search(r"</html\s*>", html, re.I) is not None
    notes = _hidden_note(hidden)
    if not whole:
        notes.append("网页没有结束标签 </html>，可能没有传完整，请核对末尾")
    return Reading(text, tuple(notes), not whole)


def _pdf(raw: bytes) -> Reading:
    from knowledge.ingest.pdf import MOST_PAGES, pdf_text

    if b"%%EOF" not in raw[-2048:]:
        raise Unreadable("损坏或没有传完整的 PDF，无法读取：缺少结束标记；请重新获取", "文件末尾")
    pages = pdf_text(raw)
    if not pages.text.strip():
        raise Unreadable(f"扫描件，没有文字层（共 {pages.count} 页）；请先做文字识别", "全部页")
    if pages.count > MOST_PAGES:
        raise Unreadable(f"共 {pages.count} 页，超过 {MOST_PAGES} 页；请拆分后再入库")
    notes = _hidden_note(pages.hidden, "页有隐藏文字，已去掉")
    if pages.blank:
        notes.append(f"第 {'、'.join(map(str, pages.blank[:20]))} 页是扫描图片，没有文字层，内容没有入库")
    return Reading(pages.text, tuple(notes))


def _word(raw: bytes) -> Reading:
    from knowledge.ingest.word import word_text

    text, hidden = word_text(raw)
    return Reading(text, tuple(_hidden_note(hidden)))


def _workbook(raw: bytes) -> Reading:
    from knowledge.ingest.workbook import TooMany, check_rows, workbook_text

    try:
        check_rows(raw)
    except TooMany as error:
        reason = f"{error}，是数据表而不是资料；企业数据请用 qifu companies import，资料请只留汇总的表"
        raise Unreadable(reason, error.place) from error
    sheets = workbook_text(raw)
    notes = []
    if sheets.unsaved:
        told = "、".join(sheets.unsaved[:5])
        notes.append(
            f"{told} 等 {len(sheets.unsaved)} 格是公式，文件里没有保存结果，没有入库；请在表格软件里打开并保存"
        )
    if sheets.hidden:
        notes.append(f"隐藏的内容没有入库：{'、'.join(sheets.hidden[:10])}")
    return Reading(sheets.text, tuple(notes))


def _hidden_note(hidden: int, what: str = "处隐藏文字，已去掉") -> list[str]:
    return [f"有 {hidden} {what}"] if hidden else []


def _check_container(raw: bytes, suffix: str) -> None:
    if suffix in MAGIC and not raw.lstrip()[:8].startswith(MAGIC[suffix]):
        locked = "设有打开密码，或是旧格式（.doc、.xls）；请去掉密码，另存为新格式"
        kind = f"加密或旧格式：{locked}" if raw.startswith(b"\xd0\xcf\x11\xe0") else "内容与扩展名不符"
        raise Unreadable(f"无法读取 {suffix}：{kind}", "文件开头")
    if suffix in ZIPPED:
        _check_archive(raw, suffix)


def _check_archive(raw: bytes, suffix: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(f"损坏或没有传完整的 {suffix} 文件；请重新获取", "文件末尾的目录") from error
    unpacked, largest = sum(info.file_size for info in infos), max(infos, key=_size, default=None)
    if unpacked > LARGEST_UNPACKED or unpacked > MOST_PACKED * max(len(raw), 1):
        raise Unreadable("压缩包解开后过大，疑似压缩炸弹", largest.filename if largest else "")
    texts = [info for info in infos if suffix == ".docx" and info.filename.endswith(".xml")]
    if texts and (longest := max(texts, key=_size)).file_size > LARGEST_XML:
        raise Unreadable("正文解开后超过 100 MB，疑似压缩炸弹", longest.filename)
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable(f"加密的 {suffix} 文件；请去掉密码后再入库")
    if PART[suffix] not in {info.filename for info in infos}:
        raise Unreadable(f"无法读取 {suffix}：压缩包里没有正文，内容与扩展名不符，或文件损坏", PART[suffix])


def _size(info: zipfile.ZipInfo) -> int:
    return info.file_size
