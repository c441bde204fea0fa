"""A repository on the Hub that holds certain files afterwards; what is there already is not sent again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gan.errors import ConfigError, HubError
from gan.huggingface import MAIN, SECONDS, hub_answers
from gan.models.hub import parse

if TYPE_CHECKING:
    from huggingface_hub import HfApi

Kind = Literal["model", "space"]
README = "README.md"
FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
MARK = "<!-- written by GAN Atelier; take this line out, and your own text stays when it is written again -->"
MOST_README = 1_000_000  # bytes of one that is read


@dataclass(frozen=True)
class Published:
    """What a repository holds now.

    Attributes:
        url: of its page.
        commit: that holds it.
        changed: whether anything had to be.
        kept: whether the text of its README is somebody else's, and was kept.
    """

    url: str
    commit: str
    changed: bool
    kept: bool


def repository(name: str) -> str:
    """A name such as "user/name" to publish under; ConfigError for any other."""
    found = parse(name)
    if found is None or found.revision:
        raise ConfigError(f"a repository on the Hub is named as in user/name, not {name!r:.80}")
    return found.repo


def publish(
    repo: str, files: Mapping[str, bytes | Path], ours: Callable[[str], bool], *, kind: Kind = "model",
    private: bool = False, message: str, **settings: Any,
) -> Published:  # fmt: skip
    """Make a repository, unless it is there, and put files into it, all in one commit or none.

    A README whose text is not marked as ours keeps its text and gets the new front matter.

    Args:
        files: path in the repository -> content, or a file here.
        ours: whether a file in the repository is one of those that this program writes, and goes where it is no longer
            among them.
        settings: for a repository that is made now.

    Raises:
        HubError: the Hub cannot be reached or refuses; or the repository is public, and a private one is asked for.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    api = HfApi()
    with hub_answers(repo):
        url = str(api.create_repo(repo, repo_type=kind, private=private or None, exist_ok=True, **settings))
        ask = api.space_info if kind == "space" else api.model_info
        info = ask(repo, timeout=SECONDS)
        if private and not info.private:
            raise HubError(f"{repo} is there already, for all to see: make it private on its page, or leave that out")
        there = [file.rfilename for file in info.siblings or []]
        before = text_of(api, repo, kind, str(info.sha)) if README in there else ""
        written = dict(files)
        kept = False
        if isinstance(text := files.get(README), bytes):
            merged, kept = merged_readme(before, text.decode())
            written[README] = merged.encode()
        operations: list[Any] = [
            CommitOperationAdd(name, content if isinstance(content, bytes) else str(content))
            for name, content in written.items()
        ]
        operations += [CommitOperationDelete(name) for name in there if ours(name) and name not in written]
        done = api.create_commit(repo, operations, commit_message=message, repo_type=kind, revision=MAIN)
    return Published(url, str(done.oid), str(done.oid) != str(info.sha), kept)


def text_of(api: "HfApi", repo: str, kind: Kind, commit: str) -> str:
    """The README of a repository at a commit."""
    path = Path(api.hf_hub_download(repo, README, repo_type=kind, revision=commit))
    with path.open("rb") as file:
        return file.read(MOST_README).decode("utf-8", "replace")


def merged_readme(before: str, text: str) -> tuple[str, bool]:
    """(the README that is written over another, whether that one's text was kept).

    The front matter is ours, and what else the other says there stays.
    """
    front, body = split_readme(text)
    old, theirs = split_readme(before)
    kept = bool(theirs.strip()) and MARK not in theirs and not untouched(theirs)
    return with_front(old | front, theirs if kept else body), kept


def untouched(body: str) -> bool:
    """Whether a README says no more than the Hub wrote when a Space was made."""
    return len(body.split()) < 12 and "spaces-config-reference" in body


def split_readme(text: str) -> tuple[dict[str, Any], str]:
    """(the front matter of a README, the rest of it)."""
    import yaml  # huggingface_hub reads these with it, too

    match = FRONT.match(text.replace("\r\n", "\n"))
    if match is None:
        return {}, text
    try:
        front = yaml.safe_load(match[1])
    except yaml.YAMLError:
        front = None
    return (front if isinstance(front, dict) else {}), text.replace("\r\n", "\n")[match.end() :]


def with_front(front: Mapping[str, Any], body: str) -> str:
    """A README with front matter; what is empty is left out of it."""
    import yaml

    said = {key: value for key, value in front.items() if value not in ("", None, [], {})}
    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1_000)
    return f"---\n{text}---\n{body}"
