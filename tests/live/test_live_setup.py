"""What a visitor can choose for a live run: every control, its range, its default, its link, and what it means."""

import math
import random
from dataclasses import fields
from typing import Any

import pytest
import torch

from core_fixtures import differing
from each import each
from gan.data import sets
from gan.data.drawings import draw_points, drawn_name
from gan.data.sets import DATASETS
from gan.errors import ConfigError, GanError
from gan.live.contestant import ALONG, Contestant, as_json
from gan.live.illness_presets import ILLNESS_PRESETS
from gan.live.limits import LiveLimits
from gan.live.recipes import DRAWN_DATA, LIVE_DATA, STARTS, recommended
from gan.live.setup import CONTROLS, GROUPS, MAX_QUERY, SHARED_BY_RIVALS, Setup, renewed, schema
from gan.models.checkpoint import load_model
from gan.models.model import groups_of
from gan.models.start import fit_of
from gan.recipe.config import TrainConfig
from gan.recipe.objectives import OBJECTIVES
from gan.training.diagnosis import REMEDIES, Diagnosis
from gan.training.trainer import CHANGEABLE

torch.set_num_threads(1)
DRAWING = drawn_name(torch.tensor([[0.0, 0.0], [1.0, -1.0], [-0.5, 0.25]])).removeprefix("drawn:")
PICTURES = tuple(name for name in LIVE_DATA if DATASETS[name].medium.alone)
LONGEST = drawn_name(torch.rand(2_000, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1).removeprefix("drawn:")
by_pair = each(("name", "objective"), [(name, objective) for name in LIVE_DATA for objective in OBJECTIVES])


def drawn_at_random(dice: random.Random, name: str) -> Any:
    """An allowed value of a control, as JSON or as a link's text."""
    c = CONTROLS[name]
    if c.form == "choice":
        value: Any = dice.choice(c.options)
    elif c.form == "text":
        value = dice.choice(["", DRAWING])
    else:
        assert c.low is not None
        assert c.high is not None
        at = dice.choice([0.0, 1.0, dice.random(), dice.random() ** 8])
        value = c.low + (c.high - c.low) * at
        value = round(value) if c.form == "whole" else value
    return dice.choice([value, str(value)])


def values_at_random(dice: random.Random) -> dict[str, Any]:
    """Some settings that fit together."""
    names = dice.sample(sorted(set(CONTROLS) - {"start", "beta1_d", "beta2_d"}), dice.randrange(len(CONTROLS) - 3))
    return {name: drawn_at_random(dice, name) for name in names}


# ---- the controls


def test_the_controls_are_those_of_the_issue() -> None:
    assert GROUPS == ("data", "game", "forger", "critic", "run", "race")
    assert {c.group for c in CONTROLS.values()} == set(GROUPS)
    assert len(CONTROLS) == 30
    assert {name for name, c in CONTROLS.items() if c.live} == set(CHANGEABLE) & set(CONTROLS)
    assert {"lr", "lr_d", "d_steps", "g_steps", "gamma", "ema_nimg"} <= {n for n, c in CONTROLS.items() if c.live}
    assert {name for name, c in CONTROLS.items() if c.only} == {"drawing", "z_dim", "features", "sigma"}


def test_a_range_is_that_of_the_configs_field() -> None:
    known = {f.name: f.metadata for f in fields(TrainConfig)}
    for name, c in CONTROLS.items():
        if name in known and c.form in ("number", "whole"):
            assert (c.low, c.high) == (known[name]["low"], known[name]["high"]), name


def test_the_schema_names_every_control_once() -> None:
    told = schema(("collapsed",))
    named = [field["name"] for group in told["groups"] for field in group["fields"]]
    assert sorted(named) == sorted(CONTROLS)
    assert [group["name"] for group in told["groups"]] == list(GROUPS)
    assert told["ills"] == ["collapsed"]
    assert told["data"].keys() == set(LIVE_DATA)
    assert told["data"]["digits"]["kind"] == "pictures"
    assert told["objectives"].keys() == OBJECTIVES.keys()
    for group in told["groups"]:
        for field in group["fields"]:
            assert {"name", "kind", "live", "for"} <= field.keys()
            assert ("options" in field) == (field["kind"] == "choice")
            assert ("low" in field) == (field["kind"] in ("number", "whole"))


# ---- what is recommended


@by_pair
def test_the_default_of_a_pair_is_its_recommendation(name: str, objective: str) -> None:
    setup, usual = Setup.of({"data": name, "objective": objective}), recommended(name, objective)
    (config,) = setup.configs()
    inherited = {"lr_d": usual.lr_d or usual.lr, "beta1_d": usual.betas_d[0], "beta2_d": usual.betas_d[1]}
    inherited |= {"optimizer_d": usual.optimizer}  # a page shows what is in force
    assert config.to_dict() == usual.to_dict() | inherited
    assert set(setup.to_json()) == set(CONTROLS)
    assert Setup.of(setup.to_json()) == setup
    assert Setup.from_query(setup.query()) == setup


@by_pair
def test_a_pair_can_be_built(name: str, objective: str) -> None:
    """Networks of every pair are within the host's limit; layers and neurons are what the config has."""
    (config,) = Setup.of({"data": name, "objective": objective}).configs()
    assert config.penalty_name == (config.penalty if config.penalty != "auto" else OBJECTIVES[objective].penalty)
    info = DATASETS[name]
    G = config.architecture(info.shape, 1.0, 10)["G"]
    assert G.get("widths", G.get("channels")) == list(config.g_widths)
    most = max(*config.g_widths, *config.d_widths)
    assert 2 * most**2 < LiveLimits().weights
    assert config.threads == 1


def test_the_very_first_run_is_a_ring_with_the_relativistic_objective() -> None:
    (config,) = Setup.of({}).configs()
    assert (config.data, config.objective) == ("ring", "relativistic")
    assert Setup.from_query("") == Setup.of({}) == Setup.from_query("?tab=live")
    assert Setup.of({}).query() == "tab=live&data=ring&objective=relativistic&seed=0"


# ---- links


def test_every_set_up_survives_its_link() -> None:
    dice = random.Random(3)
    made, ranges = 0, set()
    while made < 150:
        try:
            setup = Setup.of(values_at_random(dice))
        except GanError:  # good alone, but not together
            continue
        made += 1
        ranges |= {name for name, value in setup.values if value != Setup.of({"data": setup["data"]})[name]}
        link = setup.query()
        assert Setup.from_query(link) == setup
        assert Setup.from_query("?" + link) == setup
        assert Setup.of(setup.to_json()) == setup
        assert Setup.from_query(link).configs() == setup.configs()
    assert ranges > {"lr", "gamma", "batch", "seed", "rival"}


def test_a_number_keeps_every_digit_in_a_link() -> None:
    setup = Setup.of({"lr": 0.00123456789, "gamma": 1 / 3, "seed": 4294967295})
    again = Setup.from_query(setup.query())
    assert (again["lr"], again["gamma"], again["seed"]) == (0.00123456789, 1 / 3, 4294967295)


def test_a_link_says_only_what_differs() -> None:
    assert Setup.of({"lr": 1e-3}).query() == "tab=live&data=ring&objective=relativistic&lr=0.001&seed=0"
    assert "lr" not in Setup.of({"lr": Setup.of({})["lr"]}).query()


def test_strangers_in_a_link_are_left_alone() -> None:
    assert Setup.from_query("tab=live&utm_source=x&hide=data,run&watch=abc&lang=zh") == Setup.of({})


def test_the_longest_drawing_fits_into_a_link() -> None:
    setup = Setup.of({"data": "drawn", "drawing": LONGEST, "rival": "hinge"})
    assert len(setup.query()) < MAX_QUERY
    assert Setup.from_query(setup.query()) == setup
    with pytest.raises(ConfigError, match="the link is too long: at most 8,000 characters"):
        Setup.from_query("drawing=" + "A" * MAX_QUERY)


# ---- bad values


@pytest.mark.parametrize(
    ("choice", "value", "sentence"),
    [
        ("lr", "1e10", r"--lr must be a number from 1e-07 to 1000000000, not '1e10'"),
        ("lr", "abc", r"--lr must be a number from 1e-07 to 1000000000, not 'abc'"),
        ("lr", "", r"--lr must be a number from 1e-07 to 1000000000, not ''"),
        ("lr", [1], r"--lr must be a number from"),
        ("lr", True, r"--lr must be a number from"),
        ("lr_d", math.nan, r"--lr-d must be a number from 0 to 1000000000, not nan"),
        ("lr_d", "inf", r"--lr-d must be a number from 0 to 1000000000, not 'inf'"),
        ("lr_d", None, r"--lr-d must be a number"),
        ("gamma", -1, r"--gamma must be a number from 0 to 1000, not -1"),
        ("beta1", 1, r"--beta1 must be a number from 0 to 0.999, not 1"),
        ("batch", 1.5, r"--batch must be a whole number from 2 to 4096, not 1.5"),
        ("batch", True, r"--batch must be a whole number"),
        ("batch", "1e400", r"--batch must be a whole number"),
        ("batch", 10**400, r"--batch must be a whole number"),
        ("d_steps", 21, r"--d-steps must be a whole number from 1 to 20, not 21"),
        ("g_layers", 6, r"--g-layers must be a whole number from 0 to 5, not 6"),
        ("d_neurons", 0, r"--d-neurons must be a whole number from 1 to \d+, not 0"),
        ("seed", "abc", r"--seed must be a whole number from 0 to 4294967295, not 'abc'"),
        ("seed", "-1", r"--seed must be a whole number from 0"),
        ("seed", {}, r"--seed must be a whole number from 0"),
        ("data", "cifar10", r"--data is one of ring, grid, .*, not 'cifar10'"),
        ("data", "folder:/etc", r"--data is one of ring, .*, not 'folder:/etc'"),
        ("data", ["ring"], r"--data is one of"),
        ("objective", "magic", r"--objective is one of minimax, .*, not 'magic'"),
        ("objective", None, r"--objective is one of"),
        ("noise", "pink", r"--noise is one of normal, uniform, not 'pink'"),
        ("z_dim", 3, r"--z-dim is one of 1, 2, not 3"),
        ("features", 7, r"--features is one of 0, .*64, not 7"),
        ("optimizer", "lion", r"--optimizer is one of adam, sgd, not 'lion'"),
        ("start", "weights/../../etc/passwd", r"--start is one of none, pretrained, not 'weights"),
        ("rival", "magic", r"--rival is one of none, minimax, .*, not 'magic'"),
        ("rival", "before:data=moons", r"a run before its cure has no setting 'data' of its own"),
        ("rival", "before:magic=1", r"a run before its cure has no setting 'magic' of its own"),
        ("rival", "before:lr=abc", r"--lr must be a number from 1e-07 to 1000000000, not 'abc'"),
        ("drawing", 5, r"--drawing must be text, not 5"),
        ("threads", 8, r"there is no setting 'threads'"),
        ("x" * 500, 8, r"there is no setting 'x{1,60}"),
    ],
)
def test_a_bad_choice_gets_its_sentence(choice: str, value: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        Setup.of({choice: value})
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("drawing", "sentence"),
    [("A", "is damaged"), ("€€€€", "is damaged"), ("AAAA", "no y"), (LONGEST + "AAAA" * 2, "has 1 to 2,000 points")],
)
def test_a_bad_drawing_gets_its_sentence(drawing: str, sentence: str) -> None:
    with pytest.raises(GanError, match=sentence):
        Setup.of({"data": "drawn", "drawing": drawing})


# ---- what a choice means


@each("name", sorted(set(CONTROLS) - {"rival", "start"}))
def test_every_control_reaches_the_config(name: str) -> None:
    """Two set-ups that differ in one control give two configs."""
    base = {"data": "drawn"} if name == "drawing" else {}
    usual = Setup.of(base)
    c = CONTROLS[name]
    others = c.options or ((DRAWING,) if c.form == "text" else (c.low, c.high))
    other = next(value for value in others if value != usual[name])
    assert Setup.of(base | {name: other}).configs() != usual.configs()


def test_layers_and_neurons_are_the_widths() -> None:
    chosen = {"g_layers": "2", "g_neurons": 7, "d_layers": 0, "d_neurons": 9}
    (config,) = Setup.of(chosen).configs()
    assert (config.g_widths, config.d_widths) == ((7, 7), ())
    (mnist,) = Setup.of({"data": "mnist"}).configs()
    assert mnist.g_widths == recommended("mnist", "relativistic").g_widths  # narrow, then wide


def test_text_and_numbers_are_the_same() -> None:
    assert Setup.of({"lr": "4e-3", "batch": "32", "z_dim": "1"}) == Setup.of({"lr": 0.004, "batch": 32.0, "z_dim": 1})


def test_a_drawing_is_data_of_its_own() -> None:
    (config,) = Setup.of({"data": "drawn", "drawing": DRAWING}).configs()
    assert config.data == f"drawn:{DRAWING}"
    torch.testing.assert_close(draw_points(config.data)[1], torch.tensor([1.0, -1.0]))
    assert Setup.of({"data": "ring", "drawing": DRAWING}).configs()[0].data == "ring"


@by_pair
def test_every_pair_may_start_from_its_pretrained_weights(name: str, objective: str) -> None:
    (config,) = Setup.of({"data": name, "objective": objective, "start": "pretrained"}).configs()
    assert config.start == STARTS[name]
    unit = 1.0 if name in PICTURES else sets.load(name).unit
    model = load_model(config.start)
    fit = fit_of(model, config.architecture(DATASETS[name].shape, unit, len(model.classes), groups_of(model.traits)))
    assert fit == (0, True)


def test_a_run_from_pretrained_weights_begins_with_them() -> None:
    run = Contestant(Setup.of({"start": "pretrained", "objective": "hinge"}).configs()[0], 10**9)
    assert not differing(run.trainer.G_ema.state_dict(), load_model("live/ring").G.state_dict())
    assert not differing(run.trainer.G.state_dict(), load_model("live/ring").G.state_dict())
    with pytest.raises(ConfigError, match="--start ring: its D has other layers"):
        Contestant(Setup.of({"start": "pretrained", "d_neurons": 24}).configs()[0], 10**9)


@pytest.mark.parametrize("name", PICTURES)
def test_what_belongs_to_points_is_no_matter_for_pictures(name: str) -> None:
    assert Setup.of({"data": name, "z_dim": 1, "features": 64, "sigma": 9, "drawing": DRAWING}).configs() == Setup.of(
        {"data": name}).configs()  # fmt: skip


# ---- races


@pytest.mark.parametrize("name", ["ring", "digits"])
def test_rivals_share_what_is_not_the_objectives(name: str) -> None:
    chosen = {"data": name, "rival": "wasserstein", "batch": 48, "seed": 5, "g_neurons": 20, "g_layers": 2,
              "lr": 1e-5, "d_neurons": 24, "noise": "uniform", "ema_nimg": 77.0, "d_steps": 3}  # fmt: skip
    setup = Setup.of(chosen)
    ours, theirs = setup.configs()
    usual = recommended(name, "wasserstein")
    assert (ours.objective, theirs.objective) == ("relativistic", "wasserstein")
    for field in ("data", "batch", "seed", "g_widths", "d_widths", "noise", "ema_nimg", "z_dim", "features", "start"):
        assert getattr(ours, field) == getattr(theirs, field), field
    assert (ours.lr, ours.d_steps) == (1e-5, 3)
    assert (theirs.lr, theirs.d_steps, theirs.clip) == (usual.lr, usual.d_steps, usual.clip)
    assert theirs.penalty_name == "clip"
    assert set(SHARED_BY_RIVALS) < set(CONTROLS)


def test_a_race_of_a_kind_with_itself_is_two_equal_runs() -> None:
    ours, theirs = Setup.of({"rival": "relativistic"}).configs()
    assert ours == theirs


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize("name", ILLNESS_PRESETS)
def test_the_run_before_a_cure_is_the_very_run(name: str, remedy: str) -> None:
    """Down to the last setting, so that the same seed makes the same illness again, beside the cured run."""
    sick = ILLNESS_PRESETS[name].setup(7)
    (config,) = sick.configs()
    told = as_json(Diagnosis("collapsed", {}, remedy, REMEDIES[remedy](config)), config)
    change = told["change"]
    race = sick.cured(0, change)
    cured, before = race.configs()
    assert before == config
    assert {key: value for key, value in cured.to_dict().items() if value != config.to_dict()[key]} == change
    assert told["before"].keys() == change.keys()
    assert Setup.from_query(race.query()) == race
    assert Setup.of(race.to_json()) == race


@pytest.mark.parametrize("name", LIVE_DATA)
def test_what_comes_along_with_an_objective_is_known(name: str) -> None:
    """Whatever recipes of one data set differ in, a control shows, or a cure that changes the objective tells."""
    recipes = [recommended(name, objective).to_dict() for objective in OBJECTIVES]
    differing_in = {key for recipe in recipes for key, value in recipe.items() if value != recipes[0][key]}
    assert differing_in <= set(CONTROLS) | set(ALONG)


def test_a_setting_of_the_cured_run_is_no_setting_of_the_sick_one() -> None:
    race = ILLNESS_PRESETS["oscillating"].setup(0).cured(0, {"ema_nimg": 20_000.0})
    after = Setup.of(race.to_json() | {"lr": 1e-3, "ema_nimg": 5_000.0})
    assert after.configs()[1] == race.configs()[1]


def test_a_rival_is_cured_too() -> None:
    race = Setup.of({"objective": "relativistic", "rival": "hinge", "lr": 1e-5})
    cured, before = race.cured(1, {"penalty": "r1-r2"}).configs()
    assert before == race.configs()[1]
    assert (cured.objective, cured.penalty, cured.lr) == ("hinge", "r1-r2", before.lr)


def test_other_data_have_no_run_before_a_cure() -> None:
    race = ILLNESS_PRESETS["collapsed"].setup(0).cured(0, {"penalty": "r1-r2"})
    for changed, value in (("data", "moons"), ("objective", "hinge")):
        assert renewed(race.to_json() | {changed: value}, changed)["rival"] == ""
    assert renewed(race.to_json() | {"rival": "hinge"}, "rival")["rival"] == "hinge"


# ---- another choice


@pytest.mark.parametrize("name", ["ring", "digits", "mnist", DRAWN_DATA])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_another_choice_brings_what_is_recommended_for_it(name: str, objective: str) -> None:
    mine = {"data": name, "objective": objective, "seed": 9, "rival": "hinge", "lr": 1e-6, "batch": 16, "g_neurons": 30}
    mine |= {"drawing": DRAWING} if name == DRAWN_DATA else {}
    setup = Setup.of(mine)
    fresh = Setup.of({k: v for k, v in mine.items() if k not in ("lr", "batch", "g_neurons")})
    assert renewed(setup.to_json(), "data") == fresh
    after = renewed(setup.to_json(), "objective")  # the networks and the data are not its business
    assert after == Setup.of({k: v for k, v in mine.items() if k != "lr"})
    assert renewed(setup.to_json(), "rival") == setup


def test_a_drawing_is_forgotten_with_its_data() -> None:
    setup = Setup.of({"data": "drawn", "drawing": DRAWING})
    assert renewed(setup.to_json() | {"data": "moons"}, "data") == Setup.of({"data": "moons"})


@each(("before", "after"), [(before, after) for before in LIVE_DATA for after in LIVE_DATA])
def test_every_data_set_may_follow_every_other(before: str, after: str) -> None:
    """A page sends all of its settings along, those too that do not fit the new data."""
    assert renewed(Setup.of({"data": before}).to_json() | {"data": after}, "data") == Setup.of({"data": after})


# ---- what it costs


def test_a_page_that_asks_again_costs_no_recipe_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred pages ask for their link several hundred times a second."""
    setup = Setup.of({"data": "digits", "objective": "hinge", "seed": 7, "lr": 0.01})
    other, link = Setup.of(setup.to_json() | {"seed": 8}), setup.query()
    monkeypatch.setattr(TrainConfig, "__post_init__", lambda config: pytest.fail("a recipe was made again"))
    assert setup.query() == link
    assert other.query() == link.replace("seed=7", "seed=8")
