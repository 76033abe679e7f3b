"""Demo organisations and people, plainly named so. Loading them twice changes nothing."""

from typing import Any

from sqlmodel import select

from api.principal import DIRECTORY, hash_password
from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.identity import Membership, Org, User

PASSWORD = "demo-2026"
ORGS = (
    ("org-hq", "hq", "企服演示总部", "上海市", None),
    ("org-sh", "direct", "演示上海分公司", "上海市", "org-hq"),
    ("org-hz", "direct", "演示杭州分公司", "浙江省杭州市", "org-hq"),
    ("org-sz", "equity_channel", "演示苏州渠道", "江苏省苏州市", "org-hq"),
    ("org-pa", "partner", "演示甲服务商", "上海市", None),
    ("org-pb", "partner", "演示乙服务商", "江苏省", None),
    ("org-c1", "client", "演示客户一", "上海市浦东新区", None),
    ("org-c2", "client", "演示客户二", "上海市徐汇区", None),
    ("org-c3", "client", "演示客户三", "浙江省杭州市", None),
    ("org-visitor", "visitor", "访客", "", None),
)
PEOPLE = (
    ("client1", "客户一经办", "org-c1", "client"),
    ("client2", "客户二经办", "org-c2", "client"),
    ("client3", "客户三经办", "org-c3", "client"),
    ("sales_sz", "苏州销售", "org-sz", "sales"),
    ("manager_sz", "苏州经理", "org-sz", "manager"),
    ("delivery_sz", "苏州交付", "org-sz", "delivery"),
    ("finance_sz", "苏州财务", "org-sz", "finance"),
    ("sales_sh", "上海销售", "org-sh", "sales"),
    ("manager_sh", "上海经理", "org-sh", "manager"),
    ("delivery_sh", "上海交付", "org-sh", "delivery"),
    ("finance_sh", "上海财务", "org-sh", "finance"),
    ("manager_hz", "杭州经理", "org-hz", "manager"),
    ("delivery_hz", "杭州交付", "org-hz", "delivery"),
    ("partner_pa", "甲服务商经办", "org-pa", "partner"),
    ("partner_pb", "乙服务商经办", "org-pb", "partner"),
    ("hq", "总部运营", "org-hq", "hq"),
    ("finance_hq", "总部财务", "org-hq", "finance"),
    ("auditor", "总部审计", "org-hq", "auditor"),
)


def load_demo(database: Database, clock: Clock) -> None:
    """Organisations, people, and what the workflows need of agreements and capabilities."""
    from workflows import demo as workflows_demo

    with database.work() as work:
        session = work.session(DIRECTORY)
        for identifier, kind, name, region, parent in ORGS:
            if session.get(Org, identifier) is None:
                session.add(Org(id=identifier, kind=kind, name=name, region=region, parent_id=parent))
                session.flush()
        if session.get(User, "u-client1") is None:
            hashed = hash_password(PASSWORD)  # one slow hash for all: they share the demo password
            for username, name, org_id, role in PEOPLE:
                user = User(
                    id=f"u-{username}", username=username, name=name, password_hash=hashed, created_at=clock.now()
                )
                session.add(user)
                session.flush()
                session.add(Membership(user_id=user.id, org_id=org_id, roles=[role]))
        workflows_demo.seed(work, clock)


def demo_users(database: Database) -> list[dict[str, Any]]:
    """The demo people that are in this database, as the sign-in page shows them."""
    names = [username for username, *_ in PEOPLE]
    with database.read() as work:
        session = work.session(DIRECTORY)
        orgs = {org.id: org.name for org in session.exec(select(Org))}
        present = {user.username for user in session.exec(select(User)) if user.username in names}
    return [
        {"username": username, "name": name, "org_name": orgs.get(org_id, ""), "roles": [role]}
        for username, name, org_id, role in PEOPLE
        if username in present
    ]
