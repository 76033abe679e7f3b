"""The turn as a LangGraph `StateGraph`: understand → handlers one after the other → next question → compose.

Our tables are the record, so no checkpointer is needed: what waits for the client (an open question, a quote) stands
in `Dialog` (docs/decisions/0004-turn.md). Steps report progress through the custom stream.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

from assistant.compose.compose import compose
from assistant.desk import Desk
from assistant.dialog import Dialog, Spoken
from assistant.model.phrasing import rephrase
from assistant.turn.answer import answer_step
from assistant.turn.calculate import calculate_step
from assistant.turn.facts import take_facts
from assistant.turn.followup import standalone
from assistant.turn.judge import explain_step, judge_step, question_step
from assistant.turn.local import with_local
from assistant.turn.offer import confirm_step, offer_step, price_step, withdraw_step
from assistant.turn.onestep import steps_first
from assistant.turn.recommend import recommend_step
from assistant.turn.refuse import refusal, reread
from assistant.turn.route import plan
from assistant.turn.several import ONE_BY_ONE, questions_of, several_step
from assistant.turn.state import Change, TurnState
from assistant.turn.status import status_step
from assistant.turn.steps import steps_step
from assistant.turn.strange import SAID, is_another
from assistant.turn.talk import decline_step, greet_step, handoff_step
from assistant.turn.whatif import suppose_turn, supposing, whatif_step
from assistant.understand.compared import compared
from assistant.understand.cues import OURS
from assistant.understand.several import Asked
from assistant.understand.understand import understand
from assistant.values import Reply

Step = Callable[[Desk, TurnState], Change]
STEPS: dict[str, Step] = {
    "answer": answer_step,
    "calculate": calculate_step,
    "steps": steps_step,
    "judge": judge_step,
    "whatif": whatif_step,
    "explain": explain_step,
    "recommend": recommend_step,
    "price": price_step,
    "offer": offer_step,
    "confirm": confirm_step,
    "withdraw": withdraw_step,
    "status": status_step,
    "handoff": handoff_step,
    "greet": greet_step,
    "decline": decline_step,
}


def each_step(desk: Desk, state: TurnState) -> Change:
    """Several questions, one by one; none of them answered is left to the one question the message then is."""
    parts = several_step(STEPS, desk, state)
    return {"parts": parts} if parts else {"then": ("answer",)}


STEPS["each"] = each_step
DOING = {
    "each": "正在逐个问题查找…",
    "answer": "正在查找条款…",
    "calculate": "正在按规则计算…",
    "judge": "正在逐条核对条件…",
    "whatif": "正在按假设重新核对…",
    "recommend": "正在比较合适的服务…",
    "offer": "正在准备报价…",
    "confirm": "正在生成订单…",
}


def run_turn(desk: Desk, state: TurnState) -> Iterator[tuple[str, Any]]:
    """Yields `("status", words)` while working and at last `("state", TurnState)` with its reply."""
    final: TurnState | None = None
    for mode, chunk in _graph(desk).stream(state, stream_mode=["custom", "values"]):
        if mode == "custom":
            yield "status", str(chunk)
        else:
            final = chunk
    assert final is not None
    yield "state", final


@lru_cache(maxsize=4)
def _graph(desk: Desk) -> Any:
    """Compiled once for a desk: it carries no state of a turn."""
    from langgraph.graph import END, START, StateGraph

    graph: Any = StateGraph(TurnState)
    graph.add_node("understand", partial(understand_step, desk))
    graph.add_node("next", next_step)
    graph.add_node("question", partial(question_step, desk))
    graph.add_node("compose", partial(compose_step, desk))
    for name, step in STEPS.items():
        graph.add_node(name, partial(handled, name, step, desk))
        graph.add_edge(name, "next")
    graph.add_edge(START, "understand")
    graph.add_edge("understand", "next")
    graph.add_conditional_edges("next", lambda state: state["queue"][0] if state["queue"] else "question")
    graph.add_edge("question", "compose")
    graph.add_edge("compose", END)
    return graph.compile()


def understand_step(desk: Desk, state: TurnState) -> Change:
    """Read the message; an unlawful request ends here; facts go into the company before anything is judged."""
    dialog = state["dialog"]
    open_fields = dialog.asked.fields if dialog.asked else ()
    read = understand(state["text"], state["as_of"], asked=open_fields)
    refused = refusal(desk, state, read)
    if refused is not None:
        return {"understanding": read, "parts": (refused,), "queue": ()}
    read = reread(desk, state, read)
    if supposing(read, state):
        return suppose_turn(read, state)
    read, said, company = take_facts(desk, with_local(desk, read, state["region"]), state)
    queue = steps_first(desk, state, read, plan(read, dialog))
    question = standalone(read, dialog)
    if question.endswith(f"，{read.text}") and is_another(desk, state, _behind(question, read.text), SAID):
        question = read.text  # 红酒开了能放几天 asks nothing of the topic
    if questions_of(read, question, queue):
        only = compared(read.text) is not None and not said and not OURS.search(read.text)
        queue = ("each", *(name for name in queue if name not in ONE_BY_ONE and not only))
    spoken = tuple(Spoken(field=fact.field, year=fact.year) for fact in said) or dialog.spoken
    programmes = read.entities.programmes or dialog.topic_programmes
    return {
        "understanding": read,
        "said": said,
        "company": company,
        "region": read.entities.region or state["region"],
        "question": question,
        "queue": queue,
        "dialog": dialog.change(
            {
                "spoken": spoken,
                "topic_programmes": programmes,
                "topic_title": None if read.entities.programmes else dialog.topic_title,
            }
        ),
    }


def _behind(question: str, text: str) -> Asked:
    return Asked(own=text, text=question, carries=question.removesuffix(f"，{text}"))


def next_step(_state: TurnState) -> Change:
    return {}


def handled(name: str, step: Step, desk: Desk, state: TurnState) -> Change:
    """Run one handler: its part is appended, its intent leaves the queue, its dialog changes are kept."""
    from langgraph.config import get_stream_writer

    if name in DOING:
        get_stream_writer()(DOING[name])
    change = step(desk, state)
    dialog: Dialog = change.get("dialog", state["dialog"])
    for part in change.get("parts", ()):
        dialog = dialog.change(part.dialog)
    then = change.pop("then", ())  # handlers a step calls in instead of itself
    return change | {
        "parts": (*state["parts"], *change.get("parts", ())),
        "queue": (*then, *state["queue"][1:]),
        "dialog": dialog,
    }


def compose_step(desk: Desk, state: TurnState) -> Change:
    parts = state["parts"]
    if desk.phraser is not None:
        parts = rephrase(desk.phraser, state["question"], parts, state["speaker"].org_id)
    reply: Reply = compose(state["text"], state["as_of"], state["region"], parts)
    thin = state["dialog"].thin_evidence + 1 if reply.reason == "no_evidence" else 0
    dialog = state["dialog"].change({"thin_evidence": thin, "last_question": state["question"]})
    return {"reply": reply, "dialog": dialog}
