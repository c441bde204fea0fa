"""Write the excerpts that live runs use where a set's files are missing: `python -m bench.excerpts`.

The first pictures of each class in the training part, to the last bit. Prints a table and, last, one JSON object.
"""

import io
import json
from typing import Any

import torch
from PIL import Image

from bench.machine import machine
from gan.data import sets
from gan.data.excerpt import EACH, FASHION_CLASSES, MNIST_CLASSES, excerpt_path, joined
from gan.data.stored import Stored
from gan.files import write_whole

CLASSES = {"mnist": MNIST_CLASSES, "fashion-mnist": FASHION_CLASSES}


def chosen(pictures: Stored) -> torch.Tensor:
    """uint8 [N, R, R, 1]: EACH pictures of every class, class by class."""
    labels = pictures.labels
    assert labels is not None
    rows = torch.cat([(labels == c).nonzero()[:EACH, 0] for c in range(len(pictures.classes))])
    return pictures.rows[rows]


def write(name: str) -> dict[str, Any]:
    """Write one; returns its figures."""
    whole = sets.load(name)
    assert isinstance(whole, Stored)
    assert whole.classes == CLASSES[name]
    pixels, file = chosen(whole), io.BytesIO()
    Image.fromarray(joined(pixels).numpy()).save(file, "WEBP", lossless=True, quality=100, method=4)
    write_whole(excerpt_path(name), file.getvalue())
    return {"pictures": len(pixels), "bytes": file.tell()}


def main() -> None:
    """Write both."""
    rows = {name: write(name) for name in CLASSES}
    for name, row in rows.items():
        print(f"{name:16}{row['pictures']:,} pictures, {row['bytes']:,} bytes")
    print(json.dumps({"excerpts": rows} | machine()))


if __name__ == "__main__":
    main()
