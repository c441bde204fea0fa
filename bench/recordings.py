"""Film the lesson's runs: `python -m bench.recordings [STEP ...]` writes gan/ui/learn/recordings/<step>.json.

A frame is what a live page would get, with fewer points and a coarser field; what has not changed since the frame
before is left out. Prints what each moment shows, and as its last line one JSON object.
"""

import base64
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from bench.machine import machine
from gan.live.contestant import CURVE_EVERY, Contestant
from gan.live.frames import shares_to_text
from gan.live.messages import PhaseFrame
from gan.live.setup import Setup
from gan.training.ticks import PHASES
from gan.ui.learn.takes import FOLDER, TAKES, Take

POINTS, PICTURES, ARROWS = 160, 9, 40  # fakes and reals kept of points and of pictures, fakes with an arrow
WEIGHTS = 10**9  # no limit
FIGURES = ("fair", "total", "quality", "real", "fake", "loss_d", "loss_g", "frechet", "variety")


def film(take: Take) -> dict[str, Any]:
    """A take as the page plays it: {scene, frames, curve}."""
    setup = Setup.of(dict(take.setup))
    (config,) = setup.configs()
    contestant = Contestant(config, WEIGHTS)
    scene = {
        **contestant.scene.to_json(), "lanes": [contestant.about()], "setup": setup.to_json(), "data": config.data,
        "batch": config.batch, "z_dim": config.z_dim, "noise": config.noise,
    }  # fmt: skip
    scene["reals"] = first(scene["reals"], kept(contestant) * bytes_of(contestant))
    scene["count"] = kept(contestant)
    frames: list[dict[str, Any]] = []
    curve: list[dict[str, Any]] = []
    steps = 0
    for stretch in take.stretches:
        for moment in stretch.moments:
            while steps < moment:
                contestant.act(stretch.which)
                steps += 1
                if steps % CURVE_EVERY == 0:
                    curve.append({"steps": steps, "lanes": [contestant.point()]})
            contestant.observe(steps)
            frames.append(frame(contestant, take, steps))
    if take.slow:
        frames += [{**frame(contestant, take, steps), "stage": stage} for stage in stages(contestant)]
    return {"scene": scene, "frames": changed(frames), "curve": curve}


def kept(contestant: Contestant) -> int:
    """How many fakes, and reals, are kept."""
    return PICTURES if contestant.scene.medium.alone else POINTS


def bytes_of(contestant: Contestant) -> int:
    """The bytes of one sample."""
    return int(np.prod(contestant.trainer.data.shape)) if contestant.scene.medium.alone else 4


def frame(contestant: Contestant, take: Take, steps: int) -> dict[str, Any]:
    """The contestant now, as one frame of the live page with less in it."""
    whole: dict[str, Any] = dict(contestant.frame())
    count = kept(contestant)
    lane = {
        "fakes": first(whole["fakes"], count * bytes_of(contestant)), "opinions": first(whole["opinions"], count),
        "figures": {name: whole["figures"].get(name) for name in FIGURES},
    }  # fmt: skip
    if "field" in whole:
        lane |= {"field": coarser(whole["field"], whole["side"], take.side), "side": take.side}
        lane["arrows"] = {**whole["arrows"], "count": ARROWS, "by": first(whole["arrows"]["by"], 2 * ARROWS)}
    if take.manifold:
        lane["grid"] = whole["grid"]
    trained = contestant.trained
    return {
        "steps": steps, "nimg": contestant.trainer.nimg, "trained_d": trained["d"], "trained_g": trained["g"],
        "lanes": [lane],
    }  # fmt: skip


def stages(contestant: Contestant) -> Iterator[PhaseFrame]:
    """The ten stages of a round, as slow motion shows them; the round is made on the way."""
    table: dict[str, Tensor] = {}
    for index, phase in contestant.phases():
        if index == len(PHASES):  # the forger's half begins with nothing on the table
            table.clear()
        judged = phase.name == "judgement"
        table.update({f"logits_{key}": value for key, value in phase.values.items()} if judged else phase.values)
        yield contestant.phase_frame(index, table)


def changed(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The frames, each lane without what is equal in the frame before."""
    lanes = [frame["lanes"][0] for frame in frames]
    slim = [
        {key: value for key, value in lane.items() if not before or before.get(key) != value}
        for before, lane in zip([None, *lanes[:-1]], lanes, strict=True)
    ]
    return [{**frame, "lanes": [lane]} for frame, lane in zip(frames, slim, strict=True)]


def first(text: str, count: int) -> str:
    """The first bytes of a base64 text."""
    return base64.b64encode(base64.b64decode(text)[:count]).decode()


def coarser(text: str, side: int, fewer: int) -> str:
    """A field of side x side bytes with fewer cells along its side: each is the mean of those that it covers."""
    cells = torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.uint8).float().view(1, 1, side, side)
    return shares_to_text(F.adaptive_avg_pool2d(cells, fewer).flatten() / 255)


def told(name: str, take: dict[str, Any]) -> Iterator[str]:
    """A line for each moment: what the lesson may say of it."""
    for one in take["frames"]:
        figures = one["lanes"][0].get("figures")
        if figures:
            values = "  ".join(f"{key} {value:.3g}" for key, value in figures.items() if value is not None)
            yield f"{name:14} {one['steps']:5}  {values}"


def main(names: list[str]) -> None:
    """Film those named; all of them by default."""
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    sizes: dict[str, int] = {}
    for name in names or list(TAKES):
        takes = {key: film(take) for key, take in TAKES[name].items()}
        for key, take in takes.items():
            print("\n".join(told(f"{name}/{key}", take)), flush=True)
        text = json.dumps({"takes": takes}, separators=(",", ":"), allow_nan=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text)
        sizes[name] = len(text)
        print(f"{name}: {len(text):,} bytes", flush=True)
    print(json.dumps({"recordings": sizes} | machine()))


if __name__ == "__main__":
    main(sys.argv[1:])
