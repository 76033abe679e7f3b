"""The 三不 rule: who is passed over and why, in words a manager can check; and who may decide otherwise."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.errors import GuardFailed, NotInForce, Refused
from knowledge.base.money import PPM
from tests.workflows.conftest import House
from workflows import providers
from workflows.dispatch import Decision, decide
from workflows.dispatch_rule import rule_on
from workflows.judging import Order, serves
from workflows.network import Provider
from workflows.tables.network import CapabilityRow, RecordRow

DAY = date(2026, 11, 23)
ORDER = Order(
    seller="own", service_name="代理记账", permits=("代理记账许可",), region="上海市浦东新区", day=DAY, days=100
)
PRICE = 100_000


def provider(org_id: str = "own", kind: str = "direct", **changes: Any) -> Provider:
    """One who will, can and does it well, but for `changes`."""
    ability: dict[str, Any] = {
        "willing": True,
        "floor_fen": 50_000,
        "days": 90,
        "capacity": 5,
        "regions": ["上海市"],
    } | {name: value for name, value in changes.items() if name in CapabilityRow.model_fields}
    record: dict[str, Any] = {"jobs": 20, "on_time": 19, "disputes": 0, "ratings": 20, "rating_sum": 94} | {
        name: value for name, value in changes.items() if name in RecordRow.model_fields
    }
    return Provider(
        org_id,
        f"机构{org_id}",
        kind,
        CapabilityRow(id="c", org_id=org_id, service_id="s", ask_fen=1, **ability)
        if changes.get("able", True)
        else None,
        frozenset(changes.get("permits", {"代理记账许可"})),
        RecordRow(id="r", org_id=org_id, service_id="s", **record) if changes.get("known", True) else None,
        changes.get("live_jobs", 0),
    )


def judged(*all_: Provider, price: int = PRICE, refused: frozenset[str] = frozenset()) -> Decision:
    return decide(rule_on(DAY), ORDER, all_, {one.org_id: price for one in all_}, refused)


def test_the_own_team_does_what_it_will_can_and_does_well() -> None:
    found = judged(provider(), provider("channel"), provider("partner", "partner"))
    assert (found.route, found.code, found.executor) == ("own_team", None, "own")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"willing": False}, "wont", "policy"),
        ({"floor_fen": 80_001}, "wont", "margin"),
        ({"able": False}, "cant", "skill"),
        ({"permits": set()}, "cant", "permits"),
        ({"live_jobs": 5}, "cant", "capacity"),
        ({"regions": ["浙江省"]}, "cant", "region"),
        ({"days": 101}, "cant", "deadline"),
        ({"rating_sum": 79}, "badly", "rating"),
        ({"on_time": 16}, "badly", "on_time"),
        ({"disputes": 2}, "badly", "disputes"),
    ],
)
def test_an_order_the_own_team_does_not_do_goes_to_a_partner(changes: dict[str, Any], code: str, field: str) -> None:
    found = judged(provider(**changes), provider("partner", "partner"))
    assert (found.route, found.code, found.executor) == ("subcontract", code, "partner")
    own = found.candidate("own")
    assert own is not None
    unmet = [one for one in own.conditions if one.result == "unmet"]
    assert [(one.code, one.field) for one in unmet] == [(code, field)]
    assert unmet[0].need
    assert unmet[0].actual
    assert "机构own" in found.reason
    assert unmet[0].label in found.reason


def test_at_the_threshold_is_good_enough() -> None:
    found = judged(provider(floor_fen=80_000, rating_sum=80, on_time=17, disputes=1, live_jobs=4, days=100))
    assert found.route == "own_team"


def test_a_short_record_is_unknown_and_speaks_neither_way() -> None:
    found = judged(provider(jobs=2, on_time=0, disputes=2, ratings=2, rating_sum=2))
    own = found.candidate("own")
    assert own is not None
    assert {one.result for one in own.conditions if one.code == "badly"} == {"unknown"}
    assert found.route == "own_team"


def test_the_house_comes_before_partners_and_the_better_score_first() -> None:
    worse, better = provider("a", rating_sum=84), provider("b", rating_sum=98)
    found = judged(provider(willing=False), worse, better, provider("p", "partner", rating_sum=100))
    assert (found.route, found.executor) == ("own_channel", "b")


def test_a_partner_below_its_floor_or_that_refused_is_not_asked() -> None:
    found = judged(provider(willing=False), provider("p", "partner", floor_fen=PRICE + 1), provider("q", "partner"))
    assert found.executor == "q"
    found = judged(provider(willing=False), provider("q", "partner"), refused=frozenset({"q"}))
    assert (found.route, found.executor, found.code) == ("none", None, "wont")


def test_a_partners_floor_is_not_told_to_the_seller() -> None:
    found = judged(provider(willing=False), provider("p", "partner", floor_fen=77_777))
    assert "77" not in found.model_dump_json()
    assert "777.77" not in found.reason


def test_before_the_first_rule_nothing_is_decided() -> None:
    with pytest.raises(NotInForce):
        rule_on(date(2025, 12, 31))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "willing": st.booleans(),
                "floor_fen": st.integers(0, 2 * PRICE),
                "days": st.integers(1, 200),
                "capacity": st.integers(0, 5),
                "live_jobs": st.integers(0, 5),
                "on_time": st.integers(0, 20),
                "disputes": st.integers(0, 20),
                "rating_sum": st.integers(20, 100),
                "able": st.booleans(),
                "known": st.booleans(),
                "kind": st.sampled_from(["direct", "equity_channel", "partner"]),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_decision_follows_from_the_conditions(drawn: list[dict[str, Any]]) -> None:
    everyone = [provider(f"org{n}" if n else "own", **one) for n, one in enumerate(drawn)]
    found = judged(*everyone)
    fit = [one for one in found.candidates if one.code is None]
    order = ("own_team", "own_channel", "subcontract")
    assert all(0 <= one.score <= 1 for one in found.candidates)
    if not fit:
        assert (found.route, found.executor) == ("none", None)
        return
    chosen = found.candidate(found.executor)
    assert chosen in fit
    assert chosen is not None
    assert order.index(chosen.route) == min(order.index(one.route) for one in fit)
    assert chosen.score == max(one.score for one in fit if one.route == chosen.route)
    assert all(one.capacity > provider_.live_jobs for one, provider_ in _capabilities(everyone, chosen.org_id))


def _capabilities(everyone: list[Provider], org_id: str) -> list[tuple[CapabilityRow, Provider]]:
    return [(one.capability, one) for one in everyone if one.org_id == org_id and one.capability is not None]


def test_regions_match_upwards_and_downwards() -> None:
    assert serves(["上海市"], "上海市浦东新区")
    assert serves(["江苏省苏州市"], "江苏省")
    assert serves(["全国"], "北京市")
    assert serves([], "")
    assert not serves(["浙江省"], "上海市")


def test_the_page_explains_the_decision_on_every_candidate(house: House) -> None:
    dispatch = house.order("manager_sz", house.funded()).dispatch
    assert dispatch is not None
    assert (dispatch.route, dispatch.code) == ("subcontract", "cant")
    unmet = {one.label: one.actual for one in dispatch.conditions if one.result == "unmet"}
    assert unmet["演示苏州渠道 · 不能做 · 服务能力"] == "没有这项能力"
    assert unmet["演示上海分公司 · 不愿做 · 承接意愿"] == "不承接"
    assert unmet["演示杭州分公司 · 不能做 · 服务地区"] == "浙江省"
    assert not [label for label in unmet if label.startswith("演示甲服务商")]
    assert dispatch.reason is not None
    assert "建议由演示甲服务商办理" in dispatch.reason


def test_a_manager_overrides_inside_and_only_headquarters_overrides_to_a_partner(house: House) -> None:
    order_id = house.funded("software_copyright")
    with pytest.raises(Refused, match="总部"):
        house.do("manager_sz", order_id, "dispatches/override", executor="org-pa", reason="忙不过来")
    inside = house.do("manager_sz", order_id, "dispatches/override", executor="org-sh", reason="忙不过来")
    assert inside.dispatch is not None
    assert (inside.dispatch.state, inside.dispatch.route, inside.dispatch.reason) == (
        "overridden",
        "own_channel",
        "忙不过来",
    )
    other = house.funded("software_copyright")
    outside = house.do("hq", other, "dispatches/override", executor="org-pa", reason="旺季分流")
    assert outside.offer is not None
    assert outside.offer.partner == "演示甲服务商"


def test_no_reason_makes_up_for_a_missing_licence(house: House) -> None:
    order_id = house.funded("bookkeeping")
    dispatch = house.order("manager_sz", order_id).dispatch
    assert dispatch is not None
    assert dispatch.executor == "演示上海分公司"
    with pytest.raises(GuardFailed, match="服务能力"):
        house.do("manager_sz", order_id, "dispatches/override", executor="org-sz", reason="自己做")


def test_evaluations_change_what_the_rule_says(house: House) -> None:
    from knowledge.base.db import Work

    def record(work: Work) -> RecordRow:
        found = work.session("org-pa").get(RecordRow, "org-pa:hnte_filing")
        assert found is not None
        return found

    from tests.workflows.test_journey import delivered

    order_id = delivered(house)
    with house.database.read() as work:
        before = record(work).model_dump()
    house.do("client1", order_id, "acceptances/accept")
    house.do("client1", order_id, "evaluations/give", score="2", text="慢")
    with house.database.read() as work:
        after = record(work).model_dump()
    change = {name: after[name] - before[name] for name in ("jobs", "on_time", "ratings", "rating_sum", "disputes")}
    assert change == {"jobs": 1, "on_time": 1, "ratings": 1, "rating_sum": 2, "disputes": 0}


def test_providers_are_ranked_for_a_region_without_anyones_terms(house: House) -> None:
    with house.database.read() as work:
        service = house.catalogue.service("hnte_filing")
        near = providers.rank(work, service, "上海市浦东新区", DAY)
        anywhere = providers.rank(work, service, "", DAY)
    assert [one.org_id for one in near] == ["org-pa", "org-pb"]
    assert {one.org_id for one in anywhere} == {"org-hz", "org-pa", "org-pb"}
    assert all(one.reasons and 0 < one.score <= 1 for one in anywhere)
    assert sorted((one.score for one in anywhere), reverse=True) == [one.score for one in anywhere]
    assert "floor" not in str([one.model_dump() for one in anywhere])
    assert rule_on(DAY).min_margin_ppm < PPM
