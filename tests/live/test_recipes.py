"""What a live run starts from: every pair of data and objective has settings that work."""

import math
from dataclasses import fields, replace

import pytest
import torch

from gan.data.chorales import TRAITS
from gan.data.drawings import drawn_name
from gan.data.sets import DATASETS, load
from gan.data.stored import Stored
from gan.errors import ConfigError, DataError
from gan.live.recipes import BEGUN, DEFAULT_DATA, DEFAULT_OBJECTIVE, LIVE_DATA, recommended
from gan.media.scores import SCORES
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS, preset_for
from gan.training.trainer import Trainer

DRAWING = drawn_name(torch.tensor([[0.0, 0.0], [0.5, -0.5]]))
# all in which a run that one watches may differ from one of train.py: how long it takes, and what holds D back of words
MINUTE = {"nimg", "batch", "lr", "lr_final"}
HOW_LONG = {
    "grid": {"nimg", "lr", "ema_nimg"}, "digits": {"nimg", "lr_final"}, "mnist": MINUTE, "fashion-mnist": MINUTE,
    "names": MINUTE | {"ema_nimg", "gamma", "dropout"}, "graphs": {"nimg"},
    "spoken-digits": MINUTE | {"ema_nimg", "hold", "dense", "w_dim", "g_widths", "d_widths"},
    "swinging-digits": {"nimg", "batch", "lr", "ema_nimg"},
    "bach": (MINUTE - {"batch"}) | {"ema_nimg", "hold", "dense", "z_dim", "g_widths", "d_widths"},
}  # fmt: skip


def made_up(name: str) -> Stored:
    """Random pictures of a data set's shape, or what is made of them, or scores of it."""
    entry = DATASETS[name]
    if entry.compose:
        return entry.compose(made_up(entry.frames_of))
    channels, resolution, last = entry.shape
    if last == 1:
        scores = torch.randint(0, 2, (64, 2, 4, resolution), dtype=torch.uint8)
        return Stored(scores, None, (), medium=SCORES, traits=TRAITS)
    shape = (64, resolution, resolution, channels)
    rows = torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(9))
    return Stored(rows, torch.arange(64) % 4, tuple("abcd"))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("data", [*LIVE_DATA, DRAWING])
def test_every_pair_trains(data: str, objective: str) -> None:
    config = recommended(data, objective)
    assert (config.data, config.objective) == (data, objective)
    assert TrainConfig.from_dict(config.to_dict()) == config
    pictures = data in DATASETS and DATASETS[data].medium.alone
    few = replace(config, batch=4) if data in BEGUN else config  # what is too slow for two steps of a test
    trainer = Trainer(few, made_up(data) if pictures else load(data))
    trainer.step()
    trainer.step()
    assert trainer.finite()
    assert all(math.isfinite(value) for value in trainer.means().values())


@pytest.mark.parametrize("data", [*LIVE_DATA, DRAWING])
def test_a_live_run_begins_as_one_of_train_py(data: str) -> None:
    """One recipe for both: what is watched is what is trained unasked, but for what HOW_LONG has."""
    live = recommended(data, DEFAULT_OBJECTIVE)
    alone = replace(preset_for(None, {"data": data}), data=data)
    differing = {f.name for f in fields(live) if getattr(live, f.name) != getattr(alone, f.name)}
    assert differing == HOW_LONG.get(data, set())


@pytest.mark.parametrize("data", ["ring", "grid", "digits"])
def test_the_preset_of_a_live_data_sets_name(data: str) -> None:
    live = recommended(data, DEFAULT_OBJECTIVE)
    assert replace(live, **{name: getattr(PRESETS[data], name) for name in HOW_LONG.get(data, ())}) == PRESETS[data]


@pytest.mark.parametrize("data", LIVE_DATA)
def test_an_objective_changes_its_own_settings_only(data: str) -> None:
    """Objectives race against each other with equal networks on equal data, and with their own brakes."""
    usual = recommended(data, DEFAULT_OBJECTIVE)
    for objective in OBJECTIVES:
        config = recommended(data, objective)
        assert config.penalty_name == OBJECTIVES[objective].penalty
        for name in ("batch", "z_dim", "g_widths", "d_widths", "features", "sigma", "ema_nimg", "precision", "nimg"):
            assert getattr(config, name) == getattr(usual, name)


def test_the_first_that_people_meet_is_on_offer() -> None:
    assert recommended(DEFAULT_DATA, DEFAULT_OBJECTIVE).z_dim == 2
    assert set(LIVE_DATA) <= set(DATASETS)


def test_what_is_not_on_offer() -> None:
    with pytest.raises(ConfigError, match=r"--data is one of ring, grid, .*, not 'cifar10'"):
        recommended("cifar10", "hinge")
    with pytest.raises(ConfigError, match=r"--objective is one of minimax, .*, not 'best'"):
        recommended("ring", "best")
    with pytest.raises(DataError, match="drawing"):
        recommended("drawn:not base64!", "hinge")
