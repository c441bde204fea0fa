"""Sounds: samples [N, 1, bands, frames] in [-1, 1], the mel spectrogram of a short sound each, see mel.py.

Their traits are those of `mel.TRAITS` and, where a model has ears, "hears" of hearing.py.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media.films import film_note
from gan.media.griffin_lim import griffin_lim
from gan.media.hearing import check_ears, heard, levels, span
from gan.media.images import to_images, to_pixels
from gan.media.medium import Compare, FileForm, Medium, Note, Shape, Traits, film_fps
from gan.media.mel import TRAITS, middles, pictures, strengths
from gan.media.pictures import features
from gan.media.wav import wav_file

SHAPE = (1, TRAITS["bands"], TRAITS["frames"])
LIMITS = {"rate": (8_000, 96_000), "window": (16, 4_096), "hop": (1, 4_096), "range": (1, 200)}
STEP = 0.5  # seconds of a film from one sound to the next: a spoken word is heard out
PAUSE = 0.25  # seconds of silence between two sounds of one file
PEAK = 0.9  # of the most that a file can hold
AT_ONCE = 64  # sounds that are made at once
PLAYED = 500  # samples that are made sounds for a figure: some seconds
WATCHED = 200  # samples of a live run whose voices are heard
CLASS, VOICE = "class", "voice"  # what ears are asked
# The colours of levels, from nothing to the strongest place; between two of them a straight line.
COLOURS = ((14, 12, 18), (66, 24, 64), (150, 42, 52), (222, 106, 40), (248, 190, 92), (255, 246, 220))
LABELS = {
    "told": "heard as what was told, by the small ears in its file",
    "told_by_sound": "heard so after it was made a sound",
    "rarest_voice": "share of the rarest voice, of an equal share", "nearest_db": "dB to the nearest learnt sound",
}  # fmt: skip


def fits(shape: Shape) -> bool:
    """As many bands as frames."""
    return tuple(shape) == SHAPE


def check(shape: Shape, traits: Traits) -> None:
    """Raise a ConfigError unless sounds can be made of samples of a shape by these traits."""
    numbers = {name: traits.get(name) for name in TRAITS}
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in numbers.values()):
        raise ConfigError(f"sounds need the numbers {', '.join(TRAITS)}")
    for name, (least, most) in LIMITS.items():
        if not least <= traits[name] <= most or traits[name] != int(traits[name]):
            raise ConfigError(f"sounds need a {name} from {least:,} to {most:,}, not {traits[name]!r:.60}")
    window = traits["window"]
    if window & (window - 1) or traits["hop"] > window:
        raise ConfigError("sounds need a window that is a power of two, and a hop that is no longer")
    if [traits["bands"], traits["frames"]] != list(shape[1:]):
        raise ConfigError("the bands and frames of these sounds are not their shape")
    if not 0 < traits["low"] < traits["high"] <= traits["rate"] / 2:
        raise ConfigError("the bands of these sounds are not within what their rate can hold")
    check_ears(traits)


def tensors(rows: Tensor, traits: Traits) -> Tensor:
    """Spectrograms float32 [N, 1, bands, frames] in [-1, 1] of rows uint8 [N, bands, frames, 1]."""
    return to_images(rows)


def rows(sounds: Tensor, traits: Traits) -> Tensor:
    """Rows uint8 [N, bands, frames, 1] of spectrograms."""
    return to_pixels(sounds)


def colours() -> Tensor:
    """uint8 [256, 3] the colour of each level; its twin is `colours` in core/spectrogram.js."""
    steps = len(COLOURS) - 1
    table = []
    for level in range(256):
        at, rest = divmod(level * steps, 255)
        low, high = COLOURS[at], COLOURS[min(at + 1, steps)]
        table.append([(a * (255 - rest) + b * rest) // 255 for a, b in zip(low, high, strict=True)])
    return torch.tensor(table, dtype=torch.uint8)


def preview(sounds: Tensor, traits: Traits) -> Tensor:
    """Spectrograms in colours, uint8 [N, bands, frames, 3]: time to the right, high bands at the top."""
    return colours()[to_pixels(sounds)[..., 0].long()]


def waves(sounds: Tensor, traits: Traits) -> Tensor:
    """What they sound like, [N, L] float64 within -1..1, at the traits' rate."""
    return torch.cat([griffin_lim(strengths(part, traits), traits) for part in sounds.split(AT_ONCE)])


def says(sounds: Tensor, traits: Traits) -> list[str]:
    """What is heard in each, such as "seven, as theo says it, 0.41 s, strongest at 520 Hz"; its twin is saidSound."""
    level = levels(sounds)
    counts, strongest = span(level)[1].tolist(), level.mean(2).argmax(1).tolist()
    hertz = middles(traits).flip(0).tolist()
    answers = heard(sounds, traits)
    asked = traits["hears"]["asks"] if answers else {}
    said = []
    for i, count in enumerate(counts):
        if not count:
            said.append("silence")
            continue
        known = {name: asked[name][int(numbers[i])] for name, numbers in answers.items()}
        words = [known[CLASS]] if CLASS in known else ["a sound"]
        words += [f"as {known[VOICE]} says it"] if VOICE in known else []
        lasts = count * traits["hop"] / traits["rate"]
        said.append(", ".join([*words, f"{lasts:.2f} s", f"strongest at {round(hertz[strongest[i]] / 10) * 10} Hz"]))
    return said


def among(sounds: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the nearest of real [M, ...] to each of sounds [N, ...], how far it is in dB, root mean square)."""
    flat = real.flatten(1)
    squares = flat.square().sum(1)
    which, away = [], []
    for part in sounds.flatten(1).split(AT_ONCE):
        far, at = (squares - 2 * part @ flat.T).min(1)
        which.append(at)
        away.append(((far + part.square().sum(1)).clamp(min=0) / flat.shape[1]).sqrt() * traits["range"] / 2)
    return torch.cat(which), torch.cat(away)


def measured(compare: Compare) -> dict[str, float]:
    """How often the ears hear what was told, before and after a sound was made; voices; the nearest learnt sound."""
    traits = compare.traits
    found = {
        "nearest_db": float(among(compare.fake, compare.train, traits)[1].median()),
        "nearest_db_real": float(among(compare.test, compare.train, traits)[1].median()),
    }
    answers = heard(compare.fake, traits)
    if VOICE in answers:
        for name, numbers in (("", answers[VOICE]), ("_real", heard(compare.test, traits)[VOICE])):
            found[f"rarest_voice{name}"] = rarest(numbers, traits)
    if CLASS in answers and compare.c is not None:
        again = pictures(waves(compare.fake[:PLAYED], traits), traits)
        found["told"] = float((answers[CLASS] == compare.c).double().mean())
        found["told_by_sound"] = float((heard(again, traits)[CLASS] == compare.c[:PLAYED]).double().mean())
    return found


def rarest(numbers: Tensor, traits: Traits) -> float:
    """How often the rarest voice is among the voices [N] that were heard, as a share of an equal share."""
    voices = len(traits["hears"]["asks"][VOICE])
    return float(torch.bincount(numbers, minlength=voices).min() * voices / len(numbers))


def watching(learnt: Tensor, traits: Traits) -> Callable[[Tensor], dict[str, float]]:
    """What makes the figures of a live run's samples besides a judge's: of sounds with voices, the rarest one."""
    known = VOICE in traits.get("hears", {}).get("asks", {})
    return lambda sounds: {"voices": rarest(heard(sounds[:WATCHED], traits)[VOICE], traits)} if known else {}


def wav(sounds: Tensor, traits: Traits, note: Note) -> bytes:
    """A WAV file, 16 bits, of one voice: the sounds one after the other, with a short silence between two.

    Of a film those that are heard while it plays, each when its frame comes.
    """
    fps = film_fps(note)
    if fps is None or len(sounds) == 1:
        return wav_of(waves(sounds, traits), traits["rate"])
    frames, starts = zip(*heard_frames(len(sounds), fps), strict=True)
    line = on_a_line(waves(sounds[list(frames)], traits), starts, traits["rate"])
    return wav_file((line.clamp(-1, 1) * PEAK).numpy(), int(traits["rate"]), film_note(note))


def heard_frames(count: int, fps: float) -> list[tuple[int, float]]:
    """(number of the frame, seconds) of each sound of a film of `count` frames; its twin is heardFrames in wav.js."""
    steps = max(1, math.ceil(count / fps / STEP))
    return [(min(math.floor(i * STEP * fps + 0.5), count - 1), i * STEP) for i in range(steps)]


def on_a_line(some: Tensor, starts: Sequence[float], rate: float) -> Tensor:
    """One sound [T] of sounds [N, L] that begin after so many seconds; where two meet, both are heard."""
    places = [math.floor(start * rate + 0.5) for start in starts]
    line = torch.zeros(max(places) + some.shape[1], dtype=some.dtype)
    for sound, place in zip(some, places, strict=True):
        line[place : place + len(sound)] += sound
    return line


def wav_of(some: Sequence[Tensor] | Tensor, rate: int) -> bytes:
    """The WAV file of sounds [L] within -1..1."""
    silence = torch.zeros(round(PAUSE * rate), dtype=torch.float64)
    pieces = [piece for one in some for piece in (silence, one)][1:]
    return wav_file((torch.cat(pieces).clamp(-1, 1) * PEAK).numpy(), int(rate))


def rates(shape: Shape) -> tuple[float, float]:
    """As measured on spoken digits."""
    return 7e-4, 0.5


SOUNDS = Medium(
    "sounds", "sounds", fits, tensors, rows, preview, features,
    figures=("frechet", "coverage", "two_sample", "critic"), augmentations=(), array="spectrograms", shown=64,
    judged=2_000, most=64, preset="spoken-digits", rates=rates, check=check, says=says, among=among,
    measured=measured, labels=LABELS, files={".wav": FileForm(wav, many=True)}, psi=0.8, nearest=True,
    labelled=True, inverted=True, watching=watching, watched=("frechet", "voices"), pairs=12,
)  # fmt: skip
