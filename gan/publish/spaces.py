"""The atelier as a Space of Hugging Face, the app or a static page, and what the Hub reads of both."""

import importlib.metadata
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gan.data.sets import dataset
from gan.errors import ConfigError, GanError, HubError
from gan.huggingface import hub_answers
from gan.models.checkpoint import in_weights, load_model, parse_card
from gan.models.container import MAX_CARD, PACKAGE, WEIGHTS, read_bytes
from gan.models.hub import of_file
from gan.models.model import Model
from gan.publish.card import HUB_LICENCES, TAGS, data_of, hub_data, inline, thumbnail
from gan.publish.push import model_files
from gan.publish.repositories import MARK, README, Published, publish, split_readme, with_front

HOME = PACKAGE.parent  # of a checkout
FILES = (
    "train.py", "requirements.txt", "LICENSE", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
)  # fmt: skip
FOLDERS = ("gan", "weights", "docs")  # and neither tests nor benches
OWN = "models"  # the folder of the models that are offered before the shipped ones
THUMBNAIL = f"{OWN}/thumbnail.png"
ZERO = "zero-a10g"  # what the Hub calls ZeroGPU
SHOWN = "mnist-style"  # whose samples stand for the app where nobody names a model
APP = '''"""The web app: `python app.py [MODEL ...]`, then open http://127.0.0.1:7860."""

from gan.commands.parsing import answering
from gan.commands.serve import main

if __name__ == "__main__":
    with answering():
        main({models}door=globals())
'''
FRONT: dict[str, Any] = {
    "title": "GAN Atelier", "emoji": "🖼", "colorFrom": "yellow", "colorTo": "blue", "sdk": "gradio", "sdk_version": "",
    "python_version": "3.12", "app_file": "app.py", "license": "mit",
    "short_description": "Explore, morph and train GANs, live",
}  # fmt: skip
ABOUT = (
    "\n# GAN Atelier\n\nExplore what generators know, morph between their pictures, and watch a GAN being trained.\n"
)
STATIC = {"sdk": "static", "app_file": "index.html", "sdk_version": "", "python_version": ""}
PAUSE = 5.0  # seconds between two looks at a Space that starts
GOING = ("BUILDING", "RUNNING_BUILDING", "APP_STARTING", "RUNNING_APP_STARTING")
UP = ("RUNNING", "SLEEPING", "PAUSED")  # it was built; the last two wait for a visitor, or for its owner


def front_matter(models: Sequence[Model], repo: str, endpoint: str, static: bool = False) -> dict[str, Any]:
    """What the Hub reads of a Space that shows models."""
    from_hub = [on_hub.repo for model in models if model.path and (on_hub := of_file(model.path))]
    front: dict[str, Any] = FRONT | {"sdk_version": importlib.metadata.version("gradio")}
    if static:
        licences = {HUB_LICENCES.get(data_of(model)["licence"], "other") for model in models}
        front |= STATIC | {"license": licences.pop() if len(licences) == 1 else "other"}
    return front | {
        "models": sorted(set(from_hub)), "datasets": sorted({name for model in models for name in hub_data(model)}),
        "tags": [*TAGS, *sorted({model.medium.name for model in models})],
        "thumbnail": f"{endpoint}/spaces/{repo}/resolve/main/{THUMBNAIL}",
    }  # fmt: skip


def picture_of(models: Sequence[Model]) -> dict[str, bytes]:
    """The file that stands for a Space: samples of its first model that has seeds."""
    found = next((picture for model in models if (picture := thumbnail(model)) is not None), None)
    return {} if found is None else {THUMBNAIL: found}


# ---- the app --------------------------------------------------------------------------------------------------------


def for_research(name: str) -> bool:
    """Whether a model in `weights/` is for research alone; its card says what it learnt from."""
    path = WEIGHTS / f"{name}.json"
    try:
        return dataset(
            parse_card(read_bytes(path, MAX_CARD).decode("utf-8", "replace"), path)["config"]["data"]
        ).research
    except (GanError, KeyError, TypeError):
        return False


def program_files(without: Sequence[str] = ()) -> dict[str, Path]:
    """The program's own files: path in a Space -> file here.

    Args:
        without: names of models in `weights/` that stay here.
    """
    checkout = (HOME / "app.py").is_file() and (HOME / README).is_file()
    home = HOME if checkout else PACKAGE.parent
    found = {name: home / name for name in FILES if checkout and (home / name).is_file()}
    for folder in FOLDERS if checkout else ("gan",):
        found |= {path.relative_to(home).as_posix(): path for path in files_in(home / folder)}
    places = (WEIGHTS.relative_to(home), WEIGHTS.relative_to(home) / "history")
    left_out = tuple(f"{place.as_posix()}/{name}{end}" for place in places for name in without for end in "./")
    return {name: path for name, path in found.items() if not name.startswith(left_out)}


def files_in(folder: Path) -> Iterator[Path]:
    """The files below a folder, without hidden ones and what Python keeps of its own."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield path


def app_files(
    models: Sequence[Model], repo: str, endpoint: str, without: Sequence[str] = ()
) -> dict[str, bytes | Path]:
    """Every file of a Space that runs the app, and offers some models before the shipped ones."""
    files: dict[str, bytes | Path] = dict(program_files(without))
    offered = []
    for model in models:
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", model.name).strip("-._") or "model"
        if f"{OWN}/{stem}.safetensors" in files:
            raise ConfigError(f"there are two models called {stem}: export one of them under another name")
        files |= {f"{OWN}/{name}": content for name, content in model_files(model, stem, stem).items()}
        offered.append(f"{OWN}/{stem}.safetensors")
    shipped = [load_model(name) for name in in_weights() if name not in without]
    shown = [*models, *sorted(shipped, key=lambda model: model.name != SHOWN)]
    files["app.py"] = APP.format(models=f"{offered}, ".replace("'", '"') if offered else "").encode()
    if "requirements.txt" not in files:
        files["requirements.txt"] = "\n".join(requirements()).encode() + b"\n"
    text = (HOME / README).read_text() if "LICENSE" in files and (HOME / README).is_file() else ABOUT
    files[README] = with_front(front_matter(shown, repo, endpoint), f"{MARK}\n{split_readme(text)[1]}").encode()
    return files | picture_of(shown)


def requirements() -> list[str]:
    """What the installed package needs, without its extras."""
    return [line for line in importlib.metadata.requires("gan-atelier") or [] if "extra ==" not in line]


def is_ours(name: str) -> bool:
    """Whether a file in the Space of an app is one that a deployment writes."""
    return name.startswith(("gan/", "weights/", "docs/", f"{OWN}/")) or name in (*FILES, "app.py")


def deploy(
    repo: str, models: Sequence[Model], *, hardware: str = ZERO, private: bool = False, without: Sequence[str] = (),
) -> Published:  # fmt: skip
    """Put the app with all it needs into a Space, and ask for hardware unless it has that already.

    Raises:
        ConfigError: two models have one name.
        HubError: the Hub cannot be reached or refuses.
    """
    from huggingface_hub import HfApi, SpaceHardware, constants

    try:
        wanted = SpaceHardware(hardware)
    except ValueError as error:
        known = ", ".join(kind.value for kind in SpaceHardware)
        raise ConfigError(f"--hardware is {known}, not {hardware!r:.40}") from error
    files = app_files(models, repo, constants.ENDPOINT, without)
    done = publish(
        repo, files, is_ours, kind="space", private=private, message="GAN Atelier", space_sdk="gradio",
        space_hardware=wanted,
    )  # fmt: skip
    with hub_answers(repo):
        api = HfApi()
        runtime = api.get_space_runtime(repo)
        if hardware not in (runtime.requested_hardware, runtime.hardware):
            api.request_space_hardware(repo, wanted)
    return done


def await_running(repo: str, done: Published, seconds: float, tell: Callable[[str], None]) -> str:
    """The address of a Space that was deployed, once it runs.

    Args:
        tell: is given each stage on the way.

    Raises:
        HubError: it ends in another way, or takes longer than so many seconds.
    """
    from huggingface_hub import HfApi

    end, before = time.monotonic() + seconds, ""
    while True:
        with hub_answers(repo):
            runtime = HfApi().get_space_runtime(repo)
        stage, raw = str(getattr(runtime.stage, "value", runtime.stage)), runtime.raw
        current = raw.get("sha") in (None, done.commit)  # what runs may still be what was there before
        if stage in UP and current:
            return address(repo, raw)
        if stage not in (*GOING, *UP):
            raise HubError(f"the Space {repo} does not run ({stage}): its page says why, {done.url}")
        if stage != before:
            tell(stage.lower().replace("_", " "))
        if time.monotonic() > end:
            raise HubError(f"the Space {repo} is not up after {seconds:.0f} s ({stage}): its page goes on, {done.url}")
        before = stage
        time.sleep(PAUSE)


def address(repo: str, raw: Mapping[str, Any]) -> str:
    """Where a Space is open to visitors."""
    domains = raw.get("domains")
    first = domains[0].get("domain") if isinstance(domains, list) and domains and isinstance(domains[0], dict) else None
    return f"https://{first or re.sub(r'[^a-z0-9]+', '-', repo.lower()) + '.hf.space'}"


# ---- a static page --------------------------------------------------------------------------------------------------


def static_files(models: Sequence[Model], repo: str, endpoint: str) -> dict[str, bytes]:
    """What a static page needs to be a Space: its README, and the picture that stands for it."""
    told = "\n".join(
        f"- {inline(model.name)}: {inline(data_of(model)['label'])} ({inline(data_of(model)['source'])}; licence: "
        f"{inline(data_of(model)['licence'])})" for model in models
    )  # fmt: skip
    body = (
        f"{MARK}\n\n# GAN Atelier\n\nGenerators to explore and to morph between, in your own browser.\n\n"
        f"Its models, and the data that each learnt from:\n\n{told}\n"
    )
    return {README: with_front(front_matter(models, repo, endpoint, True), body).encode(), **picture_of(models)}


def is_of_site(name: str) -> bool:
    """Whether a file in the Space of a static page is one that is written with it."""
    return name.startswith(("models/", "lesson/")) or name in ("index.html", "README.txt")


def push_site(repo: str, folder: Path, names: Sequence[str], private: bool = False) -> Published:
    """Put the files of a static page into a Space.

    Raises:
        HubError: the Hub cannot be reached or refuses.
    """
    files: dict[str, bytes | Path] = {name: folder / name for name in names}
    files[README] = (folder / README).read_bytes()
    return publish(
        repo, files, is_of_site, kind="space", private=private, message="GAN Atelier as a page", space_sdk="static"
    )
