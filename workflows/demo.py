"""The demo network: territories, acquired clients, capabilities, permits, records, agreements. Loading twice is once.

Arranged so that the orders show every route: 高企 for 客户一 (acquired by the Suzhou channel on Shanghai's referral)
ends with partner 甲, software copyrights stay with the own team, and Hangzhou helps out where Suzhou can't.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlmodel import select

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.services import Catalogue, load_catalogue
from workflows.money import agreement
from workflows.tables.network import CapabilityRow, ClientRelationRow, PermitRow, RecordRow, TerritoryRow

HQ = "org-hq"
TERRITORIES = (("上海市", "org-sh"), ("浙江省", "org-hz"), ("江苏省", "org-sz"))
RELATIONS = (
    ("org-c1", "org-sz", "org-sh", False),
    ("org-c2", "org-sh", None, True),
    ("org-c3", "org-hz", None, False),
)
PERMITS = (("org-sh", "代理记账许可"), ("org-hz", "代理记账许可"), ("org-pb", "代理记账许可"))
SINCE = date(2026, 1, 1)


@dataclass(frozen=True)
class Able:
    """A row of the table below: prices in 分; record as jobs, on time, disputes, ratings, their sum."""

    org: str
    service: str
    ask: int
    floor: int
    days: int
    capacity: int
    regions: tuple[str, ...]
    record: tuple[int, int, int, int, int]
    willing: bool = True


ABLE = (
    # 高企: 苏州 can't, 上海's line is full by policy, 杭州 serves Zhejiang only, 甲 does it well, 乙 less so.
    Able("org-sh", "hnte_filing", 2_800_000, 900_000, 180, 6, ("上海市",), (24, 22, 0, 20, 92), willing=False),
    Able("org-hz", "hnte_filing", 2_700_000, 900_000, 180, 4, ("浙江省",), (12, 11, 0, 10, 46)),
    Able("org-pa", "hnte_filing", 2_600_000, 800_000, 175, 8, ("上海市", "江苏省"), (40, 38, 0, 36, 173)),
    Able("org-pb", "hnte_filing", 2_500_000, 850_000, 185, 5, ("江苏省", "上海市"), (15, 13, 0, 12, 52)),
    Able("org-sz", "tech_sme_filing", 480_000, 150_000, 60, 5, ("江苏省", "上海市"), (18, 17, 0, 15, 70)),
    Able("org-sh", "tech_sme_filing", 500_000, 150_000, 60, 8, ("上海市",), (30, 29, 0, 28, 132)),
    Able("org-pa", "tech_sme_filing", 450_000, 160_000, 60, 8, ("全国",), (22, 21, 0, 20, 95)),
    Able("org-sh", "bookkeeping", 380_000, 90_000, 250, 60, ("上海市",), (50, 49, 0, 40, 188)),
    Able("org-hz", "bookkeeping", 360_000, 90_000, 250, 40, ("浙江省",), (31, 30, 0, 25, 116)),
    Able("org-pb", "bookkeeping", 340_000, 100_000, 250, 80, ("江苏省", "上海市"), (60, 57, 1, 50, 225)),
    Able("org-sz", "software_copyright", 60_000, 12_000, 38, 20, ("全国",), (45, 44, 0, 41, 193)),
    Able("org-sh", "software_copyright", 65_000, 12_000, 35, 20, ("全国",), (38, 37, 0, 33, 156)),
    Able("org-hz", "software_copyright", 60_000, 12_000, 38, 10, ("浙江省",), (16, 15, 0, 14, 65)),
    Able("org-pa", "software_copyright", 50_000, 15_000, 40, 30, ("全国",), (70, 66, 1, 60, 268)),
    Able("org-sh", "company_registration", 150_000, 40_000, 15, 30, ("上海市",), (80, 79, 0, 70, 333)),
    Able("org-hz", "company_registration", 140_000, 40_000, 15, 20, ("浙江省",), (41, 40, 0, 36, 168)),
    Able("org-sz", "company_registration", 130_000, 40_000, 16, 20, ("江苏省",), (33, 32, 0, 30, 140)),
    Able("org-sh", "tax_review", 520_000, 150_000, 28, 8, ("上海市",), (20, 19, 0, 18, 84)),
    Able("org-hz", "tax_review", 500_000, 150_000, 30, 6, ("浙江省",), (11, 10, 0, 10, 45)),
    Able("org-pa", "tax_review", 450_000, 160_000, 30, 6, ("全国",), (14, 13, 0, 12, 55)),
)
# What an organisation does of the catalogue beyond the table above, at the catalogue's list price and days.
OTHERS = (
    ("org-sh", ("上海市",), 10, 25, (20, 19, 0, 18, 84)),
    ("org-hz", ("浙江省",), 10, 25, (12, 11, 0, 11, 50)),
    ("org-sz", ("江苏省",), 10, 25, (10, 9, 0, 9, 41)),
    ("org-pa", ("全国",), 20, 28, (30, 28, 0, 26, 119)),
    ("org-pb", ("江苏省", "上海市"), 20, 30, (18, 16, 0, 15, 66)),
)
CLAUSES = {
    "shares": [
        {"role": "platform", "kind": "percent", "ppm": 100_000},
        {"role": "executor", "kind": "percent", "ppm": 450_000},
        {"role": "referrer", "kind": "percent", "ppm": 50_000},
        {"role": "seller", "kind": "residual"},
    ],
    "base": "net",
    "vat_ppm": 60_000,
    "holdback_ppm": 100_000,
    "vesting_days": 7,
}
SELLERS = (("org-sh", "上海分公司"), ("org-hz", "杭州分公司"), ("org-sz", "苏州渠道"))


def seed(work: Work, clock: Clock) -> None:
    """Rows that are there already are left as they are, so that what was changed since stays."""
    catalogue = load_catalogue()
    _add(work, TerritoryRow, [_territory(region, seller) for region, seller in TERRITORIES])
    _add(work, ClientRelationRow, [_relation(*one) for one in RELATIONS])
    _add(work, PermitRow, [_permit(org, name) for org, name in (*PERMITS, *_licences(catalogue))])
    able = (*ABLE, *_others(catalogue))
    _add(work, CapabilityRow, [_capability(one) for one in able])
    _add(work, RecordRow, [_record(one) for one in able])
    for seller, name in SELLERS:
        agreement.create_approved(
            work.session(HQ),
            agreement_id=f"agreement:{seller}",
            name=f"演示分账协议（{name}）",
            seller_org=seller,
            clauses=CLAUSES,
            valid_from=SINCE,
            maker="u-hq",
            checker="u-finance_hq",
            clock=clock,
        )


def _others(catalogue: Catalogue) -> Iterator[Able]:
    named = {one.service for one in ABLE}
    for service in catalogue.services:
        if service.id not in named:
            for org, regions, capacity, percent, record in OTHERS:
                floor = service.price.list_fen * percent // 100
                yield Able(org, service.id, service.price.list_fen, floor, service.days, capacity, regions, record)


def _licences(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Partner 甲 holds what the house itself has no licence for."""
    own = {name for _, name in PERMITS}
    for name in sorted({name for service in catalogue.services for name in service.permits} - own):
        yield "org-pa", name


def _territory(region: str, seller: str) -> TerritoryRow:
    return TerritoryRow(id=f"territory:{region}", org_id=HQ, region=region, seller_org=seller)


def _relation(client: str, seller: str, referrer: str | None, credit: bool) -> ClientRelationRow:
    return ClientRelationRow(
        id=f"relation:{client}", org_id=HQ, client_org=client, seller_org=seller, referrer_org=referrer, credit=credit
    )


def _permit(org: str, name: str) -> PermitRow:
    return PermitRow(id=f"{org}:{name}", org_id=org, name=name, valid_to=date(2029, 12, 31))


def _capability(able: Able) -> CapabilityRow:
    return CapabilityRow(
        id=f"{able.org}:{able.service}",
        org_id=able.org,
        service_id=able.service,
        willing=able.willing,
        ask_fen=able.ask,
        floor_fen=able.floor,
        days=able.days,
        capacity=able.capacity,
        regions=list(able.regions),
    )


def _record(able: Able) -> RecordRow:
    jobs, on_time, disputes, ratings, rating_sum = able.record
    return RecordRow(
        id=f"{able.org}:{able.service}",
        org_id=able.org,
        service_id=able.service,
        jobs=jobs,
        on_time=on_time,
        disputes=disputes,
        ratings=ratings,
        rating_sum=rating_sum,
    )


Row = TypeVar("Row", TerritoryRow, ClientRelationRow, PermitRow, CapabilityRow, RecordRow)


def _add(work: Work, kind: type[Row], rows: Iterable[Row]) -> None:
    """Those that aren't there yet; one look for each organisation, since every command begins with the demo."""
    wanted: dict[str, list[Row]] = {}
    for row in rows:
        wanted.setdefault(row.org_id, []).append(row)
    for org_id, mine in wanted.items():
        session = work.session(org_id)
        present = set(session.exec(select(kind.id).where(kind.org_id == org_id)))
        session.add_all(row for row in mine if row.id not in present)
        session.flush()
