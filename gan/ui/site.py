"""Learn, Explore, Interpolate and Yours as a plain web page: the same pages, words, scripts and styles, and no server.

A folder of index.html, script files that hold the lesson's recordings and, for each model, some that hold its
generator, its critic, its encoders, the film of its training and, where at hand, real pictures of its data, all in
base64: a page opened from a disk may load scripts, but may fetch nothing.
"""

import base64
import json
import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gan.errors import ConfigError, ModelError, RunError, reason
from gan.explore import portable
from gan.files import write_whole
from gan.models.model import Model
from gan.ui.explore import page as explore_page
from gan.ui.explore.first_picture import opening_view
from gan.ui.explore.model_files import encoder, has_reference, summary, training_film
from gan.ui.interpolate import page as interpolate_page
from gan.ui.learn import page as learn_page
from gan.ui.learn import steps as learn_steps
from gan.ui.learn.takes import recordings
from gan.ui.shell import theme
from gan.ui.shell.assets import BROWSER, first_script, modules, reached, style_sheet, with_imports
from gan.ui.shell.frame import framed
from gan.ui.shell.header import header
from gan.ui.words import WORDS, both
from gan.ui.yours import page as yours_page

Address = Callable[[str], str]
ALWAYS = ("digits",)  # data sets whose real pictures are small enough to come along unasked
MODELS, LESSON = "models", "lesson"  # the folders of script files: of models, and of the lesson's recordings
FOLDERS = (MODELS, LESSON)
REPOSITORY = ("README.md", "LICENSE", "LICENSE.md", "CNAME")  # what a clone holds before it has a page, besides .files
OURS = "<!-- made by python -m gan export --static -->"
ARRIVED = "atelierSite.arrived("  # how a model's file begins
DOOR, OWN = "site/index.js", "atelier/"  # the module that opens the page; before its modules in the import map
README = "GAN Atelier as a plain page: open index.html in a browser. It needs no server, and nothing leaves the page."

# A tab of the page: the word on it, its frame, its words; its module is browser/NAME/index.js.
TABS: dict[str, tuple[str, str, dict[str, dict[str, str]]]] = {
    "learn": ("learn.tab", learn_page.PAGE, learn_page.page_words()),
    "explore": ("explore.tab", explore_page.PAGE, explore_page.page_words()),
    "interpolate": ("interpolate.tab", interpolate_page.PAGE, interpolate_page.page_words()),
    "yours": ("yours.tab", yours_page.PAGE, yours_page.page_words()),
}

PAGE = """<!doctype html>
{ours}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{css}
</style>
</head>
<body>
<div class="gradio-container"><div class="main app contain">
<div id="atelier-header">{header}</div>
<div id="tabs"><div class="site-tabs" role="tablist">{tabs}</div>
{panels}
</div>
</div></div>
{scripts}
</body>
</html>
"""


def write_site(folder: Path, models: Sequence[Model], all_references: bool = False) -> list[Path]:
    """Write the page of some models into a folder, the first model first; returns the files.

    What a clone of a repository begins with may lie there, and stays as it is.

    Args:
        all_references: take the real pictures of every data set at hand along, 4 MB each, not those of ALWAYS alone.

    Raises:
        ConfigError: two models have one name, or the folder holds something that was not written here.
        RunError: the disk refuses; a new folder is then left as it was.
    """
    files = site_files(models, all_references)
    try:
        fresh = check_folder(folder, files)
    except OSError as error:
        raise ConfigError(f"--static {str(folder)!r:.80} cannot be used: {reason(error)}") from error
    made: list[Path] = []
    try:
        for name, content in files.items():  # index.html comes last: until then an older page stays whole
            write_whole(folder / name, content)
            made.append(folder / name)
    except RunError:
        if fresh:
            clear(folder, made)
        raise
    for old in set(scripts_in(folder)) - set(made):
        if begins(old, ARRIVED):
            unlink(old)  # of a model that is no longer part of the page
    return made


def site_files(models: Sequence[Model], all_references: bool = False) -> dict[str, bytes]:
    """Every file of a site: path in its folder -> content."""
    files: dict[str, bytes] = {}
    places: dict[str, str] = {}
    entries: list[dict[str, Any]] = []
    for model in models:
        if model.name in {entry["name"] for entry in entries}:
            raise ConfigError(f"there are two models called {model.name!r:.60}")
        wanted = has_reference(model) and (all_references or model.config.data in ALWAYS)
        parts = {
            "generator": portable.generator(model), "critic": portable.critic(model),
            "reference": portable.reference(model) if wanted else None,
            "encoder": encoder("encoder", model), "repair": encoder("repair", model), "film": film_of(model),
        }  # fmt: skip
        here = {part: parts[part] is not None for part in ("reference", "encoder", "repair")}
        entries.append(summary(model, model.name) | here | {"history": "film" if parts["film"] else ""})
        stem = file_stem(model.name, files)
        for part, content in parts.items():
            if content is not None:
                places[f"{model.name}.{part}"] = path = f"{MODELS}/{stem}.{part}.js"
                files[path] = script_file(f"{model.name}.{part}", content)
    for name, text in recordings().items():
        places[f"{LESSON}.{name}"] = path = f"{LESSON}/{name}.js"
        files[path] = script_file(f"{LESSON}.{name}", text.encode())
    data = opening_of(models) | {"models": entries, "files": places}
    files["README.txt"] = readme(models).encode()
    files["index.html"] = index(data).encode()
    return files


def film_of(model: Model) -> bytes | None:
    """The film of a model's training; None where there is none that can be used, which the log tells."""
    try:
        return training_film(model)
    except ModelError:
        return None


def opening_of(models: Sequence[Model]) -> dict[str, str]:
    """Which model a page shows first, and the link to what it shows of it."""
    first = next((model for model in models if not model.task), None)
    return {
        "first": first.name if first else "",
        "opening": opening_view(first.name, first.psi).query() if first else "",
    }  # fmt: skip


def script_file(key: str, content: bytes) -> bytes:
    """A script that hands the page one file."""
    return f'{ARRIVED}{json.dumps(key)}, "{base64.b64encode(content).decode()}");\n'.encode()


def file_stem(name: str, taken: Mapping[str, bytes]) -> str:
    """A file name for a model: ASCII letters, digits, dots and dashes; numbered where another has it."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:80].strip("-._") or "model"
    used = {path.removeprefix(f"{MODELS}/").rsplit(".", 2)[0].lower() for path in taken}
    number = 1
    while (found := stem if number == 1 else f"{stem}-{number}").lower() in used:
        number += 1
    return found


def index(data: Mapping[str, Any], address: Address | None = None) -> str:
    """The page itself.

    Args:
        data: which models there are and where their files lie.
        address: makes an address of a module's text; by default `data_address`.
    """
    tabs = "".join(
        f'<button type="button" role="tab" id="tab-{name}-button" aria-controls="tab-{name}">{both(label)}</button>'
        for name, (label, _, _) in TABS.items()
    )
    panels = "\n".join(
        f'<div class="tabitem" role="tabpanel" id="tab-{name}" aria-labelledby="tab-{name}-button">'
        f'<div id="{name}">{framed(page)}</div></div>'
        for name, (_, page, _) in TABS.items()
    )
    return PAGE.format(
        ours=OURS, title=WORDS["shell.title"][0], css=styles(), header=header("shell.lead_site", host=False), tabs=tabs,
        panels=panels, scripts="\n".join(scripts(data, address or data_address)),
    )  # fmt: skip


def scripts(data: Mapping[str, Any], address: Address) -> list[str]:
    """The page's scripts: its language, what it says of itself, its modules, and the one that opens it."""
    texts = modules()
    addresses = {f"{OWN}{path}": address(bare(path, texts[path])) for path in reached(texts, DOOR)}
    site = {**data, "worker": address(whole("engine/worker.js", texts, address))}
    words = {name: words for name, (_, _, words) in TABS.items()}
    schemas = {"learn": learn_steps.schema()}
    opening = f'import {{ openSite }} from "{OWN}{DOOR}";\nopenSite({as_script(words)}, {as_script(schemas)});'
    return [
        tag(first_script("site")), tag(f"globalThis.atelierSite = {as_script(site)};"),
        tag(as_script({"imports": addresses}), "importmap"), tag(opening, "module"),
    ]  # fmt: skip


def bare(path: str, text: str) -> str:
    """A module whose imports are names in the page's import map: a page on a disk may load no modules beside it."""
    return with_imports(path, text, lambda name: OWN + name)


def whole(path: str, texts: Mapping[str, str], address: Address) -> str:
    """A module with all that it imports inside, for a worker, which sees no import map."""
    return with_imports(path, texts[path], lambda name: address(whole(name, texts, address)))


def data_address(script: str) -> str:
    """A module as an address."""
    return f"data:text/javascript;base64,{base64.b64encode(script.encode()).decode()}"


def styles() -> str:
    """The app's style sheets, and what gradio gives the app besides."""
    light, dark = ("; ".join(f"--{name.replace('_', '-')}: {pair[i]}" for name, pair in theme.PALETTE.items())
                   for i in (0, 1))  # fmt: skip
    font = ", ".join(f'"{name}"' if " " in name else name for name in theme.FONT)
    own = (BROWSER / "site" / "site.css").read_text("utf-8")
    ground = f":root {{ {light} }}\n.dark {{ {dark} }}\nbody {{ font-family: {font}; }}"
    return "\n".join((ground, own, style_sheet()))


def tag(script: str, kind: str = "") -> str:
    """A script of the page."""
    return f'<script type="{kind}">\n{script}\n</script>' if kind else f"<script>\n{script}\n</script>"


def as_script(value: Any) -> str:
    """JSON that may stand in a script: no tag in it can end that."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def readme(models: Sequence[Model]) -> str:
    """Three lines: what this is, the licences of the models' data, that of the program."""
    told = []
    for model in models:
        data = model.card.get("data")
        card = data if isinstance(data, dict) else {}
        words = (str(card.get(key) or "unknown") for key in ("label", "source", "licence"))
        told.append(" ".join(f"{model.name} ({', '.join(words)})".split()))
    return f"{README}\nModels, with the data that each was trained on and its licence: {'; '.join(told)}.\n" + (
        "The program is under the MIT licence.\n"
    )


def check_folder(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether a site's folder is new, or holds at most what a clone of a repository begins with.

    Raises:
        ConfigError: it cannot be a folder, or holds files that were not written here.
        OSError: nobody can look into it.
    """
    for path in (*(folder / name for name in FOLDERS), *(folder / name for name in files)):
        if path.is_symlink():  # it may lead to files of others
            raise ConfigError(f"--static {folder} holds a link ({path.name}); name a new or empty folder")
    for name in FOLDERS:
        if (folder / name).exists() and not (folder / name).is_dir():
            raise ConfigError(f"--static {folder} holds other files ({name}); name a new or empty folder")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--static {folder} is a file; name a folder")
    if not folder.exists() or all(path.name.startswith(".") or path.name in REPOSITORY for path in folder.iterdir()):
        return True
    page = folder / "index.html"
    foreign = [] if begins(page, PAGE.split("{ours}")[0] + OURS) else [page if page.exists() else folder]
    for name in files:
        path = folder / name
        start = ARRIVED if path.suffix == ".js" else README
        if path.exists() and path != page and not begins(path, start):
            foreign.append(path)
    foreign += [path for path in scripts_in(folder) if not begins(path, ARRIVED)]
    if foreign:
        raise ConfigError(f"--static {folder} holds other files ({foreign[0].name}); name a new or empty folder")
    return False


def beside(folder: Path) -> list[str]:
    """The names of what lies in a site's folder and was not written here, sorted."""
    return sorted({path.name for path in folder.iterdir()} - {"index.html", "README.txt", *FOLDERS})


def scripts_in(folder: Path) -> list[Path]:
    """The script files in the folders of a site."""
    return [path for name in FOLDERS for path in (folder / name).glob("*.js")]


def begins(path: Path, text: str) -> bool:
    """Whether a file, and no link to one, begins with a text."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            return stat.S_ISREG(os.fstat(handle).st_mode) and file.read(len(text.encode())) == text.encode()
    except OSError:
        return False


def unlink(path: Path) -> None:
    """Delete a file that was written here.

    Raises:
        RunError: the disk refuses.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"cannot delete {path}: {reason(error)}") from error


def clear(folder: Path, made: Sequence[Path]) -> None:
    """Take back the files of a site that could not be finished."""
    for path in made:
        unlink(path)
    for place in (*(folder / name for name in FOLDERS), folder):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
