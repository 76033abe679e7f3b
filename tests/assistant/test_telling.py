"""Which piece of what was found answers: by the figure asked for, by the question's words, by where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.extract import choose
from assistant.compose.pieces import pieces_of
from assistant.compose.telling import FEATURES, chances, rows
from retrieval import Evidence


def passage(text: str, *, path: str = "周期与有效期", title: str = "食品经营许可", score: float = 0.5) -> Evidence:
    return Evidence(
        chunk_id=f"{title}{path}{text}",
        document_id=title,
        title=title,
        doc_no="",
        issuer="",
        region="全国",
        clause=None,
        text=text,
        score=score,
        effective_from=None,
        effective_to=None,
        status="in_force",
        url=None,
        kind="article",
        owner_org="org-hq",
        path=path,
    )


def test_of_two_sentences_the_one_with_the_figure_asked_for_comes_first() -> None:
    found = passage("许可证要挂在店里显眼的地方。许可证有效期为 5 年。")
    (choice,) = choose("食品经营许可证管几年", [found], most=1)
    assert [piece.text for piece in choice.pieces] == ["许可证有效期为 5 年。"]


def test_a_row_is_known_by_its_header_and_its_first_cell() -> None:
    table = "| 行业 | 从业人数下限 |\n| --- | --- |\n| 零售业 | 50 人 |\n| 餐饮业 | 100 人 |"
    (choice,) = choose("餐饮业从业人数最低多少人", [passage(table, path="条件", title="中小企业划型")], most=1)
    assert [piece.cells[0] for piece in choice.pieces] == ["餐饮业"]


def test_a_second_passage_is_shown_only_where_it_may_be_the_answer_too() -> None:
    sure = passage("食品经营许可证有效期为 5 年。", score=0.95)
    far = passage("委托加工要签书面合同。", title="委托加工", path="条件", score=0.02)
    assert [choice.evidence.title for choice in choose("食品经营许可证有效期几年", [sure, far])] == ["食品经营许可"]
    near = passage("食品经营许可证有效期为 5 年，届满前申请延续。", title="食品许可的延续", score=0.94)
    assert len(choose("食品经营许可证有效期几年", [sure, near])) == 2


def test_nothing_found_gives_nothing() -> None:
    assert choose("食品经营许可证管几年", []) == ()
    assert choose("食品经营许可证管几年", [passage("")]) == ()


sentences = st.lists(st.text(alphabet="许可证有效期几年5 日万元。", min_size=1, max_size=30), min_size=1, max_size=6)


@given(st.lists(sentences, min_size=1, max_size=4), st.text(alphabet="许可证几年多久吗条件", min_size=1, max_size=12))
def test_chances_are_shares_and_what_is_shown_stands_in_the_passages(texts: list[list[str]], question: str) -> None:
    found = [passage("\n".join(lines), title=f"文{place}") for place, lines in enumerate(texts)]
    pieces = [piece for one in found for piece in pieces_of(one)]
    rank = {one.chunk_id: place for place, one in enumerate(found)}
    assert all(len(row) == len(FEATURES) for row in rows(question, pieces, rank))
    if pieces:
        assert abs(sum(chances(question, pieces, rank)) - 1) < 1e-9
    for choice in choose(question, found):
        assert choice.pieces
        assert all(piece.text in choice.evidence.text for piece in choice.pieces)
        assert [piece.at for piece in choice.pieces] == sorted(piece.at for piece in choice.pieces)
