"""Sources of statements: passages that search found, documents that rules carry."""

import re
from collections.abc import Iterable
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


def named_sources(evidence: Evidence, quote: str) -> tuple[Source, ...]:
    """The documents that a quoted sentence of an article itself names, with the clause that it writes beside them."""
    found = []
    for document in evidence.documents:
        if document.doc_no == evidence.doc_no:
            continue
        title = document.title
        law = re.sub(r"^中华人民共和国|[（(].*$", "", title) if title.endswith(("法", "条例", "法典")) else ""
        name = next((one for one in (document.doc_no, law) if one and one in quote), None)
        if name is None:
            continue
        clause = re.search(re.escape(name) + CLAUSE, quote)
        found.append(
            Source(
                key=f"{document.doc_no}:{clause[1] if clause else ''}",
                document_id=evidence.document_id,
                title=title,
                doc_no=document.doc_no,
                quote=quote,
                clause=clause[1] if clause else None,
                effective_from=document.effective,
                status=document.status,
                url=document.url,
            )
        )
    return tuple(found)


def document_sources(
    documents: Iterable[DocumentRef], rule_id: str, quote: str, ends: date | None = None
) -> tuple[Source, ...]:
    """One source for each document of a rule; `quote` is what the rule says, `ends` its last day in force."""
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
            effective_to=ends,
            status=document.status or "in_force",
            url=document.url,
        )
        for document in documents
    )
