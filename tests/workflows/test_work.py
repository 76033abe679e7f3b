"""Doing the work: steps in order, evidence whole, maker and checker apart, back and forth until it's right."""

import io
from pathlib import Path

import pytest

from knowledge.base.errors import BadInput, GuardFailed, Missing, Refused
from tests.workflows.conftest import House
from tests.workflows.test_journey import delivered
from workflows import evidence, view


def own_team(house: House) -> str:
    order_id = house.funded("software_copyright")
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.do("delivery_sz", order_id, "jobs/start")
    return order_id


def test_the_own_team_does_it_and_the_split_has_no_partner(house: House) -> None:
    order_id = own_team(house)
    house.finish_steps(order_id, "delivery_sz", "manager_sz")
    house.do("delivery_sz", order_id, "jobs/submit")
    house.do("manager_sz", order_id, "jobs/pass")
    house.do("client1", order_id, "acceptances/accept")
    split = house.order("manager_sz", order_id).split
    assert split is not None
    assert {line.role: line.payee_org for line in split} == {
        "platform": "org-hq",
        "executor": "org-sz",
        "referrer": "org-sh",
        "seller": "org-sz",
    }


def test_another_branch_does_it_on_an_offer(house: House) -> None:
    order_id = house.funded("tax_review")
    dispatch = house.order("manager_sz", order_id).dispatch
    assert dispatch is not None
    assert (dispatch.route, dispatch.executor) == ("own_channel", "演示上海分公司")
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.do("manager_sh", order_id, "offers/accept")
    house.do("delivery_sh", order_id, "jobs/start")
    house.finish_steps(order_id, "delivery_sh", "manager_sh")
    house.do("delivery_sh", order_id, "jobs/submit")
    house.do("manager_sz", order_id, "jobs/pass")
    assert house.do("client1", order_id, "acceptances/accept").state == "accepted"
    assert house.order("manager_sh", order_id).price_fen == 212_264  # 45 % of 471,698.11 net


def test_steps_go_in_order_and_only_after_the_start(house: House) -> None:
    order_id = house.funded("software_copyright")
    house.do("manager_sz", order_id, "dispatches/confirm")
    with pytest.raises(GuardFailed, match="开工"):
        house.act("delivery_sz", "steps", f"{order_id}-s1", "start")
    house.do("delivery_sz", order_id, "jobs/start")
    with pytest.raises(GuardFailed, match="第 1 步"):
        house.act("delivery_sz", "steps", f"{order_id}-s2", "start")
    with pytest.raises(GuardFailed, match="检查通过"):
        house.act("delivery_sz", "jobs", f"{order_id}-j", "submit")


def test_a_step_is_evidenced_when_its_set_is_whole(house: House) -> None:
    order_id = own_team(house)
    step = f"{order_id}-s1"
    with pytest.raises(GuardFailed, match="进行中"):
        house.upload("delivery_sz", step, "checklist", b"a")
    house.act("delivery_sz", "steps", step, "start")
    house.upload("delivery_sz", step, "checklist", b"a")
    again = house.upload("delivery_sz", step, "checklist", b"a")
    assert again.job is not None
    assert (len(again.job.steps[0].evidence), again.job.steps[0].state) == (1, "doing")
    with pytest.raises(BadInput, match="checklist"):
        house.upload("delivery_sz", step, "photo", b"b")
    whole = house.upload("delivery_sz", step, "confirmation", b"b")
    assert whole.job is not None
    assert whole.job.steps[0].state == "evidenced"


def test_whoever_worked_on_a_step_does_not_check_it(house: House) -> None:
    order_id = own_team(house)
    step = f"{order_id}-s1"
    house.act("manager_sz", "steps", step, "start")
    house.upload("delivery_sz", step, "checklist", b"a")
    house.upload("delivery_sz", step, "confirmation", b"b")
    for maker in ("manager_sz", "delivery_sz"):
        with pytest.raises(Refused, match="自己检查"):
            house.act(maker, "steps", step, "check")
        assert "check" not in {one.command for one in house.order(maker, order_id).commands}
    with pytest.raises(Refused):
        house.act("finance_sz", "steps", step, "check")
    house.act("sales_sz", "steps", step, "return", reason="缺日期")
    house.upload("delivery_sz", step, "checklist", b"a, dated")
    checked = house.act("sales_sz", "steps", step, "check")
    assert checked.job is not None
    assert checked.job.steps[0].state == "checked"


def test_whoever_submits_does_not_pass(house: House) -> None:
    order_id = own_team(house)
    house.finish_steps(order_id, "delivery_sz", "sales_sz")
    house.do("manager_sz", order_id, "jobs/submit")
    with pytest.raises(Refused, match="质检"):
        house.act("manager_sz", "jobs", f"{order_id}-j", "pass")


def test_the_client_does_its_own_steps_and_a_partner_does_not_see_who_that_is(house: House) -> None:
    order_id = house.funded("software_copyright")
    house.do("hq", order_id, "dispatches/override", executor="org-pa", reason="旺季分流")
    house.do("partner_pa", order_id, "offers/accept")
    house.do("partner_pa", order_id, "jobs/start")
    first, second = f"{order_id}-s1", f"{order_id}-s2"
    with pytest.raises(Refused):  # the catalogue keeps the first step with the seller
        house.act("partner_pa", "steps", first, "start")
    house.act("delivery_sz", "steps", first, "start")
    house.upload("delivery_sz", first, "checklist", b"a")
    house.upload("delivery_sz", first, "confirmation", b"b")
    with pytest.raises(Refused):
        house.act("client1", "steps", first, "check")
    house.act("client1", "steps", second, "start")
    house.upload("client1", second, "draft", b"c")
    found = house.upload("client1", second, "draft", b"d")
    assert found.job is not None
    assert [file.uploader for file in found.job.steps[1].evidence] == ["客户一经办"] * 2
    partner = house.order("partner_pa", order_id).job
    assert partner is not None
    assert [file.uploader for file in partner.steps[1].evidence] == ["客户"] * 2
    assert [file.uploader for file in partner.steps[0].evidence] == ["演示苏州渠道"] * 2


def test_a_client_that_refuses_is_asked_again_after_the_rework(house: House) -> None:
    order_id = delivered(house)
    back = house.do("client1", order_id, "acceptances/reject", reason="公示截图不清楚")
    assert back.state == "in_progress"
    partner = house.order("partner_pa", order_id)
    assert partner.job is not None
    assert (partner.job.state, partner.job.steps[-1].state) == ("rework", "doing")
    house.do("partner_pa", order_id, "jobs/resume")
    house.upload("partner_pa", f"{order_id}-s8", "screenshot", b"a better one")
    house.do("manager_sz", order_id, "steps/check")
    house.do("partner_pa", order_id, "jobs/submit")
    house.do("manager_sz", order_id, "jobs/pass")
    order = house.do("client1", order_id, "acceptances/accept")
    assert order.acceptance is not None
    assert (order.state, order.acceptance.id) == ("accepted", f"{order_id}-a02")


def test_the_seller_sends_work_back_to_a_step(house: House) -> None:
    order_id = own_team(house)
    house.finish_steps(order_id, "delivery_sz", "manager_sz")
    house.do("delivery_sz", order_id, "jobs/submit")
    house.do("manager_sz", order_id, "jobs/rework", step="3", reason="申请表少一页")
    house.do("delivery_sz", order_id, "jobs/resume")
    with pytest.raises(GuardFailed):
        house.act("delivery_sz", "jobs", f"{order_id}-j", "submit")
    house.finish_steps(order_id, "delivery_sz", "manager_sz")
    house.do("delivery_sz", order_id, "jobs/submit")
    assert house.do("manager_sz", order_id, "jobs/pass").state == "delivered"


def test_a_file_is_opened_by_those_who_have_a_row_of_it(house: House) -> None:
    order_id = own_team(house)
    step = f"{order_id}-s1"
    house.act("delivery_sz", "steps", step, "start")
    found = house.upload("delivery_sz", step, "checklist", "内容".encode(), "../../条件\u202e核对表.pdf").job
    assert found is not None
    file = found.steps[0].evidence[0]
    assert file.filename == "条件核对表.pdf"
    for username in ("delivery_sz", "client1", "hq"):
        actor = house.actor(username)
        with view.reading(house.database, actor, house.clock, file.id) as session:
            path, name, mime = evidence.open_file(session, actor, file.id, house.folder)
        assert (path.read_bytes(), name, mime) == ("内容".encode(), "条件核对表.pdf", "application/pdf")
    for username in ("client2", "partner_pa", "manager_sh"):
        with house.database.read() as work, pytest.raises(Missing):
            actor = house.actor(username)
            evidence.open_file(work.session(actor.org_id), actor, file.id, house.folder)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "空的"), (b"0" * (evidence.LARGEST + 1), "20 MB")], ids=["empty", "large"]
)
def test_an_empty_or_oversized_file_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        evidence.store(tmp_path / "e", io.BytesIO(content), "a.pdf", "draft")
    assert list((tmp_path / "e").iterdir()) == []


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    first = evidence.store(tmp_path, io.BytesIO(b"x"), "a.pdf", "draft")
    second = evidence.store(tmp_path, io.BytesIO(b"x"), "b.docx", "list")
    assert first.sha256 == second.sha256
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.sha256]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\fakepath\\表.xlsx", "表.xlsx"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.txt", "ab.txt"),
        ("很长" * 200 + ".pdf", ("很长" * 200)[:116] + ".pdf"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_file_name_is_made_harmless(given: str, kept: str) -> None:
    assert evidence.clean_name(given) == kept
