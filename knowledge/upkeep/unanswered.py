"""The queue of questions nobody could answer: one row however often it was asked, until somebody settles it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from knowledge.base.errors import BadInput, Missing
from knowledge.base.ids import digest
from knowledge.base.logs import mask
from knowledge.base.tenancy import TenantSession
from knowledge.upkeep.tables import UnansweredRow

# A weather question is no gap in the knowledge, and what is unlawful or somebody else's will never be answered.
GAPS = frozenset({"no_evidence", "not_in_force"})
STATES = ("open", "answered", "wontfix")
LONGEST, MOST = 500, 500
POLITE = re.compile(r"请问一?下?|麻烦|你好|您好|问一?下|帮我|想知道|[啊呀吗呢吧嘛哦呗哈]+$")
# A registered name is told by its ending; 公司, 工厂 and 有限公司 by themselves are words of the question.
NAMES = re.compile(
    r"(?:(?<=[叫是为和与跟给，,。；;：:、\s（(])|^)[\u4e00-\u9fffA-Za-z0-9（）()]{2,20}?"
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|律师事务所|会计师事务所|税务师事务所|专业合作社)"
)
CALLED = re.compile(r"(?:(?<=叫)|(?<=姓名是)|(?<=名字是)|(?<=我是))[\u4e00-\u9fff]{2,4}(?=[，,。；;]|$)")
CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4})(?!\d)")
MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
BLANK = re.compile(
    r"[，,；;。]?\s*(?:我?的?(?:电话|手机号?|座机|邮箱|身份证号?|银行卡号?|信用代码|微信)|我叫|我是)?(?:号码?)?[是为:：]?"
    r"\[(?:手机|电话|邮箱|身份证|银行卡|信用代码|姓名)\]"
)
GENERIC = (
    "一般|小规模|我们|我|本|贵|你们|子|母|分|外资|合伙|个人独资|科技|上市|新|一人|一个|两个|成立|注册|设立|开|办"
    "|有限责任|股份|的|想|要"
)
NOBODY = re.compile(
    rf"^(?:{GENERIC})*(?:有限责任公司|股份有限公司|有限公司|集团公司|(?:律|会计|税务)师事务所|专业合作社)$"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the assistant tells: the words, the reply's outcome and reason, and the document that answered."""

    text: str
    outcome: str
    reason: str | None
    article: str | None
    role: str = "client"
    region: str | None = None


def note(session: TenantSession, asked: Asked, at: datetime, hide: Iterable[str] = ()) -> None:
    """Keep a gap, count it up when it is there, and close it when the same words are answered now.

    `hide`: names of the speaker's own, such as the company's. Never raises for a text; nothing is kept of one that
    only holds personal data.
    """
    text = redacted(asked.text, hide)
    key = plain_question(text)
    if len(key) < 2:
        return
    row = session.exec(select(UnansweredRow).where(UnansweredRow.id == _id(session.org_id, key))).first()
    gap = asked.outcome in ("declined", "handoff") and asked.reason in GAPS
    if row is not None:
        if gap:
            row.count, row.last_at, row.reason = row.count + 1, at, str(asked.reason)
            row.state = "open" if row.state == "answered" else row.state
        elif asked.outcome == "answered" and row.state == "open":
            row.state, row.article, row.settled_at, row.settled_by = "answered", asked.article, at, "assistant"
        session.add(row)
        session.flush()
    elif gap:
        fresh = UnansweredRow(
            id=_id(session.org_id, key),
            org_id=session.org_id,
            text=text[:LONGEST],
            reason=str(asked.reason),
            role=asked.role,
            region=asked.region,
            first_at=at,
            last_at=at,
        )
        # Two people may ask the same for the first time at once: the turn itself must not fail for that.
        with suppress(IntegrityError), session.begin_nested():
            session.add(fresh)
            session.flush()


def listed(session: TenantSession, state: str | None = "open") -> list[dict[str, Any]]:
    """The most asked first, of the organisations the session reads."""
    if state is not None and state not in STATES:
        raise BadInput(f"state：应为 {'、'.join(STATES)} 之一，或不写看全部。", field="state")
    query = select(UnansweredRow).order_by(col(UnansweredRow.count).desc(), col(UnansweredRow.last_at).desc())
    if state is not None:
        query = query.where(UnansweredRow.state == state)
    return [shown(row) for row in session.exec(query.limit(MOST))]


def get(session: TenantSession, identifier: str) -> UnansweredRow:
    """Raises `Missing` for what isn't there or isn't theirs to see."""
    found: Sequence[UnansweredRow] = session.exec(
        select(UnansweredRow).where(col(UnansweredRow.id).startswith(identifier, autoescape=True)).limit(2)
    ).all()
    if len(identifier) < 6 or len(found) != 1:
        raise Missing(
            f"没有编号为 {identifier[:20]} 的待答问题；编号见 qifu knowledge questions。", field="question_id"
        )
    return found[0]


def settle(
    session: TenantSession, identifier: str, state: str, article: str | None, remark: str | None, by: str, at: datetime
) -> dict[str, Any]:
    """`answered` names the article it led to; `wontfix` says why. Twice is the same as once."""
    if state not in STATES:
        raise BadInput(f"state：应为 {'、'.join(STATES)} 之一。", field="state")
    if state == "answered" and not article:
        raise BadInput("article：标为已回答时写上回答它的文章编号，例如 hnte。", field="article")
    if state == "wontfix" and not remark:
        raise BadInput("note：标为不处理时写一句原因，例如“不属于我们的业务”。", field="note")
    row = get(session, identifier)
    row.state, row.article, row.note = state, article if state == "answered" else None, remark
    row.settled_by, row.settled_at = (None, None) if state == "open" else (by, at)
    session.add(row)
    session.flush()
    return shown(row)


def shown(row: UnansweredRow) -> dict[str, Any]:
    names = (
        "id", "org_id", "text", "reason", "role", "region", "count", "state", "article", "note", "settled_by",
        "first_at", "last_at", "settled_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def redacted(text: str, hide: Iterable[str] = ()) -> str:
    """Without identity, phone, bank card and mail, credit codes, and names of people and companies."""
    for name in sorted({name.strip() for name in hide if len(name.strip()) >= 2}, key=len, reverse=True):
        text = text.replace(name, "[名称]")
    text = PHONE.sub("[电话]", mask(MAIL.sub("[邮箱]", text)))
    text = CREDIT_CODE.sub("[信用代码]", text)
    text = NAMES.sub(lambda found: found[0] if NOBODY.match(found[0]) else "[名称]", text)
    return CALLED.sub("[姓名]", text)


def without_blanks(text: str) -> str:
    """The question to put again: what was masked, and the word that announced it, say nothing of it."""
    return BLANK.sub("", text).strip("，,。；; ") or text


def plain_question(text: str) -> str:
    """The same question asked with other punctuation, width, case or politeness is one."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\s\W_]+", "", text)
    before = ""
    while before != text:
        before, text = text, POLITE.sub("", text)
    return text


def _id(org_id: str, key: str) -> str:
    return digest([org_id, key])
