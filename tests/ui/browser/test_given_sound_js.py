"""A sound that is given in the browser becomes the sample that Python makes of it: trimmed, placed, looked at."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from gan.data.clips_of_sound import heard, placed, rows, trimmed
from gan.media.mel import TRAITS, length
from gan.media.sounds import tensors
from js_core import JsCore, JsError, js_core, tensor, text

LEVEL = 2 / 255  # between two levels that a byte tells apart
GIVEN = "([x, traits]) => { const { sound, longer, sample } = lib.givenSound(back(x), traits); return "
# samples in all; from which on and how many are loud; how loud the rest is, beside them
KINDS = {
    "in the middle": (9_000, 3_000, 2_500, 1e-4), "at the beginning": (5_000, 0, 4_000, 0.0),
    "to the end": (5_000, 2_000, 3_000, 1e-3), "too long": (16_000, 1_000, 12_000, 1e-3),
    "as long as there is room": (length(TRAITS), 0, length(TRAITS), 0.0), "hardly there": (800, 400, 3, 0.0),
    "loud all along": (7_000, 2_000, 1_000, 0.5),
}  # fmt: skip


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(("core/given_sound",)) as core:
        yield core


def noise(count: int, start: int, loud: int, rest: float) -> Tensor:
    """A sound [count] of low noise, `rest` times as loud before `start` and after `loud` samples."""
    drawn = torch.randn(count, generator=torch.Generator().manual_seed(count)).cumsum(0)
    drawn = (drawn - drawn.roll(40)).clamp(-20, 20) / 25
    at = torch.arange(count)
    return drawn * torch.where((at >= start) & (at < start + loud), 1.0, rest)


@pytest.mark.parametrize("kind", KINDS)
def test_a_given_sound_becomes_the_same_sample(js: JsCore, kind: str) -> None:
    sound = noise(*KINDS[kind])
    args = [text(sound), TRAITS]
    assert js.evaluate("([x, { rate }]) => lib.heardPart(back(x), rate)", args) == list(heard(sound, TRAITS["rate"]))
    kept, longer = trimmed(sound, TRAITS)
    assert longer == (kind in ("too long", "loud all along"))
    assert js.evaluate(f"{GIVEN}longer; }}", args) == longer
    made = tensor(js.evaluate(f"{GIVEN}numbers(sound); }}", args))
    torch.testing.assert_close(made, placed(kept, length(TRAITS), 0.5), atol=1e-6, rtol=0)
    sample = tensor(js.evaluate(f"{GIVEN}numbers(sample); }}", args)).view(1, 1, 64, 64)
    wanted = tensors(rows([kept], TRAITS, varied=False), TRAITS)
    assert (sample - wanted).abs().max() < 1.01 * LEVEL  # it may fall on the other side of a half
    assert ((sample - wanted).abs() > LEVEL / 2).double().mean() < 2e-3
    assert wanted.std() > 0.05


@pytest.mark.parametrize("sound", [torch.zeros(4_000), torch.full((4_000,), 1e-3), torch.zeros(0)])
def test_silence_is_refused(js: JsCore, sound: Tensor) -> None:
    with pytest.raises(JsError, match="trouble_silent"):
        js.evaluate(f"{GIVEN}longer; }}", [text(sound), TRAITS])
