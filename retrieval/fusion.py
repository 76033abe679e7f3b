"""Several rankings into one."""

from collections.abc import Mapping


def spread(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores between 0 and 1, the best 1 and the worst found a little above 0."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) * 0.95 + 0.05 if high > low else 1.0 for key, score in scores.items()}


def fuse(lexical: Mapping[str, float], vector: Mapping[str, float], weight: float) -> dict[str, float]:
    """`weight` is the vectors' share; with one ranking empty the other one counts alone."""
    words, meaning = spread(lexical), spread(vector)
    if not words or not meaning:
        return words or meaning
    return {key: weight * meaning.get(key, 0.0) + (1 - weight) * words.get(key, 0.0) for key in {**words, **meaning}}
