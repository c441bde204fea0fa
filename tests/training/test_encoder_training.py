"""Training an encoder: the same weights by the same seed, nearer pictures, and what is in a batch."""

from dataclasses import replace

import pytest
import torch

from core_fixtures import differing, made_up, tiny_model
from gan.errors import ConfigError
from gan.explore.invert import images_of
from gan.models.encoders import KINDS, Kind, weights_sha256
from gan.models.model import Model
from gan.training import encoder as training
from gan.training.encoder import (
    BATCH,
    DRAWN,
    FEWEST,
    HIDDEN,
    ONWARD,
    OWN,
    EncoderTraining,
    Progress,
    default_steps,
    real_pictures,
)
from gan.training.pen import FRAMINGS


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model(steps=20)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_and_steps_decide_every_weight(model: Model, kind: Kind) -> None:
    before = weights_sha256(model.G)
    one, same, other = (EncoderTraining(model, kind, made_up(), number, 4).run().state_dict() for number in (0, 0, 1))
    assert differing(one, same) == []
    assert "last.weight" in differing(one, other)
    assert weights_sha256(model.G) == before


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_come_nearer(model: Model, kind: Kind) -> None:
    told: list[Progress] = []
    encoder = EncoderTraining(model, kind, None, 0, 150).run(told.append)
    assert [told[0].steps, told[-1].step] == [150, 150]
    assert training.TOLD <= len(told) <= training.TOLD + 2
    assert told[-1].error < 0.5 * told[0].error
    assert not encoder.training
    if kind == "encoder":
        run = EncoderTraining(model, kind, None, 5, 1)
        images, _, ws = run.batch()
        assert torch.allclose(images, images_of(model, ws), atol=0.05)  # they are made in bfloat16
        found = (images_of(model, encoder(images)) - images).square().mean()
        assert found < 0.5 * (images - images.mean(0)).square().mean()


def test_most_of_a_batch_are_real_pictures_and_its_own_come_first(model: Model) -> None:
    run = EncoderTraining(model, "encoder", made_up(), 0, 1)
    seen, meant, ws = run.batch()
    assert (len(seen), len(ws)) == (BATCH, BATCH // OWN)
    assert torch.equal(seen, meant)
    assert torch.allclose(seen[: BATCH // OWN], images_of(model, ws), atol=0.05)  # they are made in bfloat16
    damaged = EncoderTraining(model, "repair", made_up(), 0, 1).batch()
    assert damaged[0].shape == (BATCH, 2, 8, 8)
    assert damaged[1].shape == (BATCH, 1, 8, 8)
    clean = (damaged[0][:, :1] == damaged[1]).float().flatten(1).mean(1)
    assert 0.3 < clean.mean() < 0.95  # what is known of a picture stands at its own place in the batch


def test_some_are_drawings_where_those_mean_something(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(training.FRAMINGS, model.config.data, FRAMINGS["mnist"])
    run = EncoderTraining(model, "encoder", made_up(), 0, 1)
    seen, meant, ws = run.batch()
    drawings = slice(BATCH - BATCH // DRAWN, None)
    assert len(ws) == (BATCH - BATCH // DRAWN) // OWN
    assert not torch.equal(seen[drawings], meant[drawings])
    assert (meant[drawings] == -1).float().mean() > 0.2
    assert run.step(0) > 0


def test_a_training_goes_on_with_what_was_learnt_at_half_the_pace(model: Model) -> None:
    learnt = EncoderTraining(model, "encoder", None, 0, 60).run()
    before = {k: v.clone() for k, v in learnt.state_dict().items()}
    told: list[Progress] = []
    run = EncoderTraining(model, "encoder", None, 1, 20, learnt)
    assert differing(before, run.encoder.state_dict()) == []
    run.step(10)
    assert run.optimizer.param_groups[0]["lr"] < training.RATE * ONWARD
    run.run(told.append)
    assert told[0].error < 0.5 * first_error(model)
    assert differing(before, learnt.state_dict()) == []


def first_error(model: Model) -> float:
    """The error of an encoder that learnt nothing."""
    return EncoderTraining(model, "encoder", None, 1, 20).step(0)


def test_seconds_say_how_many_steps_there_are(model: Model) -> None:
    run = EncoderTraining(model, "encoder", None)
    assert run.steps == default_steps(model, run.encoder) >= FEWEST
    run.run(seconds=0.5)
    assert training.WARM_UP < run.steps < 2_000
    with pytest.raises(ConfigError, match="1 to"):
        EncoderTraining(model, "encoder", None, 0, -3)


def test_real_pictures_are_those_of_the_models_data(model: Model) -> None:
    real = real_pictures(model, None)
    assert real is not None
    assert real.shape == model.shape
    gone = replace(model, config=replace(model.config, data="folder:/nowhere"))
    assert real_pictures(gone, None) is None


def test_errors_weigh_more_where_nothing_is_known(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    run = EncoderTraining(model, "repair", made_up(), 0, 1)
    seen, meant, ws = run.batch()
    error, loss = run.losses(seen, meant, ws, False)
    monkeypatch.setattr(training, "HIDDEN", 0.0)
    same, plain = run.losses(seen, meant, ws, False)
    others = slice(len(ws), None)
    off = (images_of(model, run.encoder(seen[others])) - meant[others]).square()
    assert error.item() == same.item() == pytest.approx(off.mean().item(), rel=1e-4)
    hidden = (off * (1 - seen[others, -1:])).mean().item()
    assert hidden > 0
    assert (loss - plain).item() == pytest.approx(HIDDEN * hidden, rel=1e-3)


def test_a_step_moves_the_encoder_alone(model: Model) -> None:
    run = EncoderTraining(model, "encoder", made_up(), 0, 60)
    before = {k: v.clone() for k, v in run.encoder.state_dict().items()}
    run.step(30)
    assert set(differing(before, run.encoder.state_dict())) == {k for k in before if k not in ("w_mean", "w_sd")}
    assert all(p.grad is None for p in model.G.parameters())
