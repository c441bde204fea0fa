"""Contestant: one GAN of a live run, and what the page is told of it. A run has one; a race has two."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

import safetensors.torch
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.live.frames import (
    backdrop,
    finite,
    load_scene,
    nearest,
    p_real_shown,
    pictures_samples,
    points_samples,
    points_to_text,
    shares_to_text,
    shown_fakes,
)
from gan.live.messages import (
    CURVE_COLUMNS,
    Backdrop,
    ContestantAbout,
    ContestantFrame,
    CurveValues,
    DiagnosisJson,
    Network,
    PhaseFrame,
)
from gan.live.observer import Figures, Observer
from gan.live.p_real import p_real
from gan.live.recipes import recommended
from gan.live.run_state import ContestantState
from gan.models.checkpoint import load_model
from gan.recipe.config import TrainConfig
from gan.training.diagnosis import Diagnosis, Observation, examine, in_force
from gan.training.ticks import PHASES, Phase, gradient_norm
from gan.training.trainer import Trainer

Which = Literal["both", "d", "g"]
CURVE_EVERY = 40  # steps between two points of the curves
POINT_SAMPLES = 128  # reals and fakes that D is asked about for a point
SLOW_PARTS = 2  # while a run trains, its field and manifold are made for every so many frames
REMEMBERED = 60  # observations that the diagnosis looks back on
PHASE_POINTS, PHASE_PICTURES, PHASE_LATENTS = 128, 8, 64
ALONG = ("lr_final", "norm")  # settings without a control that differ from recipe to recipe of one data set
LATENT_REACH = 3.0  # latents between -3 and 3 fill the noise box


class Contestant:
    """A trainer, its observer and its last observations.

    Attributes:
        trained: how often D and G were updated.
        figures: what the last observation measured.
        history: the last observations.
        lost: whether it has diverged, and stands still while its rival goes on.
    """

    def __init__(self, config: TrainConfig, weights_limit: int) -> None:
        if not config.threads == 1:
            raise ConfigError("a live run has one thread")
        self.scene = load_scene(config.data)
        start = load_model(config.start) if config.start else None
        self.trainer = Trainer(config, self.scene.data, start=start)
        if start and not self.trainer.taken.d:  # nothing on the page would say that the trained G has a new D
            raise ConfigError(f"--start {start.name}: its D has other layers than the one chosen here")
        self.parameters = {name: sum(p.numel() for p in net.parameters()) for name, net in self._nets().items()}
        if sum(self.parameters.values()) > weights_limit:
            raise ConfigError(
                f"the two networks have {sum(self.parameters.values()):,} weights, this machine allows "
                f"{weights_limit:,} for a live run: take fewer or narrower layers"
            )
        self.observer = Observer(self.trainer)
        self.trained = {"d": 0, "g": 0}
        self.history: list[Observation] = []
        self.figures: Figures = {}
        self.lost = False
        self._means: dict[str, float] = {}
        self._shown: ContestantFrame | None = None
        self._nearest, self._frames = "", 0
        self._backdrop: Backdrop | None = None

    def _nets(self) -> dict[str, torch.nn.Module]:
        return {"g": self.trainer.G, "d": self.trainer.D}

    def about(self) -> ContestantAbout:
        """What stays the same of it, for the page."""
        config = self.trainer.config
        G, D = self.trainer.architecture["G"], self.trainer.architecture["D"]
        values = math.prod(self.trainer.data.shape)
        g, d = ([*net.get("widths", net.get("channels", ()))] for net in (G, D))
        return {
            "objective": config.objective, "label": self.trainer.objective.label,
            "penalty": config.penalty_name, "g_sizes": [config.z_dim, *g, values],
            "d_sizes": [values, *d, 1],
            "params_g": self.parameters["g"], "params_d": self.parameters["d"],
            "ends": [finite(self.trainer.objective.end_d), finite(self.trainer.objective.end_g)],
        }  # fmt: skip

    def act(self, which: Which) -> None:
        """One iteration, or one step of D or of G alone."""
        if self.lost:
            return
        config = self.trainer.config
        if which == "both":
            self.trainer.step()
            self.trained["d"] += config.d_steps
            self.trained["g"] += config.g_steps
        else:
            (self.trainer.step_d if which == "d" else self.trainer.step_g)()
            self.trained[which] += 1

    def glance(self, steps: int, seconds: float) -> None:
        """Remember for the diagnosis what D thinks now, and otherwise what was measured last."""
        if not self.lost and self.history:
            seen = self.observer.glance(self.trainer, self.history[-1], steps, seconds)
            self.history = [*self.history, seen][-REMEMBERED:]

    def observe(self, steps: int, seconds: float = 0.0) -> None:
        """Measure after `steps` iterations and `seconds` of training, and remember it for the diagnosis."""
        if self.lost:
            return
        observation, self.figures = self.observer.observe(self.trainer, steps)
        observation = replace(observation, seconds=seconds)
        self.history = [*self.history, observation][-REMEMBERED:]
        if self.scene.medium.nearest:
            fake = shown_fakes(self.trainer)
            self._nearest = self.scene.rows_to_text(nearest(self.trainer.config.data, fake.nan_to_num()))

    def diagnosis(self) -> Diagnosis:
        """What is going wrong, or that nothing is."""
        return examine(self.history, self.trainer.config)

    def point(self) -> CurveValues:
        """A point of the curves; the means of the losses start afresh after it."""
        if self.lost:
            return [None] * len(CURVE_COLUMNS)
        self._means = self.trainer.means()
        fake = shown_fakes(self.trainer, POINT_SAMPLES)
        on_real, on_fake = p_real_shown(self.trainer, self.scene, fake, POINT_SAMPLES)
        losses = [finite(self._means["loss_d"]), finite(self._means["loss_g"])]
        return [*losses, finite(on_real.mean()), finite(on_fake.mean()), self.key_figure(), self._coverage()]

    def key_figure(self) -> float | None:
        """The medium's own; high quality where modes are known, else the distance to the data (points) or Fréchet's."""
        medium = self.scene.medium
        pictures = (*medium.watched[:1], "frechet", "variety")
        names = pictures if medium.alone else ("quality", "distance", "frechet")
        for name in names:
            if (value := self.figures.get(name)) is not None:
                return finite(value)
        return None

    def _coverage(self) -> float | None:
        """The share of the modes or classes that get a fair share of good fakes; None where they are not known."""
        fair, total = self.figures.get("fair"), self.figures.get("total")
        return None if fair is None or not total else finite(fair / total)

    def frame(self, fresh: bool = True) -> ContestantFrame:
        """Its picture and figures now; unless `fresh`, the field and the manifold may be those of the frame before.

        One that is lost shows its last frame, which its weights, no numbers, can no longer make.
        """
        if not self.lost or self._shown is None:
            self._shown = self._frame_now(fresh)
        return self._shown

    def _frame_now(self, fresh: bool) -> ContestantFrame:
        if self.scene.medium.alone:
            pictures = pictures_samples(self.trainer, self.scene)
            return {**pictures, "nearest": self._nearest, "figures": self._all_figures()}
        self._frames += 1
        if fresh or self._frames % SLOW_PARTS == 0 or self._backdrop is None:
            self._backdrop = backdrop(self.trainer, self.scene)
        samples = points_samples(self.trainer, self.scene)
        return {**samples, **self._backdrop, "figures": self._all_figures()}

    def _all_figures(self) -> Figures:
        gradients = {"grad_d": gradient_norm(self.trainer.opt_d), "grad_g": gradient_norm(self.trainer.opt_g)}
        figures = self._means | gradients | self.figures
        return {name: finite(value) if isinstance(value, float) else value for name, value in figures.items()}

    def diagnosis_json(self) -> DiagnosisJson:
        """The diagnosis for the page."""
        return as_json(self.diagnosis(), self.trainer.config)

    def lose(self, steps: int) -> None:
        """A weight is no longer finite, after `steps` iterations: it stands still, with what it showed last."""
        self.lost = True
        self.history = [*self.history, Observation(steps=steps, finite=False, loss=math.inf)][-REMEMBERED:]

    def phases(self) -> Iterator[tuple[int, Phase]]:
        """One iteration in ten phases: (0 to 9, phase). D's and G's further steps are made within the last ones."""
        if self.lost:
            yield from ((index, Phase(PHASES[index % len(PHASES)], {})) for index in range(2 * len(PHASES)))
            return
        config = self.trainer.config
        for _ in range(config.d_steps - 1):
            self.trainer.step_d()
        for index, phase in enumerate(self.trainer.d_phases()):
            if phase.name == "update":
                self.trained["d"] += config.d_steps
            yield index, phase
        for _ in range(config.g_steps - 1):
            self.trainer.step_g()
        for index, phase in enumerate(self.trainer.g_phases()):
            if phase.name == "update":
                self.trained["g"] += config.g_steps
            yield len(PHASES) + index, phase

    def phase_frame(self, index: int, tensors: dict[str, Tensor]) -> PhaseFrame:
        """What the page shows of a phase; `tensors` is all that this half of the iteration has made so far."""
        name = PHASES[index % len(PHASES)]
        who: Network = "d" if index < len(PHASES) else "g"
        values: dict[str, float | None] = {}
        frame: PhaseFrame = {"index": index, "name": name, "who": who, "values": values}
        if "z" in tensors:
            z = tensors["z"][:PHASE_LATENTS, :2]
            frame["z"] = points_to_text(torch.cat([z, z], 1)[:, :2], LATENT_REACH)
        if "real" in tensors:
            frame["real"] = self._samples(tensors["real"])
        if "fake" in tensors:
            frame["fake"] = self._samples(tensors["fake"])
        if "logits_real" in tensors and "logits_fake" in tensors:
            logits = tensors["logits_real"].detach(), tensors["logits_fake"].detach()
            # Read as everywhere else: a critic whose logits these are already, asked about them.
            on_real, on_fake, _ = p_real(self.trainer.config.objective, lambda rows: rows, *logits, logits[0][:0])
            values["real"], values["fake"] = finite(on_real.mean()), finite(on_fake.mean())
            frame["logits_real"] = shares_to_text(on_real[:PHASE_POINTS])
            frame["logits_fake"] = shares_to_text(on_fake[:PHASE_POINTS])
        for key in ("loss", "penalty"):
            if key in tensors:
                values[key] = finite(tensors[key].detach())
        if name == "update":
            values["grad"] = finite(gradient_norm(self.trainer.opt_d if who == "d" else self.trainer.opt_g))
        return frame

    def _samples(self, samples: Tensor) -> str:
        if self.scene.medium.alone:
            return self.scene.rows_to_text(samples[:PHASE_PICTURES].float())
        return points_to_text(samples[:PHASE_POINTS], self.scene.extent)

    def state(self) -> ContestantState:
        """All that it is; `restore` takes it back.

        Raises:
            DivergedError: a weight is no longer a finite number, and it is not known to be lost.
        """
        if self.lost:
            return ContestantState(b"", dict(self.trained), tuple(self.history), self.figures, self._shown)
        tensors = safetensors.torch.save(self.trainer.state())
        return ContestantState(tensors, dict(self.trained), tuple(self.history), self.figures)

    def restore(self, state: ContestantState) -> None:
        """Go on from a state of an equal config."""
        self.lost, self._shown = not state.tensors, cast(ContestantFrame | None, state.frame)
        if not self.lost:
            self.trainer.restore(safetensors.torch.load(state.tensors))
        self.trained, self.figures = dict(state.trained), dict(state.figures)
        self.history = list(state.history)


def as_json(diagnosis: Diagnosis, config: TrainConfig) -> DiagnosisJson:
    """The diagnosis of a run with `config` as JSON values."""
    change = whole_change(diagnosis.cure, config)
    return {
        "name": diagnosis.name, "values": dict(diagnosis.values), "cure": diagnosis.remedy,
        "change": change, "before": {name: in_force(config, name) for name in change},
    }  # fmt: skip


def whole_change(cure: Mapping[str, Any], config: TrainConfig) -> dict[str, Any]:
    """The settings that a cure changes, those too that have no control and come along with another objective."""
    if "objective" not in cure:
        return dict(cure)
    usual = recommended(config.data, cure["objective"])
    along = {name: getattr(usual, name) for name in ALONG if getattr(usual, name) != getattr(config, name)}
    return {**cure, **along}
