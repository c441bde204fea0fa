"""Training an encoder: on G's own pictures, whose latents are known, and on real ones through G.

A picture x becomes ws = E(x), and G(ws) shall be like it, to the eye of the judge too, where one is shipped; of G's own
pictures ws shall be what made them. One for repair is shown damaged pictures and shall give whole ones. Where the data
are strokes on black, drawings by any pen are among what it learns from.
Zhu et al. 2016, arXiv:1609.03552, equation 5; domain-guided: Zhu et al. 2020, arXiv:2004.00049, equation 2.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.data import sets
from gan.data.pictures import fit
from gan.data.stored import Stored
from gan.errors import ConfigError, DataError
from gan.explore.damage import damaged_at_random
from gan.media.images import to_images
from gan.models.encoders import Kind, new_encoder
from gan.models.judges import load_judge
from gan.models.model import Model
from gan.networks.encoder import Encoder
from gan.networks.ws import as_ws, from_ws
from gan.training.muon import Muon
from gan.training.pen import FRAMINGS, Framing, middle_lines, training_pairs

BATCH, DRAWN, OWN = 64, 8, 6  # pictures of a step; one of so many is a drawing, and of the others one is G's own
RATE, BETAS, DECAY = 2e-3, (0.9, 0.99), 0.01  # of AdamW; rates fall to 0 along a cosine after the first steps
TURNED = 0.02  # of Muon, for all weights but those of the first and the last layer
ONWARD = 0.5  # times those rates, where a training goes on with an encoder that has learnt already
JUDGED_EVERY = 16  # steps: the judge takes as long as all else
WARM_UP, MOST_GRADIENT = 50, 1.0  # steps; norm
OWN_W, SPREAD = 0.02, 0.02  # weights of known latents, of layers that differ
HIDDEN = 3.0  # how much more an error weighs where nothing is known: what is known is kept as it is
WORK = 3e12  # multiply-adds of a training where nobody said how long it takes: about two minutes on one thread
FEWEST, MOST = 200, 200_000  # steps
DRAWINGS = 2_000  # pictures whose middle lines are drawn anew
TOLD = 20  # how often a training says how far it is


def as_they_are(images: Tensor, generator: torch.Generator) -> Tensor:
    """Images themselves."""
    return images


def damaged_in_any_order(images: Tensor, generator: torch.Generator) -> Tensor:
    """[N, C + 1, R, R]: images with every kind of damage, whichever stands where."""
    order = torch.randperm(len(images), generator=generator)
    seen = damaged_at_random(images[order], generator)
    return torch.empty_like(seen).index_copy_(0, order, seen)


def evenly(seen: Tensor) -> Tensor:
    """1: every error counts as much."""
    return torch.ones(())


def where_hidden(seen: Tensor) -> Tensor:
    """[N, 1, R, R]: how much errors weigh, HIDDEN more where nothing is known of `seen` [N, C + 1, R, R]."""
    return 1 + HIDDEN * (1 - seen[:, -1:])


@dataclass(frozen=True)
class Lesson:
    """What encoders of a kind learn from.

    Attributes:
        seen: what they are shown of images [N, C, R, R].
        weights: of errors, by what was shown.
        judged: weight of the judge's features.
        drawn: whether drawings are among it, where the data are strokes.
    """

    seen: Callable[[Tensor, torch.Generator], Tensor]
    weights: Callable[[Tensor], Tensor]
    judged: float
    drawn: bool


LESSONS: dict[Kind, Lesson] = {
    "encoder": Lesson(as_they_are, evenly, judged=0.02, drawn=True),
    "repair": Lesson(damaged_in_any_order, where_hidden, judged=0.05, drawn=False),
}


@dataclass(frozen=True)
class Progress:
    """How far a training is: steps done and in all, the mean error of pictures since the last word, CPU seconds."""

    step: int
    steps: int
    error: float
    seconds: float


@dataclass(frozen=True)
class Lines:
    """Middle lines of real pictures, with how such pictures are framed; see `gan.training.pen`."""

    points: Tensor
    mask: Tensor
    framing: Framing


def default_steps(model: Model, encoder: Encoder) -> int:
    """Steps that take about two minutes: backwards a layer costs twice as much as forwards."""
    work = 3 * BATCH * (model.G.macs() + encoder.macs())
    return min(max(int(WORK / work), FEWEST), MOST)


def knows_bf16() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32; torch says so by a private name only."""
    known: Callable[[], bool] | None = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return known is not None and bool(known())


def real_pictures(model: Model, data_dir: Path | None) -> Stored | None:
    """The training pictures of a model's data; None where they are not at hand."""
    name = model.config.data
    try:
        if not sets.at_hand(name, data_dir):
            return None
        real = sets.load(name, data_dir, True, model.shape[1])
    except DataError:
        return None
    return real if isinstance(real, Stored) and real.shape == model.shape else None


class EncoderTraining:
    """The training of one encoder.

    Args:
        real: pictures to learn from besides G's own.
        seed: of everything that is drawn: equal arguments give equal weights.
        steps: 0: `default_steps`.
        learnt: an encoder of this kind to go on with; its weights are copied.
    """

    def __init__(
        self, model: Model, kind: Kind, real: Stored | None, seed: int = 0, steps: int = 0,
        learnt: Encoder | None = None,
    ) -> None:  # fmt: skip
        self.generator = torch.Generator().manual_seed(seed)
        self.model, self.lesson, self.real = model, LESSONS[kind], real
        self.encoder = new_encoder(model, kind, self.generator)
        self.pace = 1.0 if learnt is None else ONWARD
        if learnt is not None:
            self.encoder.load_state_dict(learnt.state_dict())
        self.steps = steps or default_steps(model, self.encoder)
        if not FEWEST // 200 <= self.steps <= MOST:
            raise ConfigError(f"an encoder is trained for 1 to {MOST:,} steps, not {self.steps:,}")
        judge = load_judge(model.config.data) if model.shape[0] == 1 else None
        self.judge = judge
        self.lines = self._lines() if self.lesson.drawn else None
        self.bf16 = knows_bf16()
        names = [f"convs.{i}.weight" for i in range(1, len(self.encoder.convs))] + ["dense.weight"]
        inner = [self.encoder.get_parameter(name) for name in names]
        self.muon = Muon(inner, TURNED)
        others = [weight for weight in self.encoder.parameters() if all(weight is not one for one in inner)]
        self.optimizer = torch.optim.AdamW(others, RATE, BETAS, weight_decay=DECAY, fused=True)

    def _lines(self) -> Lines | None:
        """Middle lines of some real pictures, where drawings mean what the pictures do."""
        framing = FRAMINGS.get(self.model.config.data)
        if self.real is None or framing is None or self.model.shape[0] != 1:
            return None
        some = self.real.few(DRAWINGS, torch.Generator().manual_seed(0))
        return Lines(*middle_lines(to_images(fit(some, self.model.shape[1]))), framing)

    def run(self, on_progress: Callable[[Progress], None] | None = None, seconds: float = 0.0) -> Encoder:
        """The trained encoder, in `eval()`.

        Args:
            seconds: CPU seconds that it shall take about, instead of `steps`: the first steps tell how many fit.
        """
        begun, error, since = time.process_time(), 0.0, 0
        for step in range(MOST):
            if step >= self.steps:
                break
            error, since = error + self.step(step), since + 1
            spent = time.process_time() - begun
            if seconds and step + 1 == WARM_UP:
                self.steps = max(int(seconds * WARM_UP / spent), WARM_UP + 1)
            if on_progress is not None and (step + 1 == self.steps or (step + 1) % max(self.steps // TOLD, 1) == 0):
                on_progress(Progress(step + 1, self.steps, error / since, spent))
                error, since = 0.0, 0
        return self.encoder.eval().requires_grad_(False)

    def step(self, number: int) -> float:
        """One step; returns the mean squared error of the pictures."""
        pace = self.pace * min(1.0, (number + 1) / WARM_UP) * (1 + math.cos(math.pi * number / self.steps)) / 2
        self.muon.rate = TURNED * pace
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * pace
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            error, loss = self.losses(*self.batch(), judged=number % JUDGED_EVERY == 0)
        self.encoder.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.encoder.parameters(), MOST_GRADIENT)
        self.optimizer.step()
        self.muon.step()
        return float(error.detach())

    def losses(self, seen: Tensor, meant: Tensor, known_ws: Tensor, judged: bool) -> tuple[Tensor, Tensor]:
        """(mean squared error of the pictures, the whole loss) of a batch.

        Of G's own pictures the latents say all that there is to know: where there are others, those are drawn anew.
        """
        encoder, own = self.encoder, len(known_ws)
        ws = encoder(seen).float()
        u, known_u = ((rows - encoder.w_mean) / encoder.w_sd for rows in (ws, known_ws))
        rows = slice(own if own < len(ws) else 0, None)
        made = self.model.G.synthesis(from_ws(self.model.G, ws[rows]))
        off = (made - meant[rows]).square()
        error = off.mean()
        loss = (off * self.lesson.weights(seen[rows])).mean()
        loss = loss + SPREAD * (u - u.mean(1, keepdim=True)).square().mean()
        loss = loss + OWN_W * (u[:own] - known_u).square().mean()
        if self.judge is not None and judged:
            with torch.no_grad():
                features = self.judge.features(meant[rows])
            loss = loss + JUDGED_EVERY * self.lesson.judged * (self.judge.features(made) - features).square().mean()
        return error, loss

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """(what is shown [N, C', R, R], what it means [N, C, R, R], the latents [K, num_ws, w_dim] of its first K)."""
        drawn = BATCH // DRAWN if self.lines is not None else 0
        own = (BATCH - drawn) // OWN if self.real is not None else BATCH
        ws = self.own_ws(own)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            images = self.model.G.synthesis(from_ws(self.model.G, ws))
        if self.real is not None:
            images = torch.cat([images, self.real.sample(BATCH - drawn - own, self.generator)])
        seen = self.lesson.seen(images, self.generator)
        if self.lines is None:
            return seen, images, ws
        rows = torch.randint(len(self.lines.points), (drawn,), generator=self.generator)
        lines = self.lines
        points, mask, side = lines.points[rows], lines.mask[rows], self.model.shape[1]
        shown, meant = training_pairs(points, mask, lines.framing, side, self.generator)
        return torch.cat([seen, shown]), torch.cat([images, meant]), ws

    @torch.no_grad()
    def own_ws(self, count: int) -> Tensor:
        """[count, num_ws, w_dim] latents of G's own, of all classes."""
        G = self.model.G
        z = torch.randn(count, G.z_dim, generator=self.generator)
        c = torch.randint(max(G.classes, 1), (count,), generator=self.generator)
        return as_ws(G, G.mapping(z, c if G.classes else None))
