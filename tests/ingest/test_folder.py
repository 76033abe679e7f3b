"""The shipped weights as a sentence-transformers folder: the same vectors as the product's own engine."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.ingest.embedders import open_embedder
from knowledge.ingest.embedders.folder import write_folder

pytest.importorskip("sentence_transformers")
TEXTS = [
    "有限公司注册资本最迟多久缴足？",
    "研发费用加计扣除比例是多少，2026年还有吗",
    "ＡＢＣ１２３　全角  空格 ②㎡ ½",
    "企业所得税法\n企业所得税的税率为25%。非居民企业取得所得，适用税率为20%。",
    "公司",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("model"))


def test_questions_and_passages_have_the_vectors_of_the_default_engine(folder: Path) -> None:
    ours, theirs = open_embedder("e5"), open_embedder(f"sentence-transformers:{folder}")
    for mine, other in (
        (ours.embed_documents(TEXTS), theirs.embed_documents(TEXTS)),
        ([ours.embed_query(text) for text in TEXTS], [theirs.embed_query(text) for text in TEXTS]),
    ):
        cosines = (np.asarray(mine) * np.asarray(other)).sum(axis=1)
        assert cosines.min() >= 0.99, cosines


def test_the_folder_says_its_own_prefixes(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    assert model.prompts["query"] == "query: "
    assert model.encode_query(TEXTS[0]).shape == (384,)
    plain = model.encode([f"query: {TEXTS[0]}"])[0]
    assert np.allclose(model.encode_query(TEXTS[0]), plain, atol=1e-5)
