"""Sums told in one or two sentences: inputs from the words, the rule of the day, each case while an input is open."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from assistant.compose.statement import Part, Source, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.understand.sums import AskedSum, Candidate, says_gross
from assistant.understand.sumtopics import Said, Topic, Wanted, pattern
from knowledge.base.errors import BadInput, Missing, NotInForce, Refused
from knowledge.policies import Calculation, calculate
from knowledge.policies.tax import TaxRule

CENT = Decimal("0.01")
MOST = 4  # cases told side by side; with more of them the open inputs are asked for instead
Choice = dict[str, Candidate]


@dataclass(frozen=True)
class Open:
    """Inputs the words leave open: those to ask for, and the candidates of those worked out as cases."""

    settled: dict[str, tuple[Candidate, ...]]
    cases: dict[str, tuple[Candidate, ...]]
    unknown: tuple[str, ...]


class Figure:
    """A value inside a sentence: money with separators, `:pct` as a percentage, `:n` as a plain number."""

    def __init__(self, value: object, label: str = "") -> None:
        self._value, self._label = value, label

    def __format__(self, spec: str) -> str:
        if self._label:
            return self._label
        number = Decimal(str(self._value))
        if spec == "pct":
            return f"{(number * 100).normalize():f}%"
        if spec == "n":
            return f"{number.normalize():f}"
        whole = number == number.to_integral()
        return f"{number:,.0f}" if whole else f"{number:,.2f}"


def sum_part(desk: Desk, asked: AskedSum, as_of: date, region: str | None) -> Part:
    """The result, the cases, or the question for what is missing. A rule not in force or not verified is declined."""
    day = asked.on or as_of
    try:
        rule = desk.book.rule(asked.topic.rule, day)
        return _worked(desk, _cumulated(desk, asked, rule, day), rule, day, region)
    except NotInForce as error:
        return _not_in_force(desk, asked, day, error)
    except Refused:
        words = f"{asked.topic.name}在当地当期的标准还没有核实，不能用来计算；请向当地主管部门确认"
        return Part((say(words, grounds=(words,)),), "declined", "no_evidence")
    except Missing as error:
        return Part((say(error.message, grounds=(error.message,)),), "declined", "no_evidence")
    except BadInput as error:
        return Part((say(error.message, grounds=(error.message,)),), "need_info", missing=(error.field or "",))


def _not_in_force(desk: Desk, asked: AskedSum, day: date, error: NotInForce) -> Part:
    """Tells from when the rule holds, with its documents; the error's own words where the rule itself is in force."""
    versions = [one for one in desk.book.rules if asked.topic.rule in (one.id, one.family)]
    if not versions or any(one.in_force(day) for one in versions):
        return Part((say(error.message, grounds=(error.message,)),), "declined", "not_in_force")
    rule = versions[0]
    span = f"自 {rule.valid_from} 起施行" + (f"、到 {rule.valid_to} 为止" if rule.valid_to else "")
    words = f"我收录的“{rule.name}”{span}，{day.year} 年适用的规定没有收录，不能计算"
    sources = document_sources(rule.documents, rule.id, f"{_gist(rule)}；{span}", rule.valid_to)
    return Part((Statement(words, sources, (words,)),), "declined", "not_in_force")


def _cumulated(desk: Desk, asked: AskedSum, rule: TaxRule, day: date) -> AskedSum:
    """A month's pay told for a later month: the same every month since January, what was withheld before worked out."""
    parts, given = asked.topic.by_month, asked.given
    if not parts or parts["months"] not in given or re.search("累计|合计|截至|截止", asked.text):
        return asked
    months = Decimal(str(given[parts["months"]][0].value))
    money = [name for name in given if asked.topic.inputs[name].kind == "money" and name != parts["withheld"]]
    if months <= 1 or not any(asked.topic.inputs[name].key for name in money):
        return asked
    once = {name: Decimal(str(given[name][0].value)) for name in money}
    before = {name: value * (months - 1) for name, value in once.items()} | {parts["months"]: months - 1}
    withheld = calculate(desk.book, rule.id, before, day).outputs[parts["tax"]]
    told: dict[str, tuple[Candidate, ...]] = {name: (Candidate(value=value * months),) for name, value in once.items()}
    told[parts["withheld"]] = given.get(parts["withheld"], (Candidate(value=Decimal(str(withheld))),))
    return asked.model_copy(update={"given": given | told | {"by_month": (Candidate(value="1"),)}})


def _worked(desk: Desk, asked: AskedSum, rule: TaxRule, day: date, region: str | None) -> Part:
    found = _open(asked, rule, day, region)
    names = [*found.settled, *found.cases, *found.unknown]
    probes = {name: _probes(asked.topic, name) for name in found.unknown}
    if not all(probes.values()):
        return _ask(asked, rule, [*found.unknown, *found.cases])
    results: list[tuple[Choice, Calculation]] = []
    for chosen in product(*found.settled.values(), *found.cases.values(), *probes.values()):
        choice = _fixed(asked.topic, asked.text, dict(zip(names, chosen, strict=True)))
        inputs = {name: one.value for name, one in choice.items() if name in rule.inputs}
        results.append((choice, calculate(desk.book, rule.id, inputs, day)))
    deciding = [
        name
        for name in names
        if len({one.value for one in _column(results, name)}) > 1 and _decides(asked, results, name)
    ]
    if any(name in found.unknown for name in deciding) or len(_kept(results, deciding)) > MOST:
        return _ask(asked, rule, [name for name in deciding if name not in found.settled] or deciding)
    return _told(asked, rule, _kept(results, deciding), deciding)


def _open(asked: AskedSum, rule: TaxRule, day: date, region: str | None) -> Open:
    settled, cases, unknown = dict(asked.given), dict[str, tuple[Candidate, ...]](), list[str]()
    spread = asked.topic.spread
    for name, wanted in asked.topic.inputs.items():
        if wanted.kind == "place":
            place = settled.pop(name)[0].value if name in settled else _place(wanted, region)
            if place is None:
                unknown.append(name)
            else:
                settled[name] = (Candidate(value=_row(rule, wanted, str(place), day)),)
    for name, wanted in asked.topic.inputs.items():
        entry = rule.inputs.get(name)
        if name in settled or name in unknown or entry is None:
            continue
        spoken_of = wanted.mentioned is not None and pattern(wanted.mentioned).search(asked.text) is not None
        if entry.default_on(day) is not None and not spoken_of and not _needed(wanted, settled):
            continue
        if wanted.cases:
            least = _least(wanted, settled)
            cases[name] = tuple(
                Candidate(value=value if least is None else str(max(Decimal(value), least)), label=label)
                for value, label in wanted.cases.items()
            )
        elif wanted.bounds and "table" in settled:
            row = next(t for t in rule.tables.values() if settled["table"][0].value in t.rows)
            values = row.rows[str(settled["table"][0].value)].values
            cases[name] = tuple(
                Candidate(value=bound, label=f"{label} {Figure(bound):pct}")
                for label, part in wanted.bounds.items()
                if (bound := values.get(part)) is not None
            )
            if not cases[name]:
                unknown.append(name)
                cases.pop(name)
        else:
            unknown.append(name)
    if spread and not asked.topic.spread_among() & set(settled):
        if asked.loose is None:
            unknown.append(next(iter(spread)))
        else:
            cases["spread"] = tuple(Candidate(value=name, label=label) for name, label in spread.items())
            cases["loose"] = (Candidate(value=asked.loose),)
    return Open(settled, cases, tuple(dict.fromkeys(unknown)))


def _needed(wanted: Wanted, settled: dict[str, tuple[Candidate, ...]]) -> bool:
    """Whether an input with a default has to be known all the same: the local mean, for a wage it may well cap."""
    return any(
        Decimal(str(one.value)) > Decimal(limit)
        for name, limit in wanted.needed.items()
        for one in settled.get(name, ())
    )


def _least(wanted: Wanted, settled: dict[str, tuple[Candidate, ...]]) -> Decimal | None:
    """What the cases of an input can't be below: the sales that bear a VAT of 8.6万 are at least 8.6万 ÷ 13%."""
    shares = [
        min(Decimal(str(one.value)) for one in settled[name]) / Decimal(divisor)
        for name, divisor in wanted.floor.items()
        if name in settled
    ]
    return max(shares, default=None)


def _place(wanted: Wanted, region: str | None) -> str | None:
    """The table's name of the place asked from; None without one. Raises `Missing` where no table is held."""
    if region is None:
        return None
    for name, words in wanted.values.items():
        if pattern(words).search(region):
            return name
    known = "、".join(words.split("|")[0] for words in wanted.values.values())
    raise Missing(
        f"我这里没有收录{region}的缴费基数和比例，不能计算；已收录的有{known}，其他地区请向当地主管部门确认。"
    )


def _row(rule: TaxRule, wanted: Wanted, place: str, day: date) -> str:
    rows = {name: row for name, row in rule.tables[wanted.table or ""].rows.items() if name.startswith(place)}
    named = next((name for name, row in rows.items() if row.in_force(day)), None)
    if named is None:
        raise NotInForce(f"没有收录这个城市 {day} 的缴费标准，不能计算；请换一个日期或向当地主管部门确认。")
    return named


def _probes(topic: Topic, name: str) -> tuple[Candidate, ...]:
    wanted = topic.inputs.get(name)
    return tuple(Candidate(value=value) for value in wanted.probes) if wanted else ()


def _fixed(topic: Topic, text: str, choice: Choice) -> Choice:
    """What another answer settles (从租: nothing is taken off), and the amount put where its rate belongs."""
    done = dict(choice)
    for name, wanted in topic.inputs.items():
        for condition, value in wanted.fixed.items():
            if _holds(condition, done):
                done[name] = Candidate(value=value)
    if "spread" in done:
        name = str(done["spread"].value)
        factor = Decimal(topic.inputs[name].net_of or 1) if says_gross(text) else Decimal(1)
        done[name] = Candidate(value=(Decimal(str(done["loose"].value)) / factor).quantize(CENT))
    return done


def _holds(condition: str, choice: Choice) -> bool:
    name, _, value = condition.partition("=")
    return name in choice and str(choice[name].value) == value


def _column(results: list[tuple[Choice, Calculation]], name: str) -> list[Candidate]:
    return [choice[name] for choice, _ in results if name in choice]


def _figures(topic: Topic, result: Calculation) -> tuple[object, ...]:
    return tuple(result.outputs.get(name) for name in topic.figure)


def _decides(asked: AskedSum, results: list[tuple[Choice, Calculation]], name: str) -> bool:
    """Whether the result changes with this input while the others stay."""
    seen: dict[tuple[tuple[str, object], ...], set[tuple[object, ...]]] = {}
    for choice, result in results:
        others = tuple(sorted((key, str(one.value)) for key, one in choice.items() if key != name))
        if "spread" in choice:
            others = tuple(pair for pair in others if pair[0] not in asked.topic.spread)
        seen.setdefault(others, set()).add(_figures(asked.topic, result))
    return any(len(figures) > 1 for figures in seen.values())


def _kept(results: list[tuple[Choice, Calculation]], deciding: list[str]) -> list[tuple[Choice, Calculation]]:
    """One result for each combination of what decides."""
    kept: dict[tuple[object, ...], tuple[Choice, Calculation]] = {}
    for choice, result in results:
        kept.setdefault(tuple(str(choice[name].value) for name in deciding), (choice, result))
    return list(kept.values())


def _ask(asked: AskedSum, rule: TaxRule, names: list[str]) -> Part:
    asks = [_question(asked.topic, rule, name) for name in dict.fromkeys(names) if name != "loose"]
    words = f"要算{asked.topic.name}，还请告诉我：{'；'.join(asks)}"
    return Part(
        (say(words, grounds=(words,)),), "need_info", missing=_missing(names), action="ask", dialog=_memory(asked)
    )


def _question(topic: Topic, rule: TaxRule, name: str) -> str:
    if name == "spread" or name in topic.spread:
        return topic.spread_ask
    return topic.inputs[name].ask or rule.inputs[name].label


def _missing(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("rate" if name == "spread" else name for name in names if name != "loose"))


def _memory(asked: AskedSum) -> dict[str, Any]:
    return {"last_calculation": {"kind": "sum", "text": asked.text}, "topic_title": asked.topic.name}


def _told(asked: AskedSum, rule: TaxRule, kept: list[tuple[Choice, Calculation]], deciding: list[str]) -> Part:
    topic = asked.topic
    sources = document_sources(rule.documents, rule.id, _gist(rule), rule.valid_to)
    statements = [_line(topic, choice, result, deciding, sources) for choice, result in kept]
    first = kept[0][0]
    for caveat in topic.caveats:
        taken = caveat.assumed is None or (caveat.assumed not in asked.given and caveat.assumed not in deciding)
        if taken and (caveat.item is None or _holds(caveat.item, first)):
            statements.append(Statement(caveat.text, sources, (_gist(rule),)))
    if rule.applies:
        words = f"适用条件：{'；'.join(rule.applies)}"
        statements.append(Statement(words, sources, (words,)))
    asks = [_question(topic, rule, name) for name in deciding if name not in asked.given]
    if deciding:
        words = f"{'；'.join(asks) or '准确的数字是多少'}？告诉我就能定下来"
        statements.append(say(words, grounds=(words,)))
    results = [result.model_dump(mode="json") for _, result in kept]
    return Part(
        tuple(statements),
        "need_info" if deciding else "answered",
        computed=tuple(results),
        missing=_missing(deciding),
        action="ask" if deciding else None,
        cards=tuple({"type": "calculation", "calculation": one} for one in results),
        dialog=_memory(asked),
    )


def _line(
    topic: Topic, choice: Choice, result: Calculation, deciding: list[str], sources: tuple[Source, ...]
) -> Statement:
    values = {**result.inputs, **result.outputs}
    shown = {name: Figure(value, _label(topic, name, value)) for name, value in values.items()}
    pieces = [one.text.format_map(shown) for one in topic.tell if _applies(one, choice, values)]
    labels = [choice[name].label or f"{_spoken(topic, name)} {Figure(choice[name].value)}" for name in deciding]
    lead = f"若{'、'.join(labels)}：" if labels else ""
    text = lead + "，".join(pieces)
    # The pieces are the rule's own words and figures of the calculation: nothing in them comes from elsewhere.
    return Statement(text, sources, (text,))


def _spoken(topic: Topic, name: str) -> str:
    return re.sub(r"是多少.*|各是.*", "", topic.inputs[name].ask) if name in topic.inputs else name


def _label(topic: Topic, name: str, value: object) -> str:
    wanted = topic.inputs.get(name)
    return wanted.labels.get(str(value), "") if wanted else ""


def _applies(piece: Said, choice: Choice, values: dict[str, Any]) -> bool:
    if piece.item is not None and not _holds(piece.item, choice):
        return False
    positive = [
        name in values and Decimal(str(int(values[name]) if isinstance(values[name], bool) else values[name])) > 0
        for name in piece.when
    ]
    zero = [name in values and Decimal(str(values[name])) == 0 for name in piece.unless]
    return all(positive) and all(zero)


def _gist(rule: TaxRule) -> str:
    """What the rule says, in words: the point a citation makes."""
    words = (rule.name, rule.note, *rule.details[:2], *rule.applies)
    return "；".join(part.rstrip("。；") for part in words if part)
