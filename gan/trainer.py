"""Trainer: a run in progress. A D step and a G step that mirror each other, an average of G, and a stream of ticks."""

import copy
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan import networks
from gan.augment import augment
from gan.config import TrainConfig
from gan.data import Data, Points
from gan.diagnosis import diagnose, spread
from gan.errors import DivergedError, RunError
from gan.latents import z_from_seeds
from gan.modes import ModeReport, mode_report
from gan.networks.layers import statistics_kept
from gan.objectives import OBJECTIVES
from gan.penalties import clip_weights, gradient_penalty, squared_slope

EMA_RAMP = 0.05  # the average's half-life is at most this share of the samples seen: it starts short
POINTS_SHOWN, PICTURES_SHOWN = 512, 64
STATS = ("loss_d", "loss_g", "penalty", "p_real", "p_fake")


@dataclass(frozen=True)
class Tick:
    """What a run looks like at one moment: plain numbers and CPU tensors.

    Attributes:
        nimg: real samples shown to D so far.
        seconds: spent training, in this process.
        loss_d, loss_g, penalty: means since the last tick; the penalty with its weight.
        p_real, p_fake: mean of sigmoid(logits) on real and on fake since the last tick.
        grad_d, grad_g: norms of the last gradients.
        samples: [K, 2] points or [K, C, R, R] images at the run's fixed z.
        modes: of 2,500 samples at fixed z, for data whose modes are known.
        warning: names mode collapse or divergence when it happens, else "".
    """

    nimg: int
    seconds: float
    loss_d: float
    loss_g: float
    penalty: float
    p_real: float
    p_fake: float
    grad_d: float
    grad_g: float
    samples: Tensor
    modes: ModeReport | None
    warning: str


class Trainer:
    """A run in progress; the caller owns the loop.

    `step_d` and `step_g` may be called alone; `step` is one iteration; `ticks` runs to the end.
    All randomness comes from `generator`, so `state` and `restore` are exact on the same machine.

    Attributes:
        G, D, G_ema: the networks; G_ema is what people are shown.
        nimg: real samples shown to D so far.
    """

    def __init__(self, config: TrainConfig, data: Data, device: str = "cpu") -> None:
        self.config, self.data, self.device = config, data, torch.device(device)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.objective = OBJECTIVES[config.objective]
        self.architecture = config.architecture(data.shape, data.unit)
        G, D = networks.build(self.architecture, self.generator)
        self.G, self.D = G.to(self.device), D.to(self.device)
        self.G_ema = copy.deepcopy(self.G).eval().requires_grad_(False)
        betas = (config.beta1, config.beta2)
        self.adam_d = torch.optim.Adam(self.D.parameters(), lr=config.lr_d or config.lr, betas=betas, fused=True)
        self.adam_g = torch.optim.Adam(self.G.parameters(), lr=config.lr, betas=betas, fused=True)
        self.nimg = 0
        self.seconds = 0.0
        self.interrupted = False
        self._sums, self._counts = torch.zeros(len(STATS), device=self.device), [0, 0]
        # Seeds far from those people try, the same in every run.
        shown = POINTS_SHOWN if data.kind == "points" else PICTURES_SHOWN
        self.z_shown = z_from_seeds(range(10**6, 10**6 + shown), config.z_dim).to(self.device)
        self.z_modes = torch.randn(2500, config.z_dim, generator=torch.Generator().manual_seed(10**6)).to(self.device)
        self._real_spread = self._spread_of_reals()

    def step(self) -> None:
        """One iteration: `d_steps` steps of D, then one of G."""
        for _ in range(self.config.d_steps):
            self.step_d()
        self.step_g()

    def step_d(self) -> Tensor:
        """One step of D on a fresh batch; returns its loss (a scalar, not synchronised). G is left as it is."""
        c = self.config
        real = self._real()
        with torch.no_grad(), self._precision(), statistics_kept(self.G):
            fake = self.G(self._z())
        real, fake = self._augmented(real), self._augmented(fake)
        slopes = c.penalty_name in ("r1-r2", "r1") and c.gamma > 0
        both = torch.cat([real, fake]).requires_grad_(slopes)
        with self._precision():
            logits = self.D(both)
        on_real, on_fake = logits.chunk(2)
        penalty = self._penalty(both, logits, real, fake)
        loss = self.objective.loss_d(on_real, on_fake).mean()
        self.adam_d.zero_grad(set_to_none=True)
        (loss + penalty).backward()
        self._set_lr(self.adam_d, c.lr_d or c.lr)
        self.adam_d.step()
        if c.penalty_name == "clip":
            clip_weights(self.D.parameters(), c.clip)
        self.nimg += c.batch
        with torch.no_grad():
            opinions = on_real.sigmoid().mean(), on_fake.sigmoid().mean()
            self._sums += torch.stack([loss, loss.new_zeros(()), penalty, *opinions])
        self._counts[0] += 1
        return loss.detach()

    def step_g(self) -> Tensor:
        """One step of G, and of its average; returns its loss. D is left as it is."""
        c = self.config
        self.D.requires_grad_(False)
        with self._precision():
            fake = self.D(self._augmented(self.G(self._z())))
            real = self.D(self._augmented(self._real())) if self.objective.pairs else fake.detach()
        loss = self.objective.loss_g(real, fake).mean()
        self.adam_g.zero_grad(set_to_none=True)
        loss.backward()
        self._set_lr(self.adam_g, c.lr)
        self.adam_g.step()
        self.D.requires_grad_(True)
        self._average()
        with torch.no_grad():
            self._sums[1] += loss
        self._counts[1] += 1
        return loss.detach()

    def ticks(self, every: int) -> Iterator[Tick]:
        """A tick at the start, at every multiple of `every` samples, when interrupted, and at the end.

        Stop iterating to stop; iterate again to go on. Set `interrupted` (from any thread) for a tick after
        the step under way.

        Raises:
            DivergedError: a weight or a loss is no longer finite. The tick that says so comes first.
        """
        if self.nimg == 0:
            yield self.tick()
        while self.nimg < self.config.nimg:
            goal = min(self.nimg - self.nimg % every + every, self.config.nimg)
            start = time.perf_counter()
            while self.nimg < goal:
                self.step()
                if self.interrupted:
                    break
            self.seconds += time.perf_counter() - start
            self.interrupted = False
            tick = self.tick()
            yield tick
            self.check_finite()

    @torch.no_grad()
    def tick(self) -> Tick:
        """What the run looks like now; the means start afresh after it."""
        d, g = (max(count, 1) for count in self._counts)
        means = dict(zip(STATS, (self._sums.cpu() / torch.tensor([d, g, d, d, d])).tolist(), strict=True))
        self._sums, self._counts = torch.zeros_like(self._sums), [0, 0]
        finite, loss = self.finite(), max(abs(means["loss_d"]), abs(means["loss_g"]))
        samples = self.G_ema(self.z_shown).cpu()
        modes = None
        if isinstance(self.data, Points) and self.data.centres is not None:
            modes = mode_report(self.G_ema(self.z_modes).cpu(), self.data.centres, self.data.std)
        return Tick(
            nimg=self.nimg, seconds=self.seconds, **means,
            grad_d=gradient_norm(self.D), grad_g=gradient_norm(self.G), samples=samples, modes=modes,
            warning=diagnose(finite, loss, modes, samples, self._real_spread) if self.nimg else "",
        )  # fmt: skip

    def finite(self) -> bool:
        """Whether every weight of G, D and the average is a finite number."""
        nets = (self.G, self.D, self.G_ema)
        # A sum is finite only if every term is: one number for each tensor instead of a mask.
        return bool(torch.stack([v.sum() for net in nets for v in net.state_dict().values()]).isfinite().all())

    def check_finite(self) -> None:
        """Raise DivergedError unless `finite`."""
        if not self.finite():
            raise DivergedError(
                f"the run diverged before {self.nimg:,} samples: a weight is no longer a finite number; "
                "a smaller --lr or a penalty usually helps"
            )

    def state(self) -> dict[str, Tensor]:
        """Everything that decides how the run goes on, as named CPU tensors.

        Raises:
            DivergedError: NaN never reaches a checkpoint.
        """
        self.check_finite()
        nets = {"G": self.G, "D": self.D, "G_ema": self.G_ema}
        tensors = {f"{name}.{key}": v for name, net in nets.items() for key, v in net.state_dict().items()}
        for name, adam in {"adam_d": self.adam_d, "adam_g": self.adam_g}.items():
            for i, moments in adam.state_dict()["state"].items():
                tensors |= {f"{name}.{i}.{key}": v for key, v in moments.items()}
        tensors["generator"] = self.generator.get_state()
        tensors["nimg"] = torch.tensor(self.nimg)
        return {key: v.detach().cpu().contiguous() for key, v in tensors.items()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state` of an equal config: never having stopped gives the same weights.

        Raises:
            RunError: the state is of another run.
        """
        groups: dict[str, dict[str, Tensor]] = {}
        for key, value in state.items():
            group, _, rest = key.partition(".")
            groups.setdefault(group, {})[rest] = value
        try:
            for name, net in {"G": self.G, "D": self.D, "G_ema": self.G_ema}.items():
                net.load_state_dict(groups[name])
            for name, adam in {"adam_d": self.adam_d, "adam_g": self.adam_g}.items():
                moments: dict[int, dict[str, Tensor]] = {}
                for key, value in groups.get(name, {}).items():
                    i, _, moment = key.partition(".")
                    moments.setdefault(int(i), {})[moment] = value.clone()
                adam.load_state_dict({**adam.state_dict(), "state": moments})
            self.generator.set_state(groups["generator"][""])
            self.nimg = int(groups["nimg"][""])
        except (KeyError, ValueError, RuntimeError) as error:
            raise RunError(f"the saved state is not of this run ({error})") from error

    def _real(self) -> Tensor:
        """A fresh batch of reals, [batch, ...]."""
        return self.data.sample(self.config.batch, self.generator).to(self.device)

    def _z(self) -> Tensor:
        """A fresh batch of latents, [batch, z_dim]."""
        return torch.randn(self.config.batch, self.config.z_dim, generator=self.generator).to(self.device)

    def _augmented(self, images: Tensor) -> Tensor:
        return augment(images, self.config.augment, self.generator) if self.config.augment else images

    def _precision(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16")

    def _penalty(self, both: Tensor, logits: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """The brake on D with its weight, a scalar. `both` is real and fake in one batch, with D's logits."""
        c = self.config
        # Slopes are measured in the unit that the networks see, so that one gamma fits every set of points.
        unit = self.data.unit
        if both.requires_grad:
            slopes = squared_slope(both, logits) * unit**2
            on_real, on_fake = slopes.chunk(2)
            return c.gamma / 2 * (on_real.mean() + (on_fake.mean() if c.penalty_name == "r1-r2" else 0))
        if c.penalty_name == "gradient" and c.gp_weight:
            return c.gp_weight * gradient_penalty(self.D, real, fake, self.generator, unit).mean()
        return logits.new_zeros(())

    def _set_lr(self, adam: torch.optim.Adam, lr: float) -> None:
        progress = min(self.nimg / self.config.nimg, 1.0)
        adam.param_groups[0]["lr"] = lr * (1 - (1 - self.config.lr_final) * progress)

    @torch.no_grad()
    def _average(self) -> None:
        """Move G_ema towards G by one step's share of the half-life; buffers (batch norm's) are copied."""
        half_life = min(self.config.ema_nimg, self.nimg * EMA_RAMP)
        keep = 0.5 ** (self.config.batch * self.config.d_steps / half_life) if half_life else 0.0
        torch._foreach_lerp_(list(self.G_ema.parameters()), list(self.G.parameters()), 1 - keep)
        for average, buffer in zip(self.G_ema.buffers(), self.G.buffers(), strict=True):
            average.copy_(buffer)

    def _spread_of_reals(self) -> float:
        """What `diagnosis.spread` says of real samples: the measure for the fakes'."""
        reals = self.data.sample(PICTURES_SHOWN * 4, torch.Generator().manual_seed(0))
        return spread(reals)


def gradient_norm(net: nn.Module) -> float:
    """The norm of all gradients of a network as the last step left them; 0 before the first."""
    grads = [p.grad for p in net.parameters() if p.grad is not None]
    return float(torch.nn.utils.get_total_norm(grads)) if grads else 0.0
