"""Trainer: a run in progress. A D step and a G step that mirror each other, an average of G, and a stream of ticks."""

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from gan import networks
from gan.data.points import ALL
from gan.data.sets import Data
from gan.errors import ConfigError, DivergedError, RunError
from gan.latents import z_from_seeds
from gan.metrics.modes import mode_report
from gan.models.model import Model, groups_of
from gan.models.start import Taken, begin, samples_seen
from gan.recipe.augment import augment, augmentations_for
from gan.recipe.config import SAME, TrainConfig, flag
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.optimizers import Optimizer, flattened, optimizer
from gan.recipe.penalties import clip_weights, gradient_penalty
from gan.recipe.tasks import NO_TASK
from gan.training.damaging import Damaging
from gan.training.diagnosis import all_finite, diagnose, spread
from gan.training.fast_passes import FastPasses, has_fast_passes
from gan.training.means import Means
from gan.training.passes import AutogradPasses, Pair, Passes
from gan.training.threads import ThreadChoice, threads
from gan.training.ticks import Phase, Shared, Tick, gradient_norm
from gan.training.world import ALONE, World

SPREAD_OVER = 256  # real samples whose spread is the measure for the fakes'
CHANGEABLE = (  # by `Trainer.change`, while a run goes on
    "lr", "lr_d", "d_steps", "g_steps", "gamma", "gp_weight", "clip", "ema_nimg", "lr_final", "beta1", "beta2",
    "beta1_d", "beta2_d", "gamma_final", "hold", "schedule", "ema_ramp")  # fmt: skip


class Trainer:
    """A run in progress; the caller owns the loop.

    `step_d` and `step_g` may be called alone; `step` is one iteration; `ticks` runs to the end. Each of them computes
    with `threads`, whatever torch's number is.
    All randomness comes from `generator`, so `state` and `restore` are exact on the same machine.

    Attributes:
        G, D, G_ema: the networks; G_ema is what people are shown.
        nimg: real samples shown to D so far.
        taken: the layers that began as those of another model.
        threads: as the config says; thread_choice: says it anew after each step of `ticks`, where there is one.
        interrupted: set it, from any thread, for a tick after the step under way.
        halted: whether the last tick came of that, in any of the processes.
    """

    def __init__(
        self, config: TrainConfig, data: Data, device: str = "cpu", start: Model | None = None, world: World = ALONE,
        fast: bool = True,
    ) -> None:  # fmt: skip
        """A run at its beginning.

        Args:
            start: the model that `config.start` names: the run's networks begin as its own, or with those of its
                layers that fit, the optimisers empty. Not needed where `restore` follows.
            world: the processes that train it together. Each takes its rows of every batch, so that they make the
                steps that one would; augmentation, damage and dropout alone are drawn for a share and used by each, and
                batch norm sees a share.
            fast: whether steps are made without autograd where they can be; the same ones but for rounding.

        Raises:
            ConfigError: the networks of `start` do not fit the run's, or the batch cannot be shared evenly, or batch
                norm would see a single row.
        """
        self.config, self.device, self.world = config, torch.device(device), world
        self._part = world.part(config.batch) if world.size > 1 else ALL
        if config.norm == "batch" and config.batch // world.size < 2:
            raise ConfigError(f"--norm batch needs two samples in each process: --batch {2 * world.size} at least")
        self.threads = config.threads
        self.thread_choice: ThreadChoice | None = None
        self._stop = False  # some process was interrupted
        self.data = data.to(self.device)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.objective = OBJECTIVES[config.objective]
        self.architecture = config.architecture(data.shape, data.unit, len(data.classes), groups_of(data.traits))
        G, D = networks.build(self.architecture, self.generator)
        self.taken = Taken() if start is None else begin(G, D, start, self.architecture)
        self.nimg_before = 0 if start is None else samples_seen(start, config.data)
        self.G, self.D = G.to(self.device), D.to(self.device)
        self.G_ema = copy.deepcopy(self.G).eval().requires_grad_(False)
        self._augment = augmentations_for(config.augment, data.size)
        fast = fast and has_fast_passes(config, self.G, self.device, bool(self._augment))
        name_d = config.optimizer if config.optimizer_d == SAME else config.optimizer_d
        self.opt_d = optimizer(name_d, list(self.D.parameters()), config.lr_d or config.lr, config.betas_d, fast)
        betas_g = (config.beta1, config.beta2)
        self.opt_g = optimizer(config.optimizer, list(self.G.parameters()), config.lr, betas_g, fast)
        weights_ema: list[Tensor] = list(self.G_ema.parameters())
        self._weights_ema = [flattened(weights_ema)] if fast else weights_ema
        self._buffers = list(zip(self.G_ema.buffers(), self.G.buffers(), strict=True))
        rows = config.batch // world.size
        pair = Pair(self.G, self.D, self.opt_g, self.opt_d, self.objective, data.unit, rows)
        self._passes: Passes = (
            FastPasses(pair, config.precision) if fast else AutogradPasses(pair, config.precision, self.device)
        )
        self.conditional = config.condition == "class"
        self.nimg = 0
        self.seconds = 0.0
        self._shared: Shared | None = None
        self.interrupted = self.halted = False
        self._means = Means()
        # Seeds far from those people try, the same in every run.
        shown = data.medium.shown
        self.z_shown = z_from_seeds(range(10**6, 10**6 + shown), config.z_dim).to(self.device)
        self.c_shown = torch.arange(shown, device=self.device) % len(data.classes) if self.conditional else None
        self.z_modes = torch.randn(2500, config.z_dim, generator=torch.Generator().manual_seed(10**6)).to(self.device)
        self.damaging = None if config.task == NO_TASK else Damaging(config, self.data)
        # What `diagnosis.spread` says of real samples: the measure for the fakes'.
        self._real_spread = spread(self.data.sample(SPREAD_OVER, torch.Generator().manual_seed(0)))

    def change(self, config: TrainConfig) -> None:
        """Go on with other settings of CHANGEABLE from the next step on.

        Raises:
            ConfigError: another setting differs; the run goes on as it was.
        """
        for name, value in config.to_dict().items():
            if name not in CHANGEABLE and value != self.config.to_dict()[name]:
                raise ConfigError(
                    f"{flag(name)} cannot change in a run; what can is {', '.join(map(flag, CHANGEABLE))}"
                )
        self.config = config
        for opt, betas in ((self.opt_d, config.betas_d), (self.opt_g, (config.beta1, config.beta2))):
            opt.betas = betas

    def step(self) -> None:
        """One iteration: `d_steps` steps of D, then `g_steps` of G."""
        for _ in range(self.config.d_steps):
            self.step_d()
        for _ in range(self.config.g_steps):
            self.step_g()

    def step_d(self) -> Tensor:
        """One step of D on a fresh batch; returns its loss (a scalar, not synchronised).

        G is left as it is, but for batch norm's running statistics where its fakes are shared.
        """
        with threads(self.threads):
            *_, (_, update) = self.d_phases()
        return update["loss"]

    def step_g(self) -> Tensor:
        """One step of G, and of its average; returns its loss. D is left as it is."""
        with threads(self.threads):
            *_, (_, update) = self.g_phases()
        return update["loss"]

    def d_phases(self) -> Iterator[Phase]:
        """A step of D in its five phases: noise, samples, judgement, loss, update. `step_d` is all of them.

        Weights change between the last two alone; a step that is left before its end changed nothing but what
        was drawn for it.
        """
        config, passes = self.config, self._passes
        z, real, c = self._drawn()
        yield Phase("noise", {"z": z, "real": real})
        fake = passes.generate(z, c, for_g=config.fakes == "shared").detach()
        yield Phase("samples", {"fake": fake})
        shared = Shared(z, real, c) if config.fakes == "shared" else None
        real, fake = self._seen(z, real), self._seen(z, fake)
        slopes = config.penalty_name in ("r1-r2", "r1") and bool(config.gamma)
        logits = passes.judge(real, fake, c, slopes)
        on_real, on_fake = logits.chunk(2)
        yield Phase("judgement", {"real": on_real.detach(), "fake": on_fake.detach()})
        if slopes:
            gamma = config.scheduled(config.gamma, config.gamma_final, self.nimg)
            penalty = passes.penalty(gamma, config.penalty_name == "r1-r2")
        else:
            penalty = self._gradient_penalty(real, fake, c)
        loss = self.objective.loss_d(on_real, on_fake).mean()
        losses = {"loss": loss.detach(), "penalty": penalty.detach()}
        yield Phase("loss", losses)
        passes.descend_d(on_real, on_fake, loss, penalty)
        self._descend(self.opt_d, config.lr_d or config.lr)
        if config.penalty_name == "clip":
            clip_weights(self.opt_d.weights, config.clip)
        self.nimg += config.batch
        self._means.note_d(losses["loss"], losses["penalty"], logits.detach())
        self._shared = shared
        yield Phase("update", losses)

    def g_phases(self) -> Iterator[Phase]:
        """A step of G, and of its average, in its five phases: those of `d_phases`. `step_g` is all of them."""
        shared, self._shared = self._shared, None
        passes, real = self._passes, None
        if shared is not None:
            z, real, c = shared
        elif self.damaging:
            z, real, c = self._drawn()
        else:
            z = self._z()
            # Classes are those of a fresh batch; without them reals are drawn only where the objective pairs them.
            real, c = self._real() if self.conditional else (None, None)
        yield Phase("noise", {"z": z})
        fake = passes.generate(z, c, for_g=True)
        yield Phase("samples", {"fake": fake.detach()})

        def real_seen() -> Tensor:
            return self._seen(z, self._real()[0] if real is None else real)

        on_real, on_fake = passes.judge_fakes(self._seen(z, fake), real_seen if self.objective.pairs else None, c)
        yield Phase("judgement", {"real": on_real, "fake": on_fake.detach()})
        loss = self.objective.loss_g(on_real, on_fake).mean()
        if self.damaging and real is not None:
            loss = loss + self.damaging.error(fake, real)
        losses = {"loss": loss.detach()}
        yield Phase("loss", losses)
        passes.descend_g(on_real, on_fake, loss)
        self._descend(self.opt_g, self.config.lr)
        self._average()
        self._means.note_g(losses["loss"])
        yield Phase("update", losses)

    def ticks(self, every: int, marks: Sequence[int] = ()) -> Iterator[Tick]:
        """A tick at the start, at multiples of `every` samples, at `marks` besides, when interrupted, and at the end.

        Stop iterating to stop; iterate again to go on. Set `interrupted` (from any thread) for a tick after
        the step under way.

        Raises:
            DivergedError: a weight or a loss is no longer finite. The tick that says so comes first.
        """
        if self.nimg == 0:
            yield self.tick()
        while self.nimg < self.config.nimg:
            multiple = self.nimg - self.nimg % every + every
            goal = min(multiple, self.config.nimg, *(mark for mark in marks if mark > self.nimg))
            start = time.perf_counter()
            self.world.wait(self.device)  # for the first process, which writes between two ticks
            while self.nimg < goal:
                begun = time.perf_counter()
                self.step()
                if self.thread_choice:
                    self.threads = self.thread_choice.next(time.perf_counter() - begun)
                alone = self.world.size == 1
                if self._stop or (self.interrupted and alone):
                    break
            self.seconds += time.perf_counter() - start
            self.halted, self._stop = self._stop or (self.interrupted and alone), False
            # Of several processes one that was told too late to tell the others does so in the next step.
            self.interrupted = self.interrupted and not (self.halted or alone)
            tick = self.tick()
            yield tick
            self.check_finite()

    @torch.no_grad()
    def tick(self) -> Tick:
        """What the run looks like now; the means start afresh after it."""
        means = self.means()
        finite, loss = self.finite(), max(abs(means["loss_d"]), abs(means["loss_g"]))
        modes = repair = None
        with threads(self.threads):
            if self.damaging:
                samples, own, repair = self.damaging.look(self.G_ema)
            else:
                samples = own = self.G_ema(self.z_shown, self.c_shown).cpu()
            if self.data.centres is not None:
                modes = mode_report(self.G_ema(self.z_modes).cpu(), self.data.centres, self.data.std)
        return Tick(
            nimg=self.nimg, seconds=self.seconds, **means, evaluation=None,
            grad_d=gradient_norm(self.opt_d), grad_g=gradient_norm(self.opt_g), samples=samples, modes=modes,
            repair=repair, held_out=None,
            warning=diagnose(finite, loss, modes, own, self._real_spread) if self.nimg else "",
        )  # fmt: skip

    def means(self) -> dict[str, float]:
        """The means of loss_d, loss_g, penalty, p_real and p_fake over the steps since they were last asked for.

        nan where there was none; the penalty with its weight, p the mean of sigmoid(logits); over all processes.
        """
        return self._means.take(self.world, self.device)

    def finite(self) -> bool:
        """Whether every weight of G, D and the average is a finite number."""
        buffers = [buffer for net in (self.G, self.D, self.G_ema) for buffer in net.buffers()]
        return all_finite([*self.opt_g.weights, *self.opt_d.weights, *self._weights_ema, *buffers])

    def check_finite(self) -> None:
        """Raise DivergedError unless `finite`."""
        if not self.finite():
            raise DivergedError(
                f"the run diverged before {self.nimg:,} samples: a weight is no longer a finite number; "
                "a smaller --lr or a penalty usually helps"
            )

    def state(self) -> dict[str, Tensor]:
        """Everything that decides how the run goes on, as named CPU tensors; those of a run on the CPU are its own.

        Exact between two iterations. Between D's step and G's the fakes that these share are not in it.

        Raises:
            DivergedError: NaN never reaches a checkpoint.
        """
        self.check_finite()
        nets = {"G": self.G, "D": self.D, "G_ema": self.G_ema}
        tensors = {f"{name}.{key}": v for name, net in nets.items() for key, v in net.state_dict().items()}
        for name, opt in self._optimizers().items():
            tensors |= {f"{name}.{key}": v for key, v in opt.moments().items()}
        tensors["generator"] = self.generator.get_state()
        tensors["nimg"], tensors["nimg_before"] = torch.tensor(self.nimg), torch.tensor(self.nimg_before)
        tensors["taken"] = torch.tensor(self.taken)
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
            for name, opt in self._optimizers().items():
                opt.set_moments(groups.get(name, {}))
            self.generator.set_state(groups["generator"][""])
            self._shared = None
            self.nimg = int(groups["nimg"][""])
            self.nimg_before = int(groups.get("nimg_before", {"": 0})[""])  # of a state that did not know it
            self.taken = Taken(*groups["taken"][""].tolist()) if "taken" in groups else Taken()
        except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
            raise RunError("the saved state is not of this run: its networks or optimisers are others") from error

    def _optimizers(self) -> dict[str, Optimizer]:
        """Both optimisers, by the names that states on disk know them by."""
        return {"adam_d": self.opt_d, "adam_g": self.opt_g}

    def _real(self) -> tuple[Tensor, Tensor | None]:
        """This process's rows of a fresh batch of reals, and their classes if the networks are told them."""
        real, c = self.data.labelled(self.config.batch, self.generator, self._part)
        return real.to(self.device), c if self.conditional else None

    def _z(self) -> Tensor:
        """This process's rows of a fresh batch of latents, [batch, z_dim]."""
        z = torch.randn(self.config.batch, self.config.z_dim, generator=self.generator)
        return (z if self._part is ALL else z[self._part]).to(self.device)

    def _drawn(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """(what G is given for a fresh batch, latents or damaged pictures; its reals; their classes as of `_real`)."""
        if not self.damaging:
            return self._z(), *self._real()
        real, c = self._real()
        return self.damaging.damaged(real, self.generator), real, c

    def _seen(self, z: Tensor, images: Tensor) -> Tensor:
        """What D sees of images that G makes of z: augmented, a damaged picture and its repair both in the same way."""
        images = torch.cat([z, images], 1) if self.damaging else images
        return augment(images, self._augment, self.generator) if self._augment else images

    def _gradient_penalty(self, real: Tensor, fake: Tensor, c: Tensor | None) -> Tensor:
        """WGAN-GP's penalty on D with its weight, a scalar; 0 where there is none."""
        config = self.config
        if config.penalty_name != "gradient" or not config.gp_weight:
            return torch.zeros((), device=self.device)
        # Gradients are measured in the unit that the networks see, so that one weight fits every set of points.
        share = torch.rand(config.batch, generator=self.generator)[self._part]
        return config.gp_weight * gradient_penalty(partial(self.D, c=c), real, fake, share, self.data.unit).mean()

    def _descend(self, opt: Optimizer, lr: float) -> None:
        """One step of `opt` down the gradients that it was given, whose mean is taken over all processes."""
        opt.lr = self.config.scheduled(lr, self.config.lr_final, self.nimg)
        # All processes stop after the same step, whichever of them was told to.
        self._stop = self.world.mean_(opt.gradients, self.interrupted) or self._stop
        opt.step()

    def _average(self) -> None:
        """Move G_ema towards G by one step's share of the half-life; buffers (batch norm's) are copied."""
        c = self.config
        half_life = min(c.ema_nimg, self.nimg * c.ema_ramp)
        keep = 0.5 ** (c.batch * c.d_steps / c.g_steps / half_life) if half_life else 0.0
        torch._foreach_lerp_(self._weights_ema, self.opt_g.weights, 1 - keep)
        for average, buffer in self._buffers:
            average.copy_(buffer)
