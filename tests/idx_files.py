"""Small sets in the layout of MNIST's files."""

import struct
from pathlib import Path

import torch

from core_fixtures import seed

IDX = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}  # the folders of the sets that have this layout


def write_idx(root: Path, name: str, n_train: int = 12, n_test: int = 5) -> torch.Tensor:
    """A tiny set in the layout of MNIST's files; the pictures of the training part."""
    raw = root / name / "raw"
    raw.mkdir(parents=True)
    for part, n in (("train", n_train), ("t10k", n_test)):
        pixels = torch.randint(0, 256, (n, 28, 28), dtype=torch.uint8, generator=seed(n)).numpy()
        (raw / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, n, 28, 28) + pixels.tobytes())
        labels = bytes(i % 10 for i in range(n))
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, n) + labels)
    return torch.randint(0, 256, (n_train, 28, 28), dtype=torch.uint8, generator=seed(n_train))
