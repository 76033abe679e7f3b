"""The sentences of a passage that answer a question: nothing is rephrased, only chosen."""

import re

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")
STOP = set("的了吗呢吧啊么是在有和与及或我们你您他它这那个些什么怎么怎样如何多少多久几哪能可以要需应该会请问一下")


def terms(question: str) -> frozenset[str]:
    """Character pairs of a question that carry meaning."""
    plain = re.sub(r"[^\w\u4e00-\u9fff]", " ", question)
    return frozenset(
        word[index : index + 2]
        for word in plain.split()
        for index in range(len(word) - 1)
        if not set(word[index : index + 2]) <= STOP
    )


def best_sentences(question: str, text: str, *, most: int = 3, longest: int = 320) -> str:
    """Up to `most` neighbouring sentences with the question's terms, in their order; at most `longest` characters."""
    sentences = [match[0].strip() for match in SENTENCE.finditer(text) if match[0].strip()]
    if not sentences:
        return text[:longest]
    wanted = terms(question)
    scores = [len(wanted & terms(sentence)) / (1 + len(sentence) / 200) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda index: scores[index])
    chosen = {best}
    for index in sorted(range(len(sentences)), key=lambda index: -scores[index]):
        if len(chosen) >= most or scores[index] <= 0:
            break
        if scores[index] >= scores[best] * 0.5:
            chosen.add(index)
    kept: list[str] = []
    for index in sorted(chosen):
        if kept and sum(map(len, kept)) + len(sentences[index]) > longest:
            continue
        kept.append(sentences[index])
    return "".join(kept)


TABLE_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


def best_rows(question: str, text: str, *, most: int = 4) -> tuple[list[str], list[str]] | None:
    """Header cells and the row lines of a Markdown table that share terms with the question; None without a table."""
    rows = [row.strip() for row in TABLE_ROW.findall(text)]
    if len(rows) < 3 or not re.fullmatch(r"\|[\s:\-|]+\|", rows[1]):
        return None
    header = [cell.strip() for cell in rows[0].strip("|").split("|")]
    wanted = terms(question)
    scored = sorted(rows[2:], key=lambda row: -len(wanted & terms(row)))
    top = len(wanted & terms(scored[0])) if scored else 0
    if top == 0:
        return header, rows[2:][: most * 3]
    return header, [row for row in rows[2:] if len(wanted & terms(row)) >= max(1, top * 0.6)][:most]
