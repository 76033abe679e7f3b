"""What is posted: lines and journals as values, the check before writing, and the hashes of the chain."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from knowledge.base.errors import BadInput
from knowledge.base.ids import digest
from workflows.money.journal import JournalRow

ACCOUNT = re.compile(r"[a-z_]{2,30}(:[A-Za-z0-9_.-]{1,60}){0,2}")
LARGEST_FEN = 10**15


@dataclass(frozen=True)
class Line:
    """Debit +, credit −, in 分."""

    account: str
    amount_fen: int


@dataclass(frozen=True)
class Posted:
    """A sealed journal. `replayed` is true when the key was posted before and nothing was written now."""

    journal_id: str
    seq: int
    key: str
    kind: str
    hash: str
    lines: tuple[Line, ...]
    reverses_id: str | None = None
    replayed: bool = False


def check_posting(key: str, lines: Sequence[Line]) -> None:
    """`BadInput` unless the key fits and the lines are whole, non-zero and sum to zero."""
    if not 0 < len(key) <= 200:
        raise BadInput("key：分录要有 1 到 200 个字符的键，同一件事用同一个键。", field="key")
    if len(lines) < 2:
        raise BadInput("lines：一笔分录至少有一借一贷两行。", field="lines")
    for line in lines:
        if type(line.amount_fen) is not int or line.amount_fen == 0 or abs(line.amount_fen) > LARGEST_FEN:
            raise BadInput(
                f"amount_fen：{line.account} 的金额应为不等于 0 的整数分，例如 123456 表示 1,234.56 元。",
                field="amount_fen",
            )
        if not ACCOUNT.fullmatch(line.account):
            raise BadInput(f"account：“{line.account[:60]}”不是账户名，例如 pending:org-pa。", field="account")
    if off := sum(line.amount_fen for line in lines):
        raise BadInput(f"lines：借贷相差 {off} 分，应为 0；请核对各行金额。", field="lines")


def input_hash(
    kind: str, subject_type: str, subject_id: str, reverses_id: str | None, about: Mapping[str, object]
) -> str:
    """What a repeated key must bring again: not who or when."""
    return digest([kind, subject_type, subject_id, reverses_id, dict(about)])


def journal_hash(row: JournalRow, lines: Sequence[Line]) -> str:
    """What the next journal's `prev_hash` must be: covers every column and line of this one."""
    return digest(
        [
            row.prev_hash,
            row.org_id,
            row.seq,
            row.id,
            row.key,
            row.input_hash,
            row.kind,
            row.subject_type,
            row.subject_id,
            row.reverses_id,
            row.period,
            row.posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
            row.actor,
            [[line.account, line.amount_fen] for line in lines],
        ]
    )
