"""Sources of statements: passages that search found, documents that rules carry."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from assistant.compose.statement import Source
from knowledge.policies import DocumentRef
from retrieval import Evidence


def passage_source(evidence: Evidence, quote: str | None = None) -> Source:
    """`quote` narrows the passage to the sentences used."""
    return Source(
        key=evidence.chunk_id,
        document_id=evidence.document_id,
        title=evidence.title,
        doc_no=evidence.doc_no,
        quote=quote or evidence.text,
        issuer=evidence.issuer,
        region=evidence.region,
        clause=evidence.clause,
        effective_from=evidence.effective_from,
        effective_to=evidence.effective_to,
        status=evidence.status,
        url=evidence.url,
    )


CLAUSE = r"[》）]?(第[零一二三四五六七八九十百千]+条(?:第[一二三四五六七八九十]+[款项])*)"
LookUp = Callable[[str, str], Evidence | None]


def named_sources(evidence: Evidence, quote: str, look_up: LookUp) -> tuple[Source, ...]:
    """The documents that a quoted sentence of an article itself names.

    A law named with a clause is looked up: when its text is in the knowledge base and in force, that clause is the
    source. Otherwise the document stands as the article describes it, with the clause that the article writes.
    """
    found: dict[str, Source] = {}
    for document in evidence.documents:
        law = _law(document.title)
        name = next((one for one in (document.doc_no, law) if one and one in quote), None)
        if name is None or (law and name == law and document.status != "in_force"):
            continue
        clause = re.search(re.escape(name) + CLAUSE, quote)
        text = look_up(law, clause[1]) if law and clause else None
        if text is not None:
            found[text.chunk_id] = passage_source(text)
        elif document.doc_no != evidence.doc_no or clause:
            source = Source(
                key=f"{document.doc_no}:{clause[1] if clause else ''}",
                document_id=evidence.document_id,
                title=document.title,
                doc_no=document.doc_no,
                quote=quote,
                clause=clause[1] if clause else None,
                effective_from=document.effective,
                status=document.status,
                url=document.url,
            )
            found[source.key] = source
    return tuple(found.values())


def rule_sources(evidence: Evidence, quote: str) -> tuple[Source, ...]:
    """The documents in force that a rule's lines rest on, at most three; each is cited for the lines used.

    The rule's own name goes before them: it often carries a figure (小型微利企业, 实际税负5%).
    """
    standing = [one for one in evidence.documents if one.status in ("in_force", "in_force_partial", "transitional")]
    return tuple(
        Source(
            key=f"{evidence.document_id}:{one.doc_no}",
            document_id=evidence.document_id,
            title=one.title,
            doc_no=one.doc_no,
            quote=f"{evidence.title}：{quote}",
            region=evidence.region,
            effective_from=one.effective,
            status=one.status,
            url=one.url,
        )
        for one in (standing or list(evidence.documents))[:3]
    )


def _law(title: str) -> str:
    """公司法, from 中华人民共和国公司法（2023修订）; empty for what isn't a law."""
    return re.sub(r"^中华人民共和国|[（(].*$", "", title) if _is_law(title) else ""


def document_sources(
    documents: Iterable[DocumentRef], rule_id: str, quote: str, ends: date | None = None
) -> tuple[Source, ...]:
    """One source for each document of a rule; `quote` is what the rule says, `ends` its last day in force.

    A law that a temporary rule rests on doesn't end with it.
    """
    return tuple(
        Source(
            key=f"{rule_id}:{document.doc_no}",
            document_id=rule_id,
            title=document.title or document.doc_no,
            doc_no=document.doc_no,
            quote=quote.replace("**", ""),
            issuer=document.issuer,
            clause=document.clause,
            effective_from=document.effective,
            effective_to=None if _is_law(document.title or "") else ends,
            status=document.status or "in_force",
            url=document.url,
        )
        for document in documents
    )


def _is_law(title: str) -> bool:
    return re.sub(r"[（(].*$", "", title).endswith(("法", "法典", "条例"))
