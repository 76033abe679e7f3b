"""Marked texts of another organisation, another time, another place and an unpublished draft: whoever asks, they appear
in no answer, citation, stored conversation or log but where they may.
"""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from api.house import House
from api.principal import DIRECTORY
from assistant.tables import ConversationRow, MessageRow
from knowledge.base.clock import SetClock
from knowledge.base.identity import Org
from knowledge.ingest import ingest
from tests.api.conftest import Client

OTHERS, PAST, ELSEWHERE, DRAFT = "金丝雀七号", "蓝知更鸟八号", "白头翁九号", "朱鹮十号"
LAW = """# 中华人民共和国示范押金法

2015年1月5日 第一届示范会议通过
{amended}
<!-- INFO END -->

第一条 示范登记押金按{word}标准收取。

第二条 本法自{starts}起施行。
"""
QUESTIONS = ("示范登记押金按什么标准收取", "示范登记押金标准是多少？", "登记押金 标准", OTHERS, PAST, ELSEWHERE, DRAFT)


@pytest.fixture
def marked(home: House, tmp_path: Path, clock: SetClock) -> House:
    def put(name: str, text: str, **more: object) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        ingest(home.database, [tmp_path / name], clock=clock, **more)  # type: ignore[arg-type]

    note = "# 示范登记押金说明\n\n## 标准\n\n示范登记押金按{word}标准收取。\n"
    put("甲.md", note.format(word=OTHERS), owner_org="org-sz", audience="channel")
    put("乙.md", note.format(word=DRAFT), published=False)
    put("丙.md", note.format(word=ELSEWHERE), region="浙江省杭州市")
    before = LAW.format(amended="", word=PAST, starts="2015年2月1日")
    put("示范押金法(2015-01-05).md", before, kind="law")
    after = LAW.format(amended="\n2020年1月5日 第二届示范会议修订\n", word="公布的", starts="2020年2月1日")
    put("示范押金法(2020-01-05).md", after, kind="law")
    return home


PEOPLE = (
    ("", "client", "上海市"),
    ("client1", "client", "上海市"),
    ("sales_sh", "sales", "上海市"),
    ("manager_hz", "channel", None),
    ("manager_sz", "channel", "江苏省苏州市"),
    ("hq", "sales", None),
)


def stored(house: House) -> dict[str, str]:
    """Everything conversations kept, by organisation."""
    with house.database.read() as work:
        orgs = [org.id for org in work.session(DIRECTORY).exec(select(Org))]
        return {
            org: json.dumps(
                [row.model_dump(mode="json") for row in work.session(org).exec(select(MessageRow))]
                + [row.model_dump(mode="json") for row in work.session(org).exec(select(ConversationRow))],
                ensure_ascii=False,
            )
            for org in orgs
        }


def test_no_canary_leaves_its_cage(marked: House, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    heard: dict[str, str] = {}
    for name, face, region in PEOPLE:
        browser = client(name)
        opened = browser.post("/api/v1/conversations", json={"role": face, "region": region}).json()
        headers = {"Authorization": f"Bearer {opened['access_token']}"} if "access_token" in opened else {}
        told = []
        for question in QUESTIONS:
            day = {"as_of": "2026-11-23"}
            where = {**day, "region": region}
            told.append(browser.post("/api/v1/ask", json={"question": question, **where}))
            address = f"/api/v1/conversations/{opened['id']}/messages"
            told.append(browser.post(address, json={"text": question, **day}, headers=headers))
            told.append(browser.post("/api/v1/search", json={"query": question, **where}))
        assert {answer.status_code for answer in told} == {200}, [answer.text for answer in told]
        heard[name] = "".join(answer.text for answer in told)
    logs = capfd.readouterr()
    for word in (OTHERS, PAST, ELSEWHERE, DRAFT):
        text = f"按{word}标准收取"
        for name, words in heard.items():
            assert (text in words) == (word == OTHERS and name == "manager_sz"), (word, name)
        assert word not in logs.err + logs.out
        for org, kept in stored(marked).items():
            assert (text in kept) == (word == OTHERS and org == "org-sz"), (word, org)


@pytest.mark.usefixtures("marked")
def test_each_canary_is_found_where_it_may_be(client: Client) -> None:
    def found(**asked: str) -> str:
        return client("").post("/api/v1/search", json={"query": "示范登记押金按什么标准收取", **asked}).text

    assert PAST in found(as_of="2016-01-01")
    assert ELSEWHERE in found(as_of="2026-11-23", region="浙江省杭州市")
