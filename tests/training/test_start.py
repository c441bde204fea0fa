"""What a run starts from: another model's networks, those of its layers that fit, and what is said of it."""

import dataclasses
from pathlib import Path

import pytest
import torch
from torch import Tensor

from bench.weights import begun
from core_fixtures import copied, differing, made_up, seed, tiny, tiny_model
from gan import networks
from gan.data.clips import FRAMES, Swinging
from gan.errors import ConfigError
from gan.media.clips import CLIPS
from gan.models.checkpoint import load_model, save_model
from gan.models.model import Model
from gan.models.start import Taken, doublings, taken_of, told
from gan.networks import Generator
from gan.publish.card import made
from gan.recipe.config import TrainConfig
from gan.training.runs import Run, model_of
from gan.training.trainer import Trainer
from trainer_kinds import trainer_of

STYLE = {"network": "style", "g_widths": (8, 6), "d_widths": (4, 8), "dense": 6}
DCGAN = {"network": "dcgan", "g_widths": (8, 6), "d_widths": (4, 8), "kernel": 5, "norm": "batch"}
CLASSES = {"condition": "class", "blur": "both", "convs": 0}
LARGER = {"resolution": 16, "g_widths": (8, 6, 5), "d_widths": (3, 4, 8)}
TWICE_AS_LARGE = {"resolution": 32, "g_widths": (8, 6, 5, 4), "d_widths": (2, 3, 4, 8)}
# (settings of pictures of 8 px, what larger ones change, G's new layers, D's, how far D's others moved, what was taken)
GROWN = {
    "style": (STYLE, LARGER, ["convs.2", "convs.3", "convs.4"], ["convs.0", "convs.1"], 1, (5, 8, 3, 5, 8)),
    "twice": (STYLE, TWICE_AS_LARGE, [f"convs.{i}" for i in range(2, 7)], ["convs.0", "convs.1", "convs.2"], 2,
              (5, 10, 3, 6, 8)),
    "classes, blur": (STYLE | CLASSES, LARGER, ["convs.1", "convs.2"], ["convs.0", "convs.1"], 1, (5, 7, 4, 6, 8)),
    "dcgan": (DCGAN, LARGER, ["convs.1", "convs.2", "norms.2"], ["convs.0", "convs.1"], 1, (4, 7, 2, 4, 8)),
}  # fmt: skip
grown = pytest.mark.parametrize(("small", "larger", "new_g", "new_d", "moved", "taken"), GROWN.values(), ids=GROWN)


def larger_run(small: dict[str, object], larger: dict[str, object]) -> tuple[Model, Trainer]:
    """(a model of pictures of 8 px, a run of larger ones that starts from it)."""
    start = tiny_model(name="small", **small)
    config = tiny(start="small", seed=3, **small | larger)
    return start, Trainer(config, made_up(resolution=config.resolution or 8), start=start)


def weights(*nets: torch.nn.Module) -> dict[str, Tensor]:
    """The weights of a G and a D by name, G.… and D.…"""
    return {
        f"{letter}.{name}": value
        for letter, net in zip("GD", nets, strict=True)
        for name, value in net.state_dict().items()
    }


def drawn_for(trainer: Trainer) -> dict[str, Tensor]:
    """The weights that a trainer's networks would begin with without a model."""
    return weights(*networks.build(trainer.architecture, seed(trainer.config.seed)))


def of_layers(weights: dict[str, Tensor], net: str, layers: list[str]) -> set[str]:
    """The names of the weights that some layers of a network have."""
    return {name for name in weights if any(name.startswith(f"{net}.{layer}.") for layer in layers)}


def features(G: Generator, count: int) -> list[Tensor]:
    """What the first layers of a generator make of some seeds."""
    c = torch.arange(4) % G.classes if G.classes else None
    with torch.no_grad():
        w = x = G.mapping(torch.randn(4, G.z_dim, generator=seed()), c)
        return [x := layer(x, w) for layer in G.layers()[:count]]


def test_start_takes_a_models_networks() -> None:
    model = model_of(trainer_of(tiny(seed=5), 4), "first", 0.0)
    trainer = Trainer(tiny(start="first"), made_up(), start=model)
    for net, source in ((trainer.G, model.G), (trainer.G_ema, model.G), (trainer.D, model.D)):
        assert differing(net.state_dict(), source.state_dict()) == []
    assert trainer.nimg == 0
    assert not [name for name in trainer.state() if name.startswith("adam")]
    assert trainer.taken == (3, 3, 3, 3, 8)
    assert told("runs/first", trainer.taken) == (
        "starts from runs/first: all of G's 3 layers and all of D's 3 layers are taken over"
    )
    assert "taken" not in model_of(trainer, "second", 0.0).card
    trainer.step()
    assert differing(trainer.G.state_dict(), model.G.state_dict())
    assert not any(p.requires_grad for p in model.G.parameters())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"g_widths": (12,)}, "G's widths"),
        ({"z_dim": 5}, "G's z_dim"),
        ({"noise": "uniform"}, "G's noise"),
        ({"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8)}, "dcgan"),
        ({"resolution": 16}, r"G's shape there is \[1, 8, 8\], in this run \[1, 16, 16\]"),  # mlp does not grow
    ],
)
def test_start_from_other_networks_is_refused(changes: dict[str, object], named: str) -> None:
    refused(tiny_model(name="first"), tiny(**changes), named)


@pytest.mark.parametrize(("changes", "named"), [
    ({"g_widths": (6, 8, 5)}, "G's channels there are 8,6; in pictures 2 times as large --g-widths has to be these "
                              "and 1 more, not 6,8,5"),
    (TWICE_AS_LARGE | {"g_widths": (9, 8, 6, 5)}, "4 times as large --g-widths has to be these and 2 more, not 9,8,6"),
    ({"resolution": 24}, r"G's shape there is \[1, 8, 8\], in this run \[1, 24, 24\]"),
    ({"z_dim": 5}, "G's z_dim"), ({"w_dim": 5}, "G's w_dim"), ({"mapping": 3}, "G's depth"),
    ({"convs": 0}, "G's convs"), ({"kernel": 3}, "G's kernel"), ({"end": "sigmoid"}, "G's end"),
    ({"noise": "uniform"}, "G's noise"), ({"condition": "class"}, "G's classes"), ({"blur": "g"}, "G's blur"),
])  # fmt: skip
def test_only_a_model_of_fewer_layers_grows(changes: dict[str, object], named: str) -> None:
    refused(tiny_model(name="first", **STYLE), tiny(**STYLE | LARGER | changes), named)


def test_pictures_neither_shrink_nor_change_their_colours() -> None:
    small, (_, run) = tiny(**STYLE), larger_run(STYLE, LARGER)
    refused(model_of(run, "first", 0.0), small, r"G's shape there is \[1, 16, 16\], in this run \[1, 8, 8\]")
    with pytest.raises(ConfigError, match=r"G's shape there is \[1, 8, 8\], in this run \[3, 16, 16\]"):
        Trainer(run.config, made_up(resolution=16, channels=3), start=tiny_model(**STYLE))
    assert [doublings((1, 28, 28), (1, side, side)) for side in (14, 28, 56, 84, 112)] == [0, 0, 1, 0, 2]


def refused(start: Model, config: TrainConfig, named: str) -> None:
    """Assert that no run of a config starts from a model, and that one sentence says why."""
    with pytest.raises(ConfigError, match=named) as caught:
        Trainer(config, made_up(resolution=config.resolution or 8), start=start)
    assert "first" in str(caught.value)
    assert "\n" not in str(caught.value)


@grown
def test_larger_pictures_start_from_smaller_ones(
    small: dict[str, object], larger: dict[str, object], new_g: list[str], new_d: list[str], moved: int,
    taken: tuple[int, ...],
) -> None:  # fmt: skip
    """G makes of a latent what the model made, up to its picture, D's late layers are the model's, others are drawn."""
    start, trainer = larger_run(small, larger)
    known = len(start.G.layers()) - 1
    for own, now in zip(features(start.G, known), features(trainer.G_ema, known), strict=True):
        assert torch.equal(own, now)
    weights_now, drawn = weights(trainer.G, trainer.D), drawn_for(trainer)
    for name, value in start.D.state_dict().items():
        head, number, rest = (*name.split(".", 2), "")[:3]
        place = f"convs.{int(number) + moved}.{rest}" if head == "convs" else name
        assert name.startswith("convs.0.") or torch.equal(value, weights_now[f"D.{place}"])
    new = of_layers(drawn, "G", new_g) | of_layers(drawn, "D", new_d)
    changed = set(differing(weights_now, drawn))
    assert not changed & new
    assert drawn.keys() - changed - new == {"D.last.bias"}  # 0 in both: a paired objective does not move it
    assert differing(trainer.G.state_dict(), trainer.G_ema.state_dict()) == []
    assert trainer.taken == taken
    assert trainer.nimg_before == start.card["nimg"] > 0
    trainer.step()
    assert trainer.finite()


@pytest.mark.parametrize(("small", "larger"), [
    ({}, {"d_widths": (12,)}), (STYLE, {"d_widths": (5, 8)}), (STYLE, {"dense": 5}), (STYLE, {"d_widths": (4,)}),
    (STYLE, LARGER | {"d_widths": (4, 8)}), (STYLE, LARGER | {"dense": 0}), (STYLE, LARGER | {"d_widths": (3, 5, 8)}),
])  # fmt: skip
def test_a_critic_of_other_widths_is_drawn_anew(small: dict[str, object], larger: dict[str, object]) -> None:
    start, trainer = larger_run(small, larger)
    drawn = {name.removeprefix("D."): value for name, value in drawn_for(trainer).items() if name.startswith("D.")}
    assert differing(trainer.D.state_dict(), drawn) == []
    assert (trainer.taken.d, trainer.taken.d_of) == (0, len({name.rpartition(".")[0] for name in drawn}))
    if "resolution" not in larger:
        assert differing(trainer.G.state_dict(), start.G.state_dict()) == []
        assert trainer.taken.g == trainer.taken.g_of
    assert model_of(trainer, "second", 0.0).card["taken"]["d"] == 0


def test_widths_whose_numbers_of_weights_agree_are_others() -> None:
    """A D whose dense layer would be as large is another one all the same: its features are of another kind."""
    start, trainer = larger_run(STYLE | {"d_widths": (8,)}, LARGER | {"d_widths": (2,)})
    assert start.D.state_dict()["dense.0.weight"].shape == trainer.D.state_dict()["dense.0.weight"].shape
    assert trainer.taken.d == 0


def test_clips_may_start_from_the_pictures_that_their_frames_are() -> None:
    nets = {"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8), "batch": 4, "z_dim": 4}
    model = model_of(trainer_of(tiny(**nets), 2), "first", 0.0)
    config = TrainConfig(data="swinging-digits", start="first", **nets)
    trainer = Trainer(config, Swinging(made_up().rows, medium=CLIPS), start=model)
    z = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        frames, image = trainer.G(z), model.G(z)
        assert frames.shape == (3, FRAMES, *image.shape[2:])
        torch.testing.assert_close(frames, image.expand_as(frames))
        torch.testing.assert_close(trainer.D(frames), model.D(image))
    assert not trainer.taken.part
    trainer.step()
    with pytest.raises(ConfigError, match="G's shape there is"):
        Trainer(tiny(**nets), made_up(), start=model_of(trainer, "clips", 0.0))


def test_a_grown_run_goes_on_exactly_and_its_card_tells_what_it_took(tmp_path: Path) -> None:
    start = tiny_model(name="at-8", **STYLE)
    save_model(start, tmp_path / "at-8")
    config = tiny(start=str(tmp_path / "at-8.safetensors"), nimg=48, **STYLE | LARGER)
    whole, stopped = (Run(tmp_path / name, config, made_up(resolution=16)) for name in ("whole", "stopped"))
    for run in (whole, stopped):
        run.start()
    for _ in whole.ticks():
        pass
    for tick in stopped.ticks():
        if tick.nimg == 24:
            stopped.stop()
    for path in tmp_path.glob("at-8*"):
        path.unlink()
    again = Run(tmp_path / "stopped", config, made_up(resolution=16))
    again.resume()
    assert again.trainer.nimg == 24
    for _ in again.ticks():
        pass
    assert differing(copied(again.trainer.state()), copied(whole.trainer.state())) == []
    model = load_model(tmp_path / "stopped")
    assert model.card["taken"] == {"g": 5, "g_of": 8, "d": 3, "d_of": 5, "side": 8}
    assert "It saw 48 samples" in (text := made(model))
    assert "with those that what it started from had seen at 8 px, 72. Of the model" in text
    assert "it took 5 of G's 8 layers and 3 of D's 5 layers; the others were drawn anew. Settings" in text


def test_what_was_taken_is_told_as_it_was() -> None:
    assert told("at-32", Taken(9, 12, 4, 6, 32)) == (
        "starts from at-32: 9 of G's 12 layers and 4 of D's 6 layers are taken over, the others are drawn anew"
    )
    assert str(Taken(12, 12, 0, 6, 64)) == "all of G's 12 layers and none of D's 6 layers"
    model = tiny_model()
    plain = made(model)
    for strange in ({"g": 1}, [1], "x", Taken()._asdict() | {"g": "1"}, Taken()._asdict() | {"g": -1}, None):
        assert made(dataclasses.replace(model, card=model.card | {"taken": strange})) == plain
    known = dataclasses.replace(
        model,
        config=dataclasses.replace(model.config, start="at-4"),
        card=model.card | {"taken": Taken(1, 2, 0, 1, 4)._asdict()},
    )
    assert taken_of(known.card) == (1, 2, 0, 1, 4)
    assert begun(known) == " from at-4 on; 1 of G's 2 layers and none of D's 1 layers were taken over"
