"""Sources of statements: passages that search found, documents that rules carry."""

from collections.abc import Iterable

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


def document_sources(documents: Iterable[DocumentRef], rule_id: str, quote: str) -> tuple[Source, ...]:
    """One source for each document of a rule; `quote` is what the rule says, in figures."""
    return tuple(
        Source(
            key=f"{rule_id}:{document.doc_no}",
            document_id=rule_id,
            title=document.title or document.doc_no,
            doc_no=document.doc_no,
            quote=quote,
            issuer=document.issuer,
            clause=document.clause,
            effective_from=document.effective,
            status=document.status or "in_force",
            url=document.url,
        )
        for document in documents
    )
