"""Words: samples [N, K + 1, L, 1] of 1 and 0, at each of L places one of K letters or, at channel 0, the end.

A row holds the numbers of its letters, uint8 [N, L], 0 behind the last. Their traits are "alphabet", the K letters, and
"groups", [K + 1]: at every place one is chosen.
"""

from collections.abc import Callable
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from gan.errors import ConfigError
from gan.media.lettering import lettered
from gan.media.medium import Compare, FileForm, Medium, Note, Shape, Traits, film_fps
from gan.media.word_figures import Learnt, edit_distances

MOST_LETTERS, LONGEST = 64, 24  # of an alphabet, and of a word
END = 0  # the channel that ends a word
NOTHING = "\N{EM DASH}"  # what an empty word is called
LABELS = {
    "valid": "words that end, with nothing behind", "unique": "different words", "novel": "words that are not learnt",
    "js1": "letters: divergence from the learnt", "js2": "pairs of letters: divergence",
    "js3": "threes of letters: divergence", "perplexity": "perplexity, letters that a place wavers between",
    "pronounceable": "words that can be said",
}  # fmt: skip


def fits(shape: Shape) -> bool:
    """One of K + 1 channels at every place."""
    return len(shape) == 3 and 2 <= shape[0] <= MOST_LETTERS + 1 and 2 <= shape[1] <= LONGEST + 1 and shape[2] == 1


def check(shape: Shape, traits: Traits) -> None:
    """Raise a ConfigError unless the alphabet has a letter for every channel but the first."""
    alphabet = traits.get("alphabet")
    if not isinstance(alphabet, str) or len(alphabet) != shape[0] - 1 or len(set(alphabet)) != len(alphabet):
        raise ConfigError(f"words of {shape[0]} channels need an alphabet of {shape[0] - 1} different letters")
    if list(traits.get("groups", ())) != [shape[0]]:
        raise ConfigError(f"words choose one of all {shape[0]} channels at every place")


def traits_of(alphabet: str) -> dict[str, object]:
    """The traits of words of an alphabet."""
    return {"alphabet": alphabet, "groups": [len(alphabet) + 1]}


def tensors(rows: Tensor, traits: Traits) -> Tensor:
    """Samples float32 [N, K + 1, L, 1] of rows uint8 [N, L]."""
    channels = torch.arange(len(traits["alphabet"]) + 1, device=rows.device)
    return (rows[:, None] == channels[:, None]).float()[..., None]  # [N, 1, L] against [K + 1, 1]


def rows(samples: Tensor, traits: Traits) -> Tensor:
    """Rows uint8 [N, L] of samples: the number of the largest channel at every place."""
    return samples[..., 0].argmax(1).byte()


def row_of(word: str, alphabet: str, length: int) -> list[int]:
    """The numbers of a word's letters, filled up with ends."""
    return [alphabet.index(letter) + 1 for letter in word] + [END] * (length - len(word))


def spelled(samples: Tensor, traits: Traits) -> list[str]:
    """The words: of each sample the letters before its first end."""
    alphabet = traits["alphabet"]
    return [
        "".join(alphabet[number - 1] for number in row[: row.index(END) if END in row else None])
        for row in rows(samples, traits).tolist()
    ]


def says(samples: Tensor, traits: Traits) -> list[str]:
    """The words themselves."""
    return [word or NOTHING for word in spelled(samples, traits)]


def preview(samples: Tensor, traits: Traits) -> Tensor:
    """Each word drawn large, uint8 [N, H, W, 1]."""
    return lettered(spelled(samples, traits))


def features(samples: Tensor) -> tuple[Tensor, str]:
    """The letters as they stand."""
    return samples.flatten(1), "letters at their places"


def among(samples: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the nearest of real words [M, ...] to each of samples [N, ...], letters to change)."""
    known = rows(real, traits).numpy()
    away = [edit_distances(word, known) for word in rows(samples, traits).numpy()]
    return torch.tensor([int(one.argmin()) for one in away]), torch.tensor([float(one.min()) for one in away])


def valid(samples: Tensor, traits: Traits) -> float:
    """The share of samples that have a letter at least, end, and have no letter behind their end."""
    ends = (rows(samples, traits) == END).numpy()
    after = np.maximum.accumulate(ends, axis=1)
    return float((ends.any(1) & ~ends[:, 0] & (ends == after).all(1)).mean())


def measured(compare: Compare) -> dict[str, float]:
    """Validity, and what `Learnt.figures` says; of held-out words and of a 3-gram model beside."""
    traits, alphabet = compare.traits, compare.traits["alphabet"]
    known, held, made = (spelled(samples, traits) for samples in (compare.train, compare.test, compare.fake))
    learnt = Learnt(known, alphabet)
    drawn = learnt.model.drawn(len(made), compare.fake.shape[2] - 1, torch.Generator().manual_seed(compare.seed))
    named = {"": made, "_real": held, "_baseline": drawn}
    parts = {"": compare.fake, "_real": compare.test}
    found = {f"valid{part}": valid(samples, traits) for part, samples in parts.items()} | {"valid_baseline": 1.0}
    return found | {
        f"{name}{part}": value for part, words in named.items() for name, value in learnt.figures(words).items()
    }


def watching(rows: Tensor, traits: Traits) -> Callable[[Tensor], dict[str, float]]:
    """What makes the figures of a live run's samples, beside all learnt words."""
    learnt = Learnt(spelled(tensors(rows, traits), traits), traits["alphabet"])
    return lambda samples: learnt.plain(spelled(samples, traits))


def text(samples: Tensor, traits: Traits, note: Note) -> bytes:
    """A word a line, in UTF-8; of a film each once while it stays."""
    words = spelled(samples, traits)
    lines = [word for word, _ in groupby(words)] if film_fps(note) is not None else words
    return "".join(f"{word}\n" for word in lines).encode()


def rates(shape: Shape) -> tuple[float, float]:
    """A small gamma: one letter more or less is a long way between two samples."""
    return 1e-3, 0.1


WORDS = Medium(
    "words", "words", fits, tensors, rows, preview, features, figures=("two_sample", "critic"), augmentations=(),
    array="words", shown=64, judged=2_000, most=2_000, preset="names-mlp", rates=rates, ends=("choice",), check=check,
    says=says, among=among, measured=measured, labels=LABELS, files={".txt": FileForm(text, many=True)}, nearest=True,
    watching=watching, watched=("perplexity", "pronounceable", "novel", "unique"),
    restless=1.2,  # a letter turns into another one whole: a sound run moves by 0.9
)  # fmt: skip
