"""Every file of the weights is under the licence of the data that it learnt from, whose text is there."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

from each import each
from gan.data.sets import DATASETS
from gan.explore.portable import for_research
from gan.models.checkpoint import load_model, shipped
from gan.models.container import WEIGHTS

LICENCES = WEIGHTS / "LICENSES"
ROWS = [
    ([pattern.strip("`") for pattern in files.split(", ")], licence, link)
    for files, licence, link in re.findall(
        r"^\| (`[^|]+`) \|.*\| \[?([^|\]]+)\]?(?:\(([^)]+)\))? \|$", (LICENCES / "README.md").read_text(), re.MULTILINE
    )
]
FILES = sorted(
    str(path.relative_to(WEIGHTS)) for path in WEIGHTS.rglob("*")
    if path.is_file() and LICENCES not in path.parents and path.name != "README.md"
)  # fmt: skip
OWN = "MIT"  # of what was made by this program; the last row


def licence_of(file: str) -> str:
    """By the table, in which each file stands once."""
    found = [licence for patterns, licence, _ in ROWS for pattern in patterns if fnmatch(file, pattern)]
    assert len(found) <= 1, (file, found)
    return found[0] if found else OWN


def data_of(file: str) -> str:
    """What a file learnt from, by the card beside it."""
    path = WEIGHTS / file
    name = path.name.partition(".")[0]  # that of its model: an encoder has no card of its own
    if path.parent.parent.name == "history":
        name = path.parent.name  # of snapshots, whose names are numbers
    card = (WEIGHTS if "history" in file else path.parent) / f"{name}.json"
    data = json.loads(card.read_text())["data"]
    return str(data if isinstance(data, str) else data["name"])


@each("file", FILES)
def test_a_file_is_under_the_licence_of_what_it_learnt_from(file: str) -> None:
    source = DATASETS[data_of(file)]
    if source.research:
        assert licence_of(file) == "none: research weights"
    elif source.licence == "none needed":
        assert licence_of(file) == OWN and file.startswith(("live/", "graphs-mlp.", "history/graphs-mlp/"))
    else:
        assert licence_of(file) == source.licence


def test_the_text_of_every_licence_is_there() -> None:
    assert len(ROWS) == 8
    texts = {Path(link).name for _, _, link in ROWS if link}
    assert texts == {path.name for path in LICENCES.iterdir()} - {"README.md"}
    for name, words in {
        "CC-BY-SA-3.0": "Alike 3.0",
        "CC-BY-SA-4.0": "Alike 4.0",
        "CC-BY-4.0": "Attribution 4.0",
    }.items():
        text = (LICENCES / f"{name}.txt").read_text()
        assert words in text.splitlines()[0]
        assert len(text) > 15_000 and "Creative Commons may be contacted at" in text


def test_faces_alone_are_research_weights() -> None:
    assert [name for name in shipped() if for_research(load_model(name))] == ["faces-style-64"]
    assert [name for name, entry in DATASETS.items() if entry.research] == ["faces"]
