"""The queue of unanswered questions over HTTP: who fills it, who sees it, and how a question leaves it."""

from tests.api.conftest import Client

QUESTION = "绿色工厂的创建补贴要怎么申请"


def ask(client: Client, who: str, text: str = QUESTION) -> str:
    browser = client(who)
    talk = browser.post("/api/v1/conversations", json={}).json()["id"]
    reply = browser.post(f"/api/v1/conversations/{talk}/messages", json={"text": text, "as_of": "2026-11-23"})
    return str(reply.json()["outcome"])


def items(client: Client, who: str, state: str = "open") -> list[dict[str, object]]:
    answer = client(who).get("/api/v1/knowledge/questions", params={"state": state})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_a_question_without_an_answer_reaches_headquarters_without_names(client: Client) -> None:
    assert ask(client, "client1") == "declined"
    assert ask(client, "client1", "请问" + QUESTION + "？") == "declined"
    assert ask(client, "client2", "电话13812345678，" + QUESTION) == "declined"
    found = {item["org_id"]: item for item in items(client, "hq")}
    assert found["org-c1"]["count"] == 2
    assert found["org-c2"]["text"] == "电话[手机]，" + QUESTION
    assert items(client, "manager_sz") == [], "a manager sees their own organisation's alone"


def test_staff_ask_their_own_and_their_manager_sees_it(client: Client) -> None:
    ask(client, "sales_sz")
    assert [item["org_id"] for item in items(client, "manager_sz")] == ["org-sz"]
    assert items(client, "manager_sh") == []


def test_clients_partners_and_strangers_see_no_queue(client: Client) -> None:
    ask(client, "client1")
    for who, code in (("client1", 403), ("partner_pa", 403), ("sales_sz", 403), ("auditor", 403), ("", 401)):
        assert client(who).get("/api/v1/knowledge/questions").status_code == code, who


def test_a_question_is_settled_by_whoever_may_see_it(client: Client) -> None:
    ask(client, "client1")
    [item] = items(client, "hq")
    address = f"/api/v1/knowledge/questions/{item['id']}/settle"
    body = {"state": "answered", "article": "green_factory"}
    assert client("manager_sz").post(address, json=body).status_code == 404
    assert client("client1").post(address, json=body).status_code == 403
    assert client("").post(address, json=body).status_code == 401
    assert client("hq").post(address, json={"state": "answered"}).status_code == 422
    answer = client("hq").post(address, json=body)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["article"]) == ("answered", "green_factory")
    assert items(client, "hq") == []
    assert [item["article"] for item in items(client, "hq", "answered")] == ["green_factory"]


def test_asked_again_after_an_article_was_published_it_leaves_the_queue_with_that_article(
    client: Client,
) -> None:
    ask(client, "client1")
    [item] = items(client, "hq")
    address = f"/api/v1/knowledge/questions/{item['id']}/ask"
    before = client("hq").post(address, params={"as_of": "2026-11-23"})
    assert (before.json()["reply"]["outcome"], before.json()["question"]["state"]) == ("declined", "open")
    told = f"{QUESTION}：绿色工厂的创建补贴由企业在每年五月向区经信部门申请。"
    text = f"# 绿色工厂办法\n\n文号：示函〔2026〕7号\n\n## 绿色工厂补贴\n\n{told}\n"
    form = {
        "kind": "policy",
        "title": "绿色工厂办法",
        "doc_no": "示函〔2026〕7号",
        "issuer": "示范局",
        "region": "全国",
        "issued": "2026-01-02",
        "effective_from": "2026-02-01",
        "share": "all",
    }
    sent = client("manager_sh").post(
        "/api/v1/knowledge/documents", data=form, files={"file": ("绿色工厂.md", text.encode())}
    )
    document = sent.json()["document"]["document_id"]
    assert client("hq").post(f"/api/v1/knowledge/documents/{document}/publish").status_code == 200
    after = client("hq").post(address, params={"as_of": "2026-11-23"}).json()
    assert after["reply"]["outcome"] == "answered", after["reply"]["answer"]
    assert (after["question"]["state"], after["question"]["article"]) == ("answered", document)
    assert items(client, "hq") == []
