"""Look-up of what the question names outright: a 文号, or a law with its 条."""

import re
import unicodedata

from sqlmodel import Session, col, or_, select

from knowledge.ingest.tables import ChunkRow, DocumentRow
from retrieval.evidence import Filter
from retrieval.passages import allowed

CLAUSE = re.compile(r"第\s*([〇零一二三四五六七八九十百千\d]+)\s*条(之[一二三四五六七八九十])?")
LAW = re.compile(r"[《]?([一-龥]{2,40}?(?:法|条例|办法|规定|细则|法典|决定))(?:[（(]\d{4}[^）)]{0,6}[）)])?[》]?\s*第")
NUMBER = re.compile(
    r"([一-龥]{2,12})\s*[〔\[(（【]\s*(\d{4})\s*[〕\])）】]\s*第?\s*(\d+)\s*号|(\d{4})\s*年第?\s*(\d+)\s*号"
)
DIGITS = "零一二三四五六七八九"


def named(session: Session, question: str, wanted: Filter, limit: int = 8) -> list[str]:
    """Ids of the chunks the question asks for by number, the clauses first; [] when it names none."""
    text = unicodedata.normalize("NFKC", question)
    clause, law = CLAUSE.search(text), LAW.search(text)
    if clause and law:
        label = f"第{numeral(clause[1])}条{clause[2] or ''}"
        name = law[1]
        query = (
            select(ChunkRow.id)
            .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
            .where(col(ChunkRow.clause) == label)
            .where(or_(col(DocumentRow.title) == name, col(DocumentRow.title) == f"中华人民共和国{name}"))
            .order_by(col(DocumentRow.effective_from).desc(), col(ChunkRow.ordinal))
        )
        return list(session.exec(allowed(query, wanted).limit(limit)))
    if match := NUMBER.search(text):
        parts = (match[1], match[2], match[3]) if match[1] else ("", match[4], match[5])
        return _by_number(session, parts, wanted, limit)
    return []


def numeral(text: str) -> str:
    """47 → 四十七, as the texts count their clauses; Chinese numerals are left as they are."""
    if not text.isdigit():
        return text
    number, spelled = int(text), ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            spelled += DIGITS[digit] + name
        elif spelled and number and not spelled.endswith("零"):
            spelled += "零"
    return spelled.removeprefix("一") if spelled.startswith("一十") else spelled


def _by_number(session: Session, parts: tuple[str, str, str], wanted: Filter, limit: int) -> list[str]:
    issuer, year, number = parts
    rows = session.exec(
        allowed(select(DocumentRow).where(col(DocumentRow.doc_no).contains(year)), wanted).limit(200)
    ).all()
    sought = re.compile(rf"{re.escape(issuer[-4:])}\D{{0,2}}{year}\D{{1,3}}0*{number}号")
    ids = [row.id for row in rows if sought.search(unicodedata.normalize("NFKC", row.doc_no))]
    query = select(ChunkRow.id).where(col(ChunkRow.document_id).in_(ids[:5]), col(ChunkRow.kind) == "text")
    return (
        list(session.exec(query.order_by(col(ChunkRow.document_id), col(ChunkRow.ordinal)).limit(limit))) if ids else []
    )
