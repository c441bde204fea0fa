"""What a run's critic makes of samples that the run never learns from: the figure that tells a blind one."""

import math
import time

import torch
from torch import Tensor

from gan.data.sets import Data, dataset
from gan.data.stored import Stored
from gan.latents import z_from_seeds
from gan.metrics.distances import outranked, two_sample
from gan.models.judges import features_of
from gan.networks import Critic
from gan.recipe.augment import augmentations_for
from gan.training.diagnosis import blind
from gan.training.ticks import HeldOutReport
from gan.training.trainer import Trainer

JUDGED, AT_ONCE = 256, 64  # real samples, and as many fakes
FIRST_SEED = 2 * 10**6  # far from the seeds people look at
TEST_SHARE, TEST_SECONDS = 0.02, 5.0  # of the training's time that goes into two-sample tests; what the first may take
IN_A_ROW = 2  # tests that find D blind before it is told: in the first moments of a run no D sees much


class HeldOut:
    """Looks at a run through samples that it never learns from. No look changes how the run goes on.

    Attributes:
        warning: what the last tests found, a sentence of `diagnosis.blind` or "".
    """

    def __init__(self, trainer: Trainer, held: Data) -> None:
        self.trainer, self.warning = trainer, ""
        config, data = trainer.config, trainer.data
        info = dataset(config.data)
        self._tested = "two_sample" in (info.figures or info.medium.figures)
        self._augment = augmentations_for(config.augment, data.size)
        reals, c = held.labelled(JUDGED, torch.Generator().manual_seed(0))
        self._reals = reals.to(trainer.device)
        self._c = c.to(trainer.device) if c is not None and trainer.conditional else None
        self._z = z_from_seeds(range(FIRST_SEED, FIRST_SEED + JUDGED), config.z_dim).to(trainer.device)
        self._spent, self._cost, self._found_blind = 0.0, TEST_SECONDS, 0

    def look(self, seconds: float) -> HeldOutReport:
        """What D makes of them now, and what the two-sample test does if there is time for one.

        Args:
            seconds: of training so far. A test may take longer than a whole run of small networks.
        """
        with torch.no_grad():
            classes = [None] * (JUDGED // AT_ONCE) if self._c is None else self._c.split(AT_ONCE)
            parts = zip(self._z.split(AT_ONCE), classes, strict=True)
            fakes = torch.cat([self.trainer.G_ema(z, c).float() for z, c in parts])
            right = 1 - outranked(*(judged(self.trainer.D, x, self._c).cpu() for x in (self._reals, fakes)))
        apart = math.nan
        if self._tested and self._spent + self._cost <= TEST_SHARE * seconds:
            begun = time.perf_counter()
            seen = [features_of(self.trainer.config.data, x.cpu())[0] for x in (self._reals, fakes)]
            apart = two_sample(seen[0], seen[1])
            self._cost = time.perf_counter() - begun
            self._spent += self._cost
            said = blind(apart, right, self._augment)
            self._found_blind = self._found_blind + 1 if said else 0
            self.warning = said if self._found_blind >= IN_A_ROW else ""
        return HeldOutReport(right, apart)


def judged(D: Critic, samples: Tensor, c: Tensor | None) -> Tensor:
    """Logits [N] of samples [N, ...] of classes c [N] without dropout, which would draw from the run's generator."""
    training = D.training
    D.eval()
    try:
        classes = [None] * -(-len(samples) // AT_ONCE) if c is None else c.split(AT_ONCE)
        return torch.cat([D(x, k) for x, k in zip(samples.split(AT_ONCE), classes, strict=True)])
    finally:
        D.train(training)


def keeps_apart(held: Data, data: Data) -> bool:
    """Whether `held` is of the same kind as `data` and not the same samples: both parts of a small folder are all."""
    if held.shape != data.shape or held.classes != data.classes:
        return False
    if isinstance(held, Stored) and isinstance(data, Stored):
        return not torch.equal(held.rows, data.rows.to(held.rows.device))
    return True
