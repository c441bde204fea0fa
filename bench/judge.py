"""Train the judges, the classifiers behind the picture metrics, and measure them: `python -m bench.judge [NAME ...]`.

Writes weights/judge-<data set>.safetensors and .json; prints a table and, last, one JSON object.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from bench.machine import machine
from gan.data import sets
from gan.data.sounds import spoken
from gan.data.stored import Stored
from gan.media.images import to_images
from gan.media.sounds import CLASS, VOICE
from gan.models.judges import save_judge
from gan.networks.judge import Judge
from gan.recipe.augment import shift

Vary = Callable[[Tensor, torch.Generator], Tensor]
VOICES = "spoken-digits-voices"  # whose voice says a digit: the same sounds by other labels
EPOCHS = {"mnist": 6, "fashion-mnist": 12, "digits": 120, "spoken-digits": 3, VOICES: 1}
BATCH = 128
FRAMES = 5  # that a sound is moved by at most


def mirrored(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shifted, and every other one in the mirror: clothes, for a digit in the mirror is no digit."""
    images = shift(images, generator)
    other = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
    return torch.where(other, images.flip(3), images)


def in_time(images: Tensor, generator: torch.Generator) -> Tensor:
    """Sounds [N, 1, bands, frames] a little earlier or later; what comes in is silence. Their pitch stays."""
    by = torch.randint(0, 2 * FRAMES + 1, (len(images), 1, 1, 1), generator=generator)
    at = torch.arange(images.shape[3]) + by
    padded = nn.functional.pad(images, (FRAMES, FRAMES, 0, 0), value=-1.0)
    return padded.gather(3, at.expand(-1, 1, images.shape[2], -1))


VARY: dict[str, Vary] = {"fashion-mnist": mirrored, "spoken-digits": in_time, VOICES: in_time}  # the others: shift


def train(pictures: Stored, epochs: int, vary: Vary, seed: int = 0) -> Judge:
    """A judge of `pictures`: one-cycle AdamW on varied pictures."""
    generator = torch.Generator().manual_seed(seed)
    # A multiple as fast on a CPU with the channels last.
    judge = Judge(len(pictures.classes), generator).to(memory_format=torch.channels_last)
    adam = torch.optim.AdamW(judge.parameters(), lr=3e-3, weight_decay=5e-2, fused=True)
    steps = epochs * (len(pictures.rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, 3e-3, total_steps=steps)
    assert pictures.labels is not None
    for step in range(steps):
        if step % (len(pictures.rows) // BATCH) == 0:
            order = torch.randperm(len(pictures.rows), generator=generator)
            at = 0
        rows, at = order[at : at + BATCH], at + BATCH
        images = vary(to_images(pictures.rows[rows]), generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = judge(images)
        loss = nn.functional.cross_entropy(logits.float(), pictures.labels[rows], label_smoothing=0.05)
        adam.zero_grad()
        loss.backward()
        adam.step()
        schedule.step()
    return judge.to(memory_format=torch.contiguous_format).eval().requires_grad_(False)


def accuracy(judge: Judge, pictures: Stored) -> float:
    """The share of pictures whose class the judge names."""
    guesses: list[Tensor] = [judge(to_images(part)).argmax(1) for part in pictures.rows.split(1000)]
    return (torch.cat(guesses) == pictures.labels).float().mean().item()


@cache
def sounds(train: bool) -> dict[str, Stored]:
    """The spoken digits by both kinds of labels, read once."""
    return spoken(None, train)


def data_of(name: str, train: bool) -> Stored:
    """A part of the data that a judge is of."""
    if name.startswith("spoken-digits"):
        return sounds(train)[VOICE if name == VOICES else CLASS]
    data = sets.load(name, train=train)
    assert isinstance(data, Stored)
    return data


def main(names: list[str]) -> None:
    """Train, measure and write the judges named; all of them by default."""
    torch.set_num_threads(1)
    figures = {}
    print(f"{'data':24}{'accuracy':>10}{'CPU s':>10}")
    for name in names or list(EPOCHS):
        start = time.process_time()
        reals, test = data_of(name, True), data_of(name, False)
        judge = train(reals, EPOCHS[name], VARY.get(name, shift))
        figures[name] = {"accuracy": accuracy(judge, test), "seconds": round(time.process_time() - start, 1)}
        print(f"{name:24}{figures[name]['accuracy']:10.2%}{figures[name]['seconds']:10.0f}")
        of = {"data": "spoken-digits", "labels": "voices"} if name == VOICES else {"data": name}
        card = of | {"classes": list(reals.classes), "test_pictures": len(test.rows)} | figures[name]
        save_judge(name, judge, card)
    print(json.dumps({"judges": figures} | machine()))


if __name__ == "__main__":
    main(sys.argv[1:])
