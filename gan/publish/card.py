"""The card of a model on the Hub: what it is, what it learnt from, under which licence, how good it is, its limits."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from gan.data.hub_files import HubFolder
from gan.data.sets import dataset
from gan.evaluation.evaluate import LABELS, shown
from gan.explore.render import classes_of, critic_rank, render
from gan.huggingface import HUB
from gan.latents import z_from_seeds
from gan.media.images import enlarge, to_png
from gan.models.hub import public_name
from gan.models.model import Model
from gan.models.start import samples_seen, taken_of
from gan.publish.repositories import MARK, with_front
from gan.recipe.config import TrainConfig

# What the Hub calls data sets and licences of ours; of others the card says in words what they are.
HUB_DATA = {
    "mnist": "ylecun/mnist", "stacked-mnist": "ylecun/mnist", "swinging-digits": "ylecun/mnist",
    "fashion-mnist": "zalando-datasets/fashion_mnist", "cifar10": "uoft-cs/cifar10",
}  # fmt: skip
HUB_LICENCES = {
    "CC BY 4.0": "cc-by-4.0", "CC BY-SA 3.0": "cc-by-sa-3.0", "CC BY-SA 4.0": "cc-by-sa-4.0", "MIT": "mit",
    "none needed": "mit",
}  # fmt: skip
# What the Hub calls that which models of a medium do, where it has a word for it.
PIPELINES = {"pictures": "unconditional-image-generation", "words": "text-generation", "graphs": "graph-ml"}
THUMBNAIL = "samples.png"
GRID, TOLD = 64, 12  # samples on the thumbnail, and seeds in the table
LIBRARY = "gan-atelier"
TAGS = ("gan", "generative-adversarial-network", LIBRARY)


def thumbnail(model: Model) -> bytes | None:
    """A PNG of the samples of seeds 0, 1, 2, …; None for a model that has no seeds."""
    if model.task:
        return None
    seeds = grid_seeds(model)
    samples = render(model, z_from_seeds(seeds, model.G.z_dim), model.psi, c=classes_of(model, seeds))
    sheet = model.medium.sheet(samples, model.traits)
    return to_png(enlarge(sheet, max(1, round(512 / max(sheet.shape[:2])))), {"model": model.name})


def grid_seeds(model: Model) -> list[int]:
    """The seeds on the thumbnail: a cloud takes as many as a host draws at once."""
    return list(range(min(GRID, model.medium.shown) if model.medium.alone else model.medium.most))


def front_matter(model: Model, repo: str, endpoint: str, licence: str = "") -> dict[str, Any]:
    """What the Hub reads of a card.

    Args:
        licence: the Hub's name of the one that the data are under, where this program does not know it.
    """
    data = data_of(model)
    known = licence or HUB_LICENCES.get(data["licence"], "other")
    front: dict[str, Any] = {"library_name": LIBRARY, "pipeline_tag": pipeline(model), "license": known}
    if known == "other":
        front |= {"license_name": slug(data["licence"]), "license_link": f"{endpoint}/{repo}#licence"}
    front |= {
        "datasets": hub_data(model), "tags": [*TAGS, model.config.network, slug(data["name"]), model.medium.name],
        "thumbnail": "" if model.task else f"{endpoint}/{repo}/resolve/main/{THUMBNAIL}",
        "model-index": model_index(model, repo),
    }  # fmt: skip
    return front


def pipeline(model: Model) -> str:
    """What the Hub calls that which a model does; "" where it has no word for it."""
    return "image-to-image" if model.task else PIPELINES.get(model.medium.name, "")


def hub_data(model: Model) -> list[str]:
    """The names on the Hub of what a model learnt from, where it is there."""
    name = model.config.data
    found = HubFolder.of(name.removeprefix(HUB)).repository if name.startswith(HUB) else HUB_DATA.get(name)
    return [found] if found else []


def model_index(model: Model, repo: str) -> list[dict[str, Any]]:
    """The measured figures as the Hub reads them; empty where there are none."""
    data = data_of(model)
    features = quality_of(model).get("features", "")
    on = f" (features of {features})" if features else ""
    metrics = [
        {"type": name, "name": LABELS[name] + (on if name in ("frechet", "coverage") else ""), "value": value}
        for name, value in figures(model).items()
    ]
    if not metrics:
        return []
    kind = pipeline(model) or "other"
    about = {"type": (hub_data(model) or [slug(data["name"])])[0], "name": data["label"], "split": "test"}
    results = [{"task": {"type": kind}, "dataset": about, "metrics": metrics}]
    return [{"name": repo.partition("/")[2], "results": results}]


def figures(model: Model) -> dict[str, float]:
    """The figures of quality in a card that have a name for people and are numbers."""
    given = quality_of(model)
    counts = ("samples",)
    return {k: v for k, v in given.items() if k in LABELS and k not in counts and type(v) in (int, float)}


def quality_of(model: Model) -> dict[str, Any]:
    """What a card says was measured."""
    quality = model.card.get("quality")
    return quality if isinstance(quality, dict) else {}


def data_of(model: Model) -> dict[str, str]:
    """The name, label, source and licence of what a model learnt from, as texts."""
    card = model.card.get("data")
    given: dict[str, Any] = card if isinstance(card, dict) else {}
    usual = {"name": model.config.data, "label": model.config.data, "source": "unknown", "licence": "unknown"}
    return {key: str(given.get(key) or word) for key, word in usual.items()}


def slug(text: str) -> str:
    """A text as a name of the Hub: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "unknown"


def inline(text: object) -> str:
    """A stranger's text within a line of Markdown: one line, no markup."""
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", escape(" ".join(str(text).split()), quote=False))


def model_card(model: Model, repo: str, files: Mapping[str, int], endpoint: str, licence: str = "") -> str:
    """The README of a model's repository.

    Args:
        files: the other files -> their bytes.
        endpoint: of the Hub, such as https://huggingface.co.
        licence: as for `front_matter`.
    """
    front = front_matter(model, repo, endpoint, licence)
    parts = [
        f"{MARK}\n\n# {repo.partition('/')[2]}", about(model), use(model, repo), figure_table(model), seed_table(model),
        limits(model), licence_words(model, licence), made(model), file_table(files),
    ]  # fmt: skip
    return with_front(front, "\n\n".join(part for part in parts if part) + "\n")


def about(model: Model) -> str:
    """What it is, in two sentences, above its samples."""
    data, size = data_of(model), " × ".join(map(str, model.shape))
    does = f"repairs pictures ({model.task})" if model.task else f"makes {model.medium.noun} of seeds"
    known = f" It can be asked for {len(model.classes)} classes." if model.classes else ""
    weights = sum(value.numel() for value in model.G.state_dict().values())
    text = (
        f"A generative adversarial network that {does}, {size}, learnt from {inline(data['label'])} "
        f"({inline(data['source'])}). The generator has {weights:,} numbers; its critic comes along.{known}"
    )
    if model.task:
        return text
    count = len(grid_seeds(model))
    return f"![{model.medium.noun.capitalize()} of seeds 0 to {count - 1}]({THUMBNAIL})\n\n{text}"


def use(model: Model, repo: str) -> str:
    """How to use it."""
    if model.task:
        call = f"python -m gan repair {repo} PICTURE --out repaired.png  # --help says for which damage"
        return f"## Use\n\n```sh\n{call}\npython -m gan app {repo}\n```"
    kwarg = ", c=0" if model.classes else ""
    python = f'import gan\n\nmodel = gan.load("{repo}")\nmodel.sample(range(64){kwarg}).save("grid.png")'
    shell = f"python -m gan sample {repo} --seeds 0-63 --out grid.png\npython -m gan app {repo}"
    return (
        f"## Use\n\n```python\n{python}\n```\n\n```sh\n{shell}\n```\n\n"
        "Of this repository only safetensors and JSON are read. No code in it is run."
    )


def figure_table(model: Model) -> str:
    """What was measured, beside what real data score."""
    found = figures(model)
    if not found:
        return "## Figures\n\nNothing was measured: `python -m gan evaluate` does."
    quality = quality_of(model)
    rows = [f"| {inline(LABELS[name])} | {shown(name, found[name])} | {real(quality, name)} |" for name in found]
    features = f" Distances are on the features of {inline(quality['features'])}." if quality.get("features") else ""
    samples = quality.get("samples")
    count = f" of {samples:,} samples" if type(samples) is int else ""
    warnings = quality.get("warnings")
    told = [f"\n\n{inline(warning)}." for warning in warnings] if isinstance(warnings, list) else []
    return (
        "## Figures\n\n| figure | model | real data |\n|---|---|---|\n" + "\n".join(rows)
        + f"\n\nFigures{count} against the test part.{features} What real data score is what a perfect generator "
        "would. Published FID has another scale." + "".join(told)
    )  # fmt: skip


def real(quality: Mapping[str, Any], name: str) -> str:
    """What real data score; "" where that is unknown."""
    value = quality.get(f"{name}_real")
    return shown(name, value) if isinstance(value, (int, float)) else ""


def seed_table(model: Model) -> str:
    """What the first seeds make, and what the critic thinks of it: anybody can compare."""
    if model.task or not model.medium.alone:
        return ""
    seeds = list(range(TOLD))
    c = classes_of(model, seeds)
    samples = render(model, z_from_seeds(seeds, model.G.z_dim), 1.0, c=c)
    says, ranks = model.medium.says(samples, model.traits), critic_rank(model, samples, c)
    heads = ["seed", *(["class"] if c is not None else []), *(["says"] if any(says) else [])]
    heads += ["real data that the critic likes less"] if ranks is not None else []
    if heads == ["seed"]:
        return ""
    rows = []
    for i, seed in enumerate(seeds):
        cells = [str(seed), *([inline(model.classes[int(c[i])])] if c is not None else [])]
        cells += [inline(says[i])] if any(says) else []
        cells += [f"{float(ranks[i]):.0%}"] if ranks is not None else []
        rows.append(f"| {' | '.join(cells)} |")
    rule = "|".join("---" for _ in heads)
    return f"## Seeds\n\nWithout truncation (psi 1).\n\n| {' | '.join(heads)} |\n|{rule}|\n" + "\n".join(rows)


def limits(model: Model) -> str:
    """What it cannot do and must not be used for."""
    told = [
        f"It knows {'damage of one kind' if model.task else model.medium.noun} of one data set and nothing else.",
        "What it makes is made up, and may come close to something in the data that it learnt from.",
    ]
    if dataset(model.config.data).research:
        told.insert(0, "**Research weights.** For research and teaching only: no product, no identifying or judging of "
                       "people. Nobody in the pictures was asked.")  # fmt: skip
    if model.medium.sized:
        told.append(f"Pictures have {model.shape[-1]} × {model.shape[-1]} pixels, and no more.")
    return "## Limits\n\n" + "\n".join(f"- {text}" for text in told)


def licence_words(model: Model, licence: str) -> str:
    """Under which licence it is: that of the data."""
    data = data_of(model)
    said = licence or data["licence"]
    return (
        f"## Licence\n\nThe weights, and what they make, are under the licence of the data: {inline(said)}. "
        f"The data are {inline(data['label'])}, by {inline(data['source'])}."
    )


def made(model: Model) -> str:
    """How it was trained: what differs from the usual settings."""
    usual = TrainConfig().to_dict()
    own = {key: value for key, value in model.config.to_dict().items() if value != usual[key] and key != "data"}
    if "start" in own:  # of a model that is in no file yet, as it was told here
        own["start"] = public_name(own["start"])
    card = model.card
    seconds = f" in {card['seconds']:,.0f} s" if isinstance(card.get("seconds"), (int, float)) else ""
    known = type(card.get("nimg")) is int
    count = f"{card['nimg']:,} samples{seconds}" if known else "an unknown number of samples"
    taken = taken_of(card)
    size = f" at {taken.side} px" if taken and taken.side < model.shape[-1] else ""
    if known and samples_seen(model) > card["nimg"]:
        count += f"; with those that what it started from had seen{size}, {samples_seen(model):,}"
    if taken:
        count += f". Of the model that it started from it took {taken}; the others were drawn anew"
    text = json.dumps(own, ensure_ascii=False).replace("`", "'")
    return f"## How it was made\n\nIt saw {count}. Settings that are not the usual ones:\n\n```json\n{text}\n```"


def file_table(files: Mapping[str, int]) -> str:
    """What is in the repository."""
    rows = "\n".join(f"| `{name}` | {size / 1e3:,.0f} kB |" for name, size in files.items())
    return f"## Files\n\n| file | size |\n|---|---|\n{rows}"
