"""The classifiers in `weights/` that judge pictures."""

import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from gan.data.sets import dataset, prefix_of
from gan.files import write_whole
from gan.models.container import CIRCUMSTANCES, JUDGE, WEIGHTS, pack, read_bytes, unpack
from gan.networks.judge import Judge


def save_judge(name: str, judge: Judge, card: Mapping[str, Any]) -> None:
    """Write weights/judge-NAME.safetensors and .json."""
    path = WEIGHTS / f"{JUDGE}{name}"
    lasting = {k: v for k, v in card.items() if k not in CIRCUMSTANCES}
    write_whole(path.with_suffix(".safetensors"), pack(judge.state_dict(), {"card": lasting}))
    write_whole(path.with_suffix(".json"), (json.dumps(dict(card), indent=1) + "\n").encode())


def load_judge(name: str) -> Judge | None:
    """The classifier of the pictures of a data set, in `eval()`; None if none is shipped."""
    path = WEIGHTS / f"{JUDGE}{name}.safetensors"
    if prefix_of(name) or not path.is_file():
        return None
    tensors, metadata = unpack(read_bytes(path), path)
    judge = Judge(len(metadata["card"]["classes"]), torch.Generator().manual_seed(0))
    judge.load_state_dict(tensors)
    return judge.eval().requires_grad_(False)


@torch.no_grad()
def features_of(name: str, samples: Tensor) -> tuple[Tensor, str]:
    """(features [N, F] of samples [N, *shape], what made them): a shipped judge of that data, else the medium's own."""
    judge = load_judge(name) if samples.shape[1] == 1 else None
    if judge is None:
        return dataset(name).medium.features(samples)
    return torch.cat([judge.features(part) for part in samples.split(500)]), f"judge-{name}"
