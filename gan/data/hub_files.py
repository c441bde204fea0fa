"""Files of a repository on the Hugging Face Hub: what there is, and some of them on this machine.

Where the Hub cannot be reached, what was downloaded before is taken, if it is whole. A list of what the Hub has lies
beside it, so that it is known what is missing.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan.errors import DataError, HubError, RunError
from gan.files import write_whole
from gan.huggingface import HUB, MAIN, REPOSITORY, REVISION, hub_answers, newest_or_kept

# user/name, folders within it, and a revision.
NAME = re.compile(rf"({REPOSITORY})((?:/[^/@]{{1,100}}){{0,8}})(?:@({REVISION}))?")
LONGEST = 1_000  # characters of it
UNSTATED = "none stated on its card"
SECONDS = 10.0  # that one answer about a repository may take


@dataclass(frozen=True)
class HubFolder:
    """A data set on the Hub, or a folder in one.

    Attributes:
        repository: user/name.
        folder: within it, without slashes at its ends; "" for all of it.
        revision: a branch, a tag or a commit; "" for the newest.
    """

    repository: str
    folder: str = ""
    revision: str = ""

    @classmethod
    def of(cls, text: str) -> "HubFolder":
        """The folder that a text such as `user/name`, `user/name/train` or `user/name@v1` names.

        Raises:
            DataError: it is none.
        """
        found = NAME.fullmatch(text) if len(text) <= LONGEST else None
        folder = found[2].strip("/") if found else ""
        if found is None or ".." in [*found[1].split("/"), *folder.split("/")]:
            raise DataError(f"a data set on the Hub is named as in hub:user/name or hub:user/name@v1, not {text!r:.80}")
        return cls(found[1], folder, found[3] or "")

    @property
    def called(self) -> str:
        """What it is called in sentences."""
        return f"{HUB}{self.repository}" + (f"/{self.folder}" if self.folder else "")


@dataclass(frozen=True)
class Contents:
    """What there is in a repository.

    Attributes:
        files: name -> bytes, 0 where that is not known.
        licence: as its card states it.
        commit: that they are of, if the Hub was asked.
        here: where the files lie already, if the Hub could not be asked.
    """

    files: dict[str, int]
    licence: str
    commit: str = ""
    here: Path | None = None


def contents_of(source: HubFolder) -> Contents:
    """What there is in a data set's repository: now, or where the Hub cannot be reached what was downloaded before.

    Raises:
        DataError: there is no such repository or revision, nobody may read it, or the Hub cannot be reached and nothing
            was downloaded before.
    """
    with data_answers(source):
        return newest_or_kept(source.called, lambda: listed_now(source), lambda: kept(source))


@contextmanager
def data_answers(source: HubFolder) -> Iterator[None]:
    """Turn whatever keeps the Hub from handing out a data set into a DataError, as of any data that cannot be read."""
    try:
        with hub_answers(f"data set {source.repository}"):
            yield
    except HubError as error:
        raise DataError(str(error)) from error


def listed_now(source: HubFolder) -> Contents:
    """What the Hub has in a repository now; its library's errors are left as they are."""
    from huggingface_hub import HfApi

    info = HfApi().dataset_info(
        source.repository, revision=source.revision or MAIN, files_metadata=True, timeout=SECONDS
    )
    files = {file.rfilename: int(file.size or 0) for file in info.siblings or ()}
    return Contents(files, licence_of(info.card_data), str(info.sha or ""))


def kept(source: HubFolder) -> Contents | None:
    """What there was in a repository when some of it was downloaded; None if nothing was.

    Of a copy that another program has downloaded it is not known what is missing: what is there is taken for all.
    """
    from huggingface_hub import DatasetCard, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        # Nothing in particular is asked for: what was not wanted at the time is not missing now.
        folder = snapshot_download(
            source.repository, repo_type="dataset", revision=source.revision or MAIN, allow_patterns=[],
            local_files_only=True,
        )  # fmt: skip
    except LocalEntryNotFoundError:
        return None
    here = Path(folder)
    with suppress(OSError, ValueError, TypeError, KeyError):  # there is no list, or nothing that can be read as one
        told = json.loads(listing(source, here.name).read_bytes())
        return Contents(
            {str(name): int(told["files"][name]) for name in told["files"]}, str(told["licence"]), here=here
        )
    files = {file.relative_to(here).as_posix(): file.stat().st_size for file in here.rglob("*") if file.is_file()}
    licence = UNSTATED
    with suppress(Exception):  # a card is no reason not to read the data
        licence = licence_of(DatasetCard.load(here / "README.md").data)
    return Contents(files, licence, here=here)


def listing(source: HubFolder, commit: str) -> Path:
    """The file that lists what the Hub has at a commit, in the repository's folder in the cache; it goes with that."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    folder = repo_folder_name(repo_id=source.repository, repo_type="dataset")
    return Path(constants.HF_HUB_CACHE).expanduser() / folder / "gan-atelier" / f"{commit}.json"


def download(source: HubFolder, found: Contents, names: Sequence[str]) -> Path:
    """The folder in which some files of a repository lie, under their own names.

    Raises:
        DataError: one cannot be downloaded, or the Hub cannot be reached and not all were downloaded before.
    """
    from huggingface_hub import snapshot_download

    if found.here is not None:
        if missing := missing_of(names, found.here):
            raise DataError(
                f"{source.called} is here only in part, as its download broke off: {len(missing):,} of {len(names):,} "
                "files did not come, and the Hub cannot be reached now"
            )
        return found.here
    if found.commit:
        with suppress(RunError):  # a cache that cannot be written is told of below, where more is to be written
            text = json.dumps({"files": found.files, "licence": found.licence})
            write_whole(listing(source, found.commit), text.encode())
    plain = [re.sub(r"([*?\[])", r"[\1]", name) for name in names]  # patterns, in which these mean something
    with data_answers(source):
        # By the name of the branch, so that the copy is found by it where there is no network.
        folder = snapshot_download(
            source.repository, repo_type="dataset", revision=source.revision or MAIN,
            allow_patterns=[*plain, "README.md"],
        )  # fmt: skip
    if missing := missing_of(names, Path(folder)):
        raise DataError(f"{source.called} could not be downloaded: {missing[0]!r:.60} did not come")
    return Path(folder)


def missing_of(names: Sequence[str], folder: Path) -> list[str]:
    """Those of some files that are not in a folder."""
    return [name for name in names if not os.path.isfile(folder / name)]


def licence_of(card: Any) -> str:
    """The licence that a card states, in one line."""
    stated = getattr(card, "license", None)
    named = getattr(card, "license_name", None)
    names = stated if isinstance(stated, list) else [stated]
    texts = [str(name) for name in names if name]
    if texts == ["other"] and named:
        texts = [str(named)]
    return ", ".join(texts)[:200] or UNSTATED
