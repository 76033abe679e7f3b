"""Is this evidence about the question at all? A measure the composer declines by."""

from retrieval.evidence import Evidence
from retrieval.wording import bigrams, content, expanded, plain, spoken_for


def supports(question: str, evidence: Evidence) -> float:
    """The share of the question's content, 0 to 1, that the passage and its headings cover.

    Character bigrams of what is left without the words of asking; a bigram counts as covered when the texts' own term
    for that stretch (有限公司 → 有限责任公司) is there. 0 for a question without content.
    """
    runs = content(question)
    # A run of letters and digits is a name, there as a whole or not: iso9001; asdf shares pairs with many.
    grams = list(dict.fromkeys(gram for run in runs for gram in ((run,) if run.isascii() else bigrams(run))))
    if not grams:
        return 0.0
    letters = plain(f"{evidence.title}{evidence.context}{evidence.text}{evidence.asked}")
    covered = {gram for gram in grams if gram in letters}
    said = " ".join(spoken_for(question, term) for term in expanded(question) if plain(term) in letters)
    covered |= {gram for gram in grams if gram in said}
    return len(covered) / len(grams)
