"""Company profiles for HTTP: imported, looked at, their conflicts settled, within one's own organisation."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, select

from api.house import House
from api.principal import Principal
from knowledge.base.clock import today
from knowledge.base.errors import BadInput, Missing, Refused
from knowledge.base.tenancy import TenantSession
from knowledge.companies.importing import import_companies, read_companies
from knowledge.companies.store import CompanyRow, Conflict, conflicts, history, load_profile, settle

STAFF = frozenset({"sales", "manager", "hq"})
KINDS = (".csv", ".xlsx", ".jsonl", ".json")
MOST = 50  # companies a page


def bring_in(home: House, who: Principal, name: str, content: bytes) -> dict[str, Any]:
    """The shape of `Imported`. The file's name tells its kind only."""
    may(who)
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise BadInput(f"file：应为 {'、'.join(KINDS)} 文件，例如 企业名单.xlsx。", field="file")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{kind}"
        path.write_bytes(content)
        rows = read_companies(str(path), today(home.clock))
        found = import_companies(home.database, who.org_id, rows, who.user_id, home.clock, book=home.desk.book)
    return found.model_dump(mode="json")


def listing(home: House, who: Principal, after: str) -> dict[str, Any]:
    """A page of the organisation's companies by id; `next` starts the one after."""
    may(who)
    with home.database.read() as work:
        query = select(CompanyRow).where(col(CompanyRow.id) > after).order_by(col(CompanyRow.id)).limit(MOST)
        rows = work.session(who.org_id).exec(query).all()
        items = [{"id": row.id, "name": row.name, "uscc": row.uscc, "region": row.region} for row in rows]
    return {"items": items, "next": items[-1]["id"] if len(items) == MOST else None}


def profile(home: House, who: Principal, identifier: str) -> dict[str, Any]:
    """What stands, every fact ever entered with its source and day, and the conflicts that wait for a person."""
    may(who)
    with home.database.read() as work:
        session = work.session(who.org_id)
        _there(session, identifier)
        return {
            "company": load_profile(session, identifier).model_dump(mode="json"),
            "history": [fact.model_dump(mode="json") for fact in history(session, identifier)],
            "conflicts": [_plain(one) for one in conflicts(session, identifier)],
        }


def decide(home: House, who: Principal, identifier: str, seq: int, *, take: bool) -> dict[str, Any]:
    """Settle one conflict; the profile as it then stands."""
    may(who)
    with home.database.work() as work:
        session = work.session(who.org_id)
        _there(session, identifier)
        settle(session, identifier, seq, who.user_id, home.clock, take=take)
    return profile(home, who, identifier)


def _plain(conflict: Conflict) -> dict[str, Any]:
    stands = None if conflict.stands is None else conflict.stands.model_dump(mode="json")
    return {"seq": conflict.seq, "stands": stands, "other": conflict.other.model_dump(mode="json")}


def _there(session: TenantSession, identifier: str) -> None:
    if session.exec(select(CompanyRow).where(CompanyRow.id == identifier)).first() is None:
        raise Missing("没有这家企业，或不属于你的机构；请从企业名录里选。", field="company")


def may(who: Principal) -> None:
    """Raises `Refused` for clients, partners and strangers."""
    if not STAFF & set(who.roles):
        raise Refused("企业名录由机构的销售与管理人员使用；请用机构账号登录。")
