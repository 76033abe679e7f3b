"""The shipped articles: Markdown with front matter that is checked field by field, cut by section."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.base.errors import BadInput
from knowledge.base.regions import canonical
from knowledge.ingest.draft import Draft, DraftChunk, Question
from knowledge.policies.strict import LOADER

FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.S)


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    """A document the article rests on."""

    doc_no: str
    title: str
    date: str | None = None
    effective: str | None = None
    url: str | None = None
    status: str


class Ask(Strict):
    ask: str = Field(min_length=2)
    section: str


class Front(Strict):
    """The front matter; a missing or an unknown key is an error."""

    id: str = Field(pattern=r"^[a-z0-9_.\-]+$")
    title: str
    kind: Literal["qualification", "tax", "law", "faq", "sop", "policy", "case"]
    doc_no: str
    issuer: str
    region: str
    issued: date | None
    effective_from: date | None
    effective_to: date | None
    url: str | None
    confidence: str
    rule_ids: tuple[str, ...]
    aliases: tuple[str, ...]
    documents: tuple[Source, ...]
    questions: tuple[Ask, ...]


def is_article(text: str) -> bool:
    """Whether a Markdown text opens with front matter."""
    return FRONT.match(text) is not None


def parse_article(text: str, path: Path) -> Draft:
    """Raises `BadInput` that names the file and the field."""
    front, body = read_front(text, path)
    sections = tuple(_sections(body))
    first = {name: index for index, (name, _) in reversed(list(enumerate(sections)))}
    unknown = [ask.section for ask in front.questions if ask.section not in first]
    if unknown:
        raise BadInput(
            f"{path.name}：questions 指向不存在的小节“{unknown[0]}”；可用：{'、'.join(first)}。", field="section"
        )
    return Draft(
        series=f"article:{front.id}",
        title=front.title,
        chunks=tuple(DraftChunk(text, (name,) if name else ()) for name, text in sections),
        doc_no=front.doc_no,
        issuer=front.issuer,
        region=canonical(front.region),
        kind=front.kind,
        issued=front.issued,
        effective_from=front.effective_from,
        effective_to=front.effective_to,
        url=front.url,
        confidence=front.confidence,
        about={
            "article": front.id,
            "aliases": list(front.aliases),
            "rule_ids": list(front.rule_ids),
            "documents": [source.model_dump() for source in front.documents],
        },
        questions=tuple(Question(ask.ask, first[ask.section]) for ask in front.questions),
    )


def read_front(text: str, path: Path) -> tuple[Front, str]:
    """The checked front matter and the body. Raises `BadInput` that names the file and the field."""
    match = FRONT.match(text)
    if match is None:
        raise BadInput(f"{path.name} 缺少开头的 --- 元数据 ---。", field="front")
    try:
        data: Any = yaml.load(match[1], LOADER)
        return Front.model_validate(data), match[2]
    except yaml.YAMLError as error:
        raise BadInput(f"{path.name} 的元数据不是合法的 YAML：{str(error).splitlines()[0]}", field="front") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path.name} 的元数据 {where} 有误：{first['msg']}", field=where) from error


def _sections(body: str, limit: int = 900) -> Iterator[tuple[str, str]]:
    """(heading, text) pairs; a long section is cut between paragraphs, a table keeps its header row in each piece."""
    for part in re.split(r"^(?=##\s)", body, flags=re.M):
        heading, _, rest = part.partition("\n") if part.startswith("##") else ("", "", part)
        name = heading.lstrip("# ").strip()
        for piece in _pieces([block.strip() for block in re.split(r"\n\s*\n", rest) if block.strip()], limit):
            yield name, piece


def _pieces(blocks: list[str], limit: int) -> Iterator[str]:
    held: list[str] = []
    for block in (part for whole in blocks for part in _rows(whole, limit)):
        if held and sum(map(len, held)) + len(block) > limit:
            yield "\n\n".join(held)
            held = []
        held.append(block)
    if held:
        yield "\n\n".join(held)


def _rows(block: str, limit: int) -> Iterator[str]:
    lines = block.split("\n")
    if len(block) <= limit or len(lines) < 4 or not lines[1].lstrip().startswith("|"):
        yield block
        return
    head, held = lines[:2], list[str]()
    for line in lines[2:]:
        if held and sum(map(len, [*head, *held, line])) > limit:
            yield "\n".join([*head, *held])
            held = []
        held.append(line)
    yield "\n".join([*head, *held])
