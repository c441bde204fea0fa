"""TrainConfig: every field refuses what is out of its range, by name; and what does not fit together."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from core_fixtures import tiny
from each import each
from gan.data.drawings import drawn_name
from gan.errors import ConfigError, GanError
from gan.media import MEDIA
from gan.recipe.config import LEAST_FINAL, MAX_DEPTH, TrainConfig, flag
from gan.recipe.presets import PRESETS, preset_for

FIELDS = {f.name: f for f in dataclasses.fields(TrainConfig)}


def wrong_values(f: dataclasses.Field[Any]) -> list[Any]:
    """Values that the field must refuse."""
    low, high = f.metadata["low"], f.metadata["high"]
    if isinstance(f.default, str):
        return [None, 3, True, 1.5, ["mlp"], math.nan, *(["nope", "", " "] if f.metadata["choices"] else [])]
    outside = [low - 1, high + 1, math.nan, math.inf, -math.inf, 10**400, True, None, "1", [None], {}]
    if isinstance(f.default, tuple):
        return [(value,) for value in outside] + [3, "12", None, (1.5,), (low,) * (MAX_DEPTH + 1)]
    return outside + [(low,)] + ([low + 0.5] if isinstance(f.default, int) else [])


CASES = [(name, value) for name, f in FIELDS.items() for value in wrong_values(f)]


@each(("name", "value"), CASES, lambda case: str(case)[:60])
def test_out_of_range(name: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainConfig(**{name: value})
    said, meta = str(caught.value), FIELDS[name].metadata
    assert flag(name) in said
    assert "\n" not in said
    assert len(said) < 250
    if isinstance(value, (tuple, list)) and len(value) > MAX_DEPTH:
        assert str(MAX_DEPTH) in said
    else:
        assert repr(value)[:40] in said
    if meta["low"] is not None and not (isinstance(value, tuple) and len(value) > MAX_DEPTH):
        assert f"{meta['low']:.12g} to {meta['high']:.12g}" in said
    for choice in meta["choices"] if isinstance(value, str) else ():
        assert choice in said


def test_a_setting_of_before_is_read_by_its_old_name() -> None:
    """Cards and runs of before know the end as `image_range`."""
    values = TrainConfig(end="sigmoid").to_dict()
    values["image_range"] = values.pop("end")
    assert TrainConfig.from_dict(values).end == "sigmoid"


@each("name", FIELDS)
def test_both_ends_are_allowed(name: str) -> None:
    """A range's ends are part of it (where other settings do not forbid them)."""
    f = FIELDS[name]
    if f.metadata["low"] is not None and name != "resolution":
        wrap = (lambda v: (v,)) if isinstance(f.default, tuple) else type(f.default)
        for end in ("low", "high"):
            config = TrainConfig(**{name: wrap(f.metadata[end])})
            assert getattr(config, name) == wrap(f.metadata[end])
    clips = {"data": "swinging-digits", "network": "style", "g_widths": (4, 4, 4), "d_widths": (4,)}
    scores = {"data": "bach", "end": "choice"}
    repairs = {"network": "unet", "task": "denoise", "g_widths": (4, 4), "d_widths": (4,)}
    for choice in MEDIA["pictures"].ends if name == "end" else f.metadata["choices"]:
        tasked = (name == "task" and choice != "none") or choice == "unet"  # of these there is none without the other
        others = repairs if tasked else {"loop": clips, "seq": scores}.get(choice, clips if name == "blur" else {})
        assert getattr(TrainConfig(**others | {name: choice}), name) == choice


def test_a_loop_in_w_is_of_clips_and_of_style() -> None:
    for wrong in ({"data": "mnist"}, {"network": "dcgan", "g_widths": (8, 4), "d_widths": (4, 8)}):
        nets = {"data": "swinging-digits", "network": "style", "g_widths": (8, 6, 4), "d_widths": (4, 8)}
        with pytest.raises(ConfigError, match="--frames loop is of --network style and clips"):
            TrainConfig(**nets | wrong, frames="loop")


@each("name", FIELDS)
def test_every_setting_explains_itself(name: str) -> None:
    meta = FIELDS[name].metadata
    assert meta["help"]
    assert "\n" not in meta["help"]
    assert (meta["low"] is None) == (meta["high"] is None)
    assert meta["low"] is not None or meta["choices"] or name in ("data", "augment", "start")


def test_the_main_flags_that_stay() -> None:
    main = [name for name, f in FIELDS.items() if f.metadata["main"]]
    stay = ["data", "network", "resolution", "objective", "nimg", "batch", "lr", "seed"]
    assert [name for name in main if name in stay] == stay
    assert set(main) - {*stay} == {"task", "factor", "strength"}


def test_values_get_their_fields_type() -> None:
    config = TrainConfig(seed=3.0, lr=1, g_widths=[8, 16.0])  # as JSON or a browser's slider may give them
    assert (config.seed, config.lr, config.g_widths) == (3, 1.0, (8, 16))
    assert [type(v) for v in (config.seed, config.lr, config.g_widths[1])] == [int, float, int]


def test_frozen_and_hashable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().lr = 1.0  # the very mistake that is tested
    assert len({TrainConfig(), TrainConfig(), TrainConfig(seed=1)}) == 2


def test_replace_checks_too() -> None:
    with pytest.raises(ConfigError, match="--lr"):
        dataclasses.replace(TrainConfig(), lr=1e10)


@pytest.mark.parametrize("config", PRESETS.values(), ids=PRESETS)
def test_json_round_trip(config: TrainConfig) -> None:
    text = json.dumps(config.to_dict(), allow_nan=False)
    assert TrainConfig.from_dict(json.loads(text)) == config


def test_from_dict() -> None:
    assert TrainConfig.from_dict({}) == TrainConfig()
    assert TrainConfig.from_dict({"seed": 4}) == TrainConfig(seed=4)
    with pytest.raises(ConfigError, match="unknown setting 'learning_rate'"):
        TrainConfig.from_dict({"lr": 1e-3, "learning_rate": 1e-3})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"data": "nope"}, "nope"),
        ({"data": "folder:"}, "folder:"),
        ({"data": "ring", "network": "dcgan"}, "--network dcgan"),
        ({"data": "ring", "resolution": 28}, "--resolution"),
        ({"data": "ring", "augment": "color"}, "--augment"),
        ({"augment": "blur"}, "blur"),
        ({"augment": "color,,shift"}, "--augment"),
        ({"resolution": 7}, "--resolution"),
        ({"resolution": 1}, "--resolution"),
        ({"beta1_d": -0.5}, "--beta1-d"),
        ({"beta2_d": -1e-9}, "--beta2-d"),
        ({"data": "drawn:"}, "drawing"),
        ({"data": "drawn:!"}, "drawing"),
        ({"network": "dcgan", "data": "mnist", "resolution": 29}, "29"),
        ({"network": "dcgan", "data": "mnist", "resolution": 100}, "100"),
        ({"network": "dcgan", "data": "mnist", "g_widths": (8,)}, "--g-widths"),
        ({"network": "dcgan", "data": "mnist", "g_widths": ()}, "--g-widths"),
        ({"network": "dcgan", "data": "mnist", "d_widths": ()}, "--d-widths"),
        ({"network": "dcgan", "data": "mnist", "d_widths": (8, 8, 8, 8)}, "--d-widths"),
    ],
)
def test_misfits(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(GanError) as caught:
        tiny(**changes)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"resolution": 8},
        {"resolution": 128},
        {"augment": "color,shift,cutout"},
        {"network": "dcgan", "data": "mnist", "resolution": 64, "g_widths": (8,) * 4},
        {"network": "dcgan", "data": "mnist", "g_widths": (8, 8, 8), "kernel": 5, "d_widths": (8, 8, 8)},
        {"data": "folder:/anywhere"},
    ],
)
def test_fits(changes: dict[str, Any]) -> None:
    tiny(**changes)


@pytest.mark.parametrize(("classes", "named"), [(0, "has none"), (1, "has none"), (1_001, "at most 1,000 classes")])
def test_no_classes_or_too_many(classes: int, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        tiny(condition="class").architecture((1, 8, 8), 1.0, classes)
    assert tiny().architecture((1, 8, 8), 1.0, classes)["G"]["classes"] == 0


def test_an_exponential_schedule_ends_where_it_is_told() -> None:
    for final, end in ((0.5, 0.5), (1e-6, 1e-6), (0.0, LEAST_FINAL)):
        config = tiny(schedule="exponential", lr_final=final, nimg=100)
        assert config.scheduled(2.0, final, 100) == pytest.approx(2 * end)
        assert config.scheduled(2.0, final, 50) == pytest.approx(2 * end**0.5)


def test_penalty_in_force() -> None:
    assert TrainConfig(objective="relativistic").penalty_name == "r1-r2"
    assert TrainConfig(objective="wasserstein").penalty_name == "clip"
    assert TrainConfig(objective="hinge").penalty_name == "none"
    assert TrainConfig(objective="relativistic", penalty="none").penalty_name == "none"


def test_fourier_features_are_for_points_alone() -> None:
    assert tiny(features=8).architecture((1, 8, 8), 1.0)["D"]["features"] == 0
    assert tiny(data="ring", features=8).architecture((2,), 0.25)["D"]["features"] == 8


def test_architecture_is_json() -> None:
    for config in PRESETS.values():
        architecture = config.architecture((1, 28, 28), 1.0, 10)
        assert json.loads(json.dumps(architecture)) == architecture


def test_ds_betas_are_gs_unless_given() -> None:
    assert TrainConfig(beta1=0.5, beta2=0.9).betas_d == (0.5, 0.9)
    assert TrainConfig(beta1=0.5, beta2=0.9, beta1_d=0.0).betas_d == (0.0, 0.9)
    assert TrainConfig(beta1=0.5, beta2=0.9, beta2_d=0.99).betas_d == (0.5, 0.99)


def test_what_an_older_card_says_nothing_of_is_as_it_was() -> None:
    """A model made before these settings were there goes on meaning the same."""
    config = TrainConfig.from_dict({})
    assert (config.optimizer, config.optimizer_d, config.noise, config.start) == ("adam", "same", "normal", "")
    assert config.g_steps == 1
    assert config.betas_d == (config.beta1, config.beta2)


def test_a_long_drawing_does_not_fill_the_page() -> None:
    data = drawn_name(torch.zeros(2000, 2))
    assert TrainConfig(data=data).data == data
    for changes in ({"network": "dcgan"}, {"resolution": 28}):
        with pytest.raises(ConfigError) as caught:
            TrainConfig(data=data, **changes)
        assert len(str(caught.value)) < 200


def test_sounds_of_ones_own_need_no_classes(tmp_path: Path) -> None:
    own, known = (preset_for(None, {"data": data}) for data in (f"sounds:{tmp_path}", "spoken-digits"))
    assert known == PRESETS["spoken-digits"]
    assert not known.start  # whose networks know ten digits
    assert own == dataclasses.replace(known, condition="none")
