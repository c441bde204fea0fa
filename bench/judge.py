"""Train the judges, the classifiers behind the picture metrics, and measure them: `python -m bench.judge [NAME ...]`.

Writes weights/judge-<data set>.safetensors and .json; prints a table and, last, one JSON object.
"""

import json
import sys
import time

import torch
from torch import Tensor, nn

from bench.machine import machine
from gan.data import sets
from gan.data.pictures import Pictures
from gan.media.images import to_images
from gan.models.judges import save_judge
from gan.networks.judge import Judge
from gan.recipe.augment import shift

EPOCHS = {"mnist": 6, "fashion-mnist": 12, "digits": 120}
FLIPS = {"fashion-mnist"}  # a digit in the mirror is no digit
BATCH = 128


def train(pictures: Pictures, epochs: int, flip: bool, seed: int = 0) -> Judge:
    """A judge of `pictures`: one-cycle AdamW on shifted (and flipped) pictures."""
    generator = torch.Generator().manual_seed(seed)
    judge = Judge(len(pictures.classes), generator)
    adam = torch.optim.AdamW(judge.parameters(), lr=3e-3, weight_decay=5e-2, fused=True)
    steps = epochs * (len(pictures.pixels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, 3e-3, total_steps=steps)
    assert pictures.labels is not None
    for step in range(steps):
        if step % (len(pictures.pixels) // BATCH) == 0:
            order = torch.randperm(len(pictures.pixels), generator=generator)
            at = 0
        rows, at = order[at : at + BATCH], at + BATCH
        images = shift(to_images(pictures.pixels[rows]), generator)
        if flip:
            mirrored = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
            images = torch.where(mirrored, images.flip(3), images)
        loss = nn.functional.cross_entropy(judge(images), pictures.labels[rows], label_smoothing=0.05)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    return judge.eval().requires_grad_(False)


def accuracy(judge: Judge, pictures: Pictures) -> float:
    """The share of pictures whose class the judge names."""
    guesses: list[Tensor] = [judge(to_images(part)).argmax(1) for part in pictures.pixels.split(1000)]
    return (torch.cat(guesses) == pictures.labels).float().mean().item()


def main(names: list[str]) -> None:
    """Train, measure and write the judges named; all of them by default."""
    torch.set_num_threads(1)
    figures = {}
    print(f"{'data':16}{'accuracy':>10}{'CPU s':>10}")
    for name in names or list(EPOCHS):
        start = time.process_time()
        reals, test = sets.load(name, train=True), sets.load(name, train=False)
        assert isinstance(reals, Pictures) and isinstance(test, Pictures)
        judge = train(reals, EPOCHS[name], name in FLIPS)
        figures[name] = {"accuracy": accuracy(judge, test), "seconds": round(time.process_time() - start, 1)}
        print(f"{name:16}{figures[name]['accuracy']:10.2%}{figures[name]['seconds']:10.0f}")
        card = {"data": name, "classes": list(reals.classes), "test_pictures": len(test.pixels)} | figures[name]
        save_judge(name, judge, card)
    print(json.dumps({"judges": figures} | machine()))


if __name__ == "__main__":
    main(sys.argv[1:])
