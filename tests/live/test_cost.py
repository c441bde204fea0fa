"""What one iteration of a live run may cost, however its batch, steps and layers add up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gan.errors import ConfigError
from gan.live import cost
from gan.live.cost import ALONG_LINES, BY_CONVOLUTION, OF_FRAMES, STEP, UNIT, check_cost, multiply_adds, passes
from gan.live.recipes import BEGUN, LIVE_DATA
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.recipe.objectives import OBJECTIVES
from gan.recipe.presets import PRESETS
from live_site import SMALL, Site, trouble
from registry_fixtures import opened

HEAVY = "data=digits&batch=4096&d_steps=20&g_steps=20&g_layers=3&g_neurons=400&d_layers=3&d_neurons=400"
OpenRegistry = Callable[..., RunRegistry]


def work(**values: Any) -> int:
    (config,) = Setup.of(values).configs()
    return multiply_adds(config)


def test_the_work_of_an_iteration_by_hand() -> None:
    linear = {"data": "ring", "z_dim": 2, "g_layers": 0, "g_neurons": 1, "d_layers": 0, "d_neurons": 1, "batch": 10}
    G, D = (2 + UNIT) * 2, (2 + UNIT) * 1
    assert work(**linear, d_steps=1, g_steps=1) == 2 * STEP + 10 * (G + 12 * D + 3 * G + 6 * D)
    assert work(**linear, d_steps=3, g_steps=1) == 4 * STEP + 10 * (3 * (G + 12 * D) + 3 * G + 6 * D)
    assert work(**linear, features=8) - work(**linear) == 10 * 18 * 16  # two for each feature, in the steps of both


def test_a_weight_of_a_convolution_counts_for_each_place_of_its_map() -> None:
    widths = {"g_widths": (48, 32, 24, 12, 8), "d_widths": (8, 16, 32, 64)}
    config = replace(PRESETS["spoken-digits-style"], dense=128, **widths)
    convs = 16 * (1 * 8 * 32**2 + 8 * 16 * 16**2 + 16 * 32 * 8**2 + 32 * 64 * 4**2)  # kernels of 4 x 4
    assert passes(config)[1] == BY_CONVOLUTION * (convs + 64 * 16 * 128 + 128)
    assert 1e7 < passes(config)[0] < BY_CONVOLUTION * 28.6e6  # less than what the shipped model takes


def test_convolutions_along_lines_are_cheaper() -> None:
    G, D = passes(PRESETS["bach-seq"])
    steps, widths = 16, 128
    convs = steps * (132 * 2 * widths + 2 * 3 * widths**2)
    dense = 16 * widths * 128 + 128
    assert (convs + dense) * ALONG_LINES["seq"] == D
    assert G < BY_CONVOLUTION * D


def test_a_clips_frames_are_made_together() -> None:
    loop = PRESETS["swinging-digits"]
    G, D = passes(loop)
    of_one, D_of_one = passes(PRESETS["mnist-style"])
    assert pytest.approx(8 * OF_FRAMES / BY_CONVOLUTION * of_one, rel=0.01) == G
    assert D_of_one < D < 2 * D_of_one  # which sees them as channels


def test_every_recipe_fits_a_tenth_of_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "speed", lambda: 20e9)  # a slow machine
    for data in LIVE_DATA:
        for objective in OBJECTIVES:
            most = 0.9 if data in BEGUN else 0.5  # clips of eight frames, with five steps of D
            check_cost(Setup.of({"data": data, "objective": objective}).configs(), most)


def test_a_race_costs_both(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = Setup.of({"rival": "hinge"}).configs()
    monkeypatch.setattr(cost, "speed", lambda: 1.5 * multiply_adds(configs[0]))
    check_cost(configs[:1], 1.0)
    with pytest.raises(ConfigError, match=r"would take 1\.3 s here, this machine allows 1 s"):
        check_cost(configs, 1.0)


def test_the_machine_is_measured() -> None:
    assert 1e8 < cost.speed() < 1e13
    assert cost.speed() == cost.speed()


def test_a_link_that_is_too_heavy_opens_the_usual_run_and_says_so(open_registry: OpenRegistry) -> None:
    site = Site(open_registry())
    told = site.post("open", query=HEAVY)
    assert told["setup"] == Setup.of({}).to_json()
    assert "one iteration would take" in told["shut"].lower()


def test_no_act_makes_a_run_too_heavy(open_registry: OpenRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = open_registry()
    site, run = Site(registry), opened(registry)
    monkeypatch.setattr(cost, "speed", lambda: 2 * multiply_adds(run.configs[0]))
    heavier = [{"d_steps": 20}, {"batch": 4096}, {"batch": 512, "g_layers": 5, "g_neurons": 500}]
    for steps in range(2):  # before it has begun, and where the steps change at once
        for more in heavier:
            refused = site.act(run.id, "settle", setup=run.setup.to_json() | more)
            assert "one iteration would take" in trouble(refused).lower()
        assert "one iteration would take" in trouble(site.act(run.id, "ill", name="strong-critic")).lower()
        assert (run.setup, run.steps) == (Setup.from_query(SMALL), steps)
        site.act(run.id, "step")
    run.close()
