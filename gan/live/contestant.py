"""Contestant: one GAN of a live run, and what the page is told of it. A run has one; a race has two."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.live.frames import (
    backdrop_frame,
    finite,
    nearest,
    pictures_frame,
    pictures_to_text,
    points_frame,
    points_to_text,
    scene,
    shares_to_text,
    shown,
)  # fmt: skip
from gan.live.observer import Figures, Observer
from gan.live.p_real import p_real
from gan.models.checkpoint import load_model
from gan.recipe.config import TrainConfig
from gan.training.diagnosis import Diagnosis, Observation, examine
from gan.training.ticks import PHASES, Phase, gradient_norm
from gan.training.trainer import Trainer

Which = Literal["both", "d", "g"]
CURVE_EVERY = 40  # steps between two points of the curves
SLOW_PARTS = 2  # while a run trains, its field and manifold are made for every so many frames
REMEMBERED = 60  # observations that the doctor looks back on
PHASE_POINTS, PHASE_PICTURES, PHASE_LATENTS = 128, 8, 64
LATENT_REACH = 3.0  # latents between -3 and 3 fill the noise box


class Contestant:
    """A trainer, its observer and its doctor.

    Attributes:
        trained: how often D and G were updated.
        figures: what the last observation measured.
        history: the last observations.
    """

    def __init__(self, config: TrainConfig, weights_limit: int) -> None:
        if not config.threads == 1:
            raise ConfigError("a live run has one thread")
        self.scene = scene(config.data)
        start = load_model(config.start) if config.start else None
        self.trainer = Trainer(config, self.scene.data, start=start)
        self.parameters = {name: sum(p.numel() for p in net.parameters()) for name, net in self._nets().items()}
        if sum(self.parameters.values()) > weights_limit:
            raise ConfigError(
                f"the two networks have {sum(self.parameters.values()):,} weights, this machine allows "
                f"{weights_limit:,} for a live run: take fewer or narrower layers"
            )
        self.observer = Observer(self.trainer)
        self.trained = {"d": 0, "g": 0}
        self._told = dict(self.trained)  # what it was at the last point of the curves
        self.history: list[Observation] = []
        self.figures: Figures = {}
        self.means: dict[str, float] = {}
        self._nearest, self._frames = "", 0
        self._backdrop: dict[str, Any] = {}

    def _nets(self) -> dict[str, torch.nn.Module]:
        return {"g": self.trainer.G, "d": self.trainer.D}

    def about(self) -> dict[str, Any]:
        """What the page says of the contestant once."""
        config = self.trainer.config
        G, D = self.trainer.architecture["G"], self.trainer.architecture["D"]
        values = 1
        for n in self.trainer.data.shape:
            values *= n
        return {
            "objective": config.objective, "label": self.trainer.objective.label,
            "penalty": config.penalty_name, "g_sizes": [config.z_dim, *G["widths"], values],
            "d_sizes": [values, *D["widths"], 1],
            "params_g": self.parameters["g"], "params_d": self.parameters["d"],
        }  # fmt: skip

    def act(self, which: Which) -> None:
        """One iteration, or one step of D or of G alone."""
        config = self.trainer.config
        if which == "both":
            self.trainer.step()
            self.trained["d"] += config.d_steps
            self.trained["g"] += config.g_steps
        else:
            (self.trainer.step_d if which == "d" else self.trainer.step_g)()
            self.trained[which] += 1

    def observe(self, steps: int) -> None:
        """Measure, and let the doctor see it."""
        seen, self.figures = self.observer.observe(self.trainer, steps)
        self.history = [*self.history, seen][-REMEMBERED:]
        if self.scene.kind == "pictures":
            with torch.no_grad():
                fake = self.trainer.G_ema(shown(self.trainer))
            self._nearest = pictures_to_text(nearest(self.trainer.config.data, fake.nan_to_num()))

    def diagnosis(self) -> Diagnosis:
        """What the doctor says now."""
        return examine(self.history, self.trainer.config)

    def point(self) -> list[float | None]:
        """[D's loss, G's loss, D's mean p_real of reals and of fakes, the key figure]: a point of the curves."""
        self.means = self.trainer.means()
        with torch.no_grad():
            fake = self.trainer.G_ema(shown(self.trainer)[:128])
            on_real, on_fake, _ = p_real(
                self.trainer.config.objective, self.trainer.D, self.scene.asked[:128], fake, fake[:0]
            )
        self.p_real = {"real": finite(on_real.mean()), "fake": finite(on_fake.mean())}
        idle = [f"loss_{who}" for who in ("d", "g") if self.trained[who] == self._told[who]]
        self.means |= dict.fromkeys(idle, math.nan)  # no step, no loss
        self._told = dict(self.trained)
        losses = [finite(self.means["loss_d"]), finite(self.means["loss_g"])]
        return [*losses, self.p_real["real"], self.p_real["fake"], self.key_figure()]

    def key_figure(self) -> float | None:
        """High quality where modes are known, else the distance to the data (points), else Fréchet's (pictures)."""
        names = ("quality", "distance", "frechet") if self.scene.kind == "points" else ("frechet", "variety")
        for name in names:
            if (value := self.figures.get(name)) is not None:
                return finite(value)
        return None

    def frame(self, fresh: bool = True) -> dict[str, Any]:
        """Its picture and figures now; unless `fresh`, the field and the manifold may be those of the frame before."""
        if self.scene.kind == "points":
            self._frames += 1
            if fresh or self._frames % SLOW_PARTS == 0 or not self._backdrop:
                self._backdrop = backdrop_frame(self.trainer, self.scene)
            picture = points_frame(self.trainer, self.scene) | self._backdrop
        else:
            picture = pictures_frame(self.trainer, self.scene) | {"nearest": self._nearest}
        gradients = {"grad_d": gradient_norm(self.trainer.D), "grad_g": gradient_norm(self.trainer.G)}
        numbers = self.means | gradients | self.figures
        return picture | {"figures": {k: finite(v) if isinstance(v, float) else v for k, v in numbers.items()}}

    def doctor(self) -> dict[str, Any]:
        """The diagnosis for the page; `change` is the cure's settings."""
        return told(self.diagnosis())

    def doctor_of_ruin(self, steps: int) -> dict[str, Any]:
        """The same after a weight or a loss is no longer finite."""
        ruin = Observation(steps=steps, finite=False, loss=math.inf)
        return told(examine([*self.history, ruin], self.trainer.config))

    def phases(self) -> Iterator[tuple[int, Phase]]:
        """One iteration in ten phases: (0 to 9, phase). D's and G's further steps are made within the last ones."""
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

    def phase_frame(self, index: int, seen: dict[str, Tensor]) -> dict[str, Any]:
        """What the page shows of a phase; `seen` is all that this half of the iteration has made so far."""
        name = PHASES[index % len(PHASES)]
        who = "d" if index < len(PHASES) else "g"
        frame: dict[str, Any] = {"index": index, "name": name, "who": who, "values": {}}
        values = frame["values"]
        if "z" in seen:
            z = seen["z"][:PHASE_LATENTS, :2]
            frame["z"] = points_to_text(torch.cat([z, z], 1)[:, :2], LATENT_REACH)
        for side in ("real", "fake"):
            if side in seen:
                frame[side] = self._samples(seen[side])
        if "logits_real" in seen and "logits_fake" in seen:
            on_real, on_fake = seen["logits_real"].detach(), seen["logits_fake"].detach()
            # Read as everywhere else: a critic whose logits these are already, asked about them.
            split = p_real(self.trainer.config.objective, lambda rows: rows, on_real, on_fake, on_real[:0])
            for side, shares in zip(("real", "fake"), split, strict=False):
                values[side] = finite(shares.mean())
                frame[f"logits_{side}"] = shares_to_text(shares[:PHASE_POINTS])
        for key in ("loss", "penalty"):
            if key in seen:
                values[key] = finite(seen[key].detach())
        if name == "update":
            values["grad"] = finite(gradient_norm(self.trainer.D if who == "d" else self.trainer.G))
        return frame

    def _samples(self, samples: Tensor) -> str:
        if self.scene.kind == "points":
            return points_to_text(samples[:PHASE_POINTS], self.scene.extent)
        return pictures_to_text(samples[:PHASE_PICTURES].float())

    def memory(self) -> dict[str, Any]:
        """What `remember` takes back, beside the trainer's state."""
        history = [asdict(seen) for seen in self.history]
        return {"trained": dict(self.trained), "history": history, "figures": self.figures}

    def remember(self, memory: dict[str, Any]) -> None:
        """Go on from `memory`."""
        self.trained, self.figures = dict(memory["trained"]), dict(memory["figures"])
        self._told = dict(self.trained)
        self.history = [Observation(**(seen | {"shares": tuple(seen["shares"])})) for seen in memory["history"]]


# The word for a cure -> the settings that it changes; the first that fits names it.
CURES = {"brake": ("objective", "penalty", "gamma"), "average": ("ema_nimg",), "critic-steps": ("d_steps",),
         "rate": ("lr", "lr_d")}  # fmt: skip


def told(said: Diagnosis) -> dict[str, Any]:
    """A diagnosis as JSON values."""
    cure = next((name for name, settings in CURES.items() if any(s in said.cure for s in settings)), "")
    return {"name": said.name, "values": dict(said.values), "cure": cure, "change": dict(said.cure)}
