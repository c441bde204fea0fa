"""What one iteration of a live run costs this machine, said before the run begins: no act on a run can be cut short
within an iteration, so one may not last long.
"""

import functools
import math
import time
from collections.abc import Sequence
from itertools import pairwise

import torch

from gan.data.sets import dataset
from gan.errors import ConfigError
from gan.networks import ARCHITECTURES, build
from gan.recipe.config import TrainConfig

# Passes through a network, counted in multiply-adds for each weight and sample of the batch: forward is one, backward
# two. A step of D makes fakes with G and judges reals and fakes, with a penalty on D's gradients; one of G goes forward
# and backward through both.
G_IN_D_STEP, D_IN_D_STEP = 1, 12
G_IN_G_STEP, D_IN_G_STEP = 3, 6
# What a multiply-add of convolutions takes, beside one of a product of matrices. Those of lines are products
# themselves, of smaller matrices: an iteration of the live recipe of chorales takes 31 ms, 1.6 billion of a product.
# Those of a clip's frames are of many pictures at once, in wide maps: an iteration of 16 swinging digits takes 127 ms,
# 6.2 billion.
BY_CONVOLUTION, ALONG_LINES, OF_FRAMES = 4.0, {"seq": 1.5}, 0.5
UNIT, STEP = 250, 100_000_000  # multiply-adds that a neuron's own work is worth a sample, and a step whatever its size
CLASSES = 10  # that networks are told, if any: their number hardly matters
PAIRS = 64  # of networks whose cost is remembered: every act on a run asks for it
PROBE_BATCH, PROBE_WIDTH, PROBES = 512, 512, 8  # of the product of matrices by which the machine is measured


def multiply_adds(config: TrainConfig) -> int:
    """Those that one iteration of a pair of networks is worth: right within a factor of two."""
    G, D = passes(config)
    step_d = STEP + config.batch * (G_IN_D_STEP * G + D_IN_D_STEP * D)
    step_g = STEP + config.batch * (G_IN_G_STEP * G + D_IN_G_STEP * D)
    return config.d_steps * step_d + config.g_steps * step_g


@functools.lru_cache(PAIRS)
def passes(config: TrainConfig) -> tuple[int, int]:
    """What a sample's way forward through G and through D costs."""
    info, sizes = dataset(config.data), ARCHITECTURES[config.network].sizes
    if sizes:
        of_g, of_d = sizes(config.to_dict(), info.shape)
        return one_pass(of_g), one_pass(of_d)
    G, D = build(config.architecture(info.shape, 1.0, CLASSES), torch.Generator().manual_seed(0))
    # A weight of a convolution is used once for each place of its map.
    seen = 0
    for layer in D.layers():
        assert isinstance(layer.module.weight, torch.Tensor)
        seen += layer.module.weight.numel() * math.prod(layer.shape[1:])
    each = ALONG_LINES.get(config.network, BY_CONVOLUTION)
    return round((OF_FRAMES if G.pictures > 1 else each) * G.macs()), round(each * seen)


def one_pass(sizes: Sequence[int]) -> int:
    """What a sample's way forward through layers of some sizes costs."""
    return sum((a + UNIT) * b for a, b in pairwise(sizes))


@functools.cache
def speed() -> float:
    """Multiply-adds a second of one thread of this machine; measured once, in about 30 ms.

    The best of some tries: others may be at work meanwhile.
    """
    a, b = torch.ones(PROBE_BATCH, PROBE_WIDTH), torch.ones(PROBE_WIDTH, PROBE_WIDTH)
    best = math.inf
    for _ in range(PROBES):
        begun = time.perf_counter()
        torch.mm(a, b)
        best = min(best, time.perf_counter() - begun)
    return PROBE_BATCH * PROBE_WIDTH**2 / best


def check_cost(configs: Sequence[TrainConfig], most: float) -> None:
    """Refuse contestants of which one iteration together would take more than `most` seconds.

    Raises:
        ConfigError: it would.
    """
    seconds = sum(map(multiply_adds, configs)) / speed()
    if seconds > most:
        raise ConfigError(
            f"one iteration would take {seconds:.1f} s here, this machine allows {most:g} s for a live run: take a "
            "smaller batch, fewer steps of D and G, or narrower layers"
        )
