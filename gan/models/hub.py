"""Models on the Hub of Hugging Face: how they are named, and fetched into huggingface_hub's own cache.

A repository holds one model: `model.safetensors` with `model.json` and its encoders, or the same under the repository's
own name. Nothing else of it is fetched, nothing in it is run, and every file is checked as any stranger's is.
huggingface_hub is imported by the functions that ask the Hub: few sessions do.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from gan.errors import HubError
from gan.huggingface import HUB, MAIN, REPOSITORY, REVISION, SECONDS, hub_answers, newest_or_kept
from gan.models import encoders
from gan.models.container import MAX_BYTES, MAX_CARD

SHORT = 12  # letters of a revision in the name of a model
STEM = "model"  # of the files of a model in its repository
NAME = re.compile(rf"(?P<repo>{REPOSITORY})(?:@(?P<revision>{REVISION}))?")
COMMIT, SHORTENED = re.compile(r"[0-9a-f]{40}"), re.compile(r"[0-9a-f]{7,39}")


@dataclass(frozen=True)
class HubName:
    """A model on the Hub.

    Attributes:
        repo: such as "user/name".
        revision: a branch, a tag or a commit, whose number may be shortened; "" is the newest.
    """

    repo: str
    revision: str = ""

    def __str__(self) -> str:
        return f"{HUB}{self.repo}" + (f"@{self.revision}" if self.revision else "")

    @property
    def pinned(self) -> str:
        """What a page calls the model, and its links with it: they mean these weights for good."""
        return f"{self.repo}@{self.revision[:SHORT]}"


def parse(text: str) -> HubName | None:
    """What `hub:user/name@revision` means, or the same without `hub:`; None for what is no such name.

    Raises:
        HubError: it begins with `hub:` and goes on otherwise.
    """
    match = NAME.fullmatch(text.removeprefix(HUB))
    if match is None or ".." in text or "--" in match["repo"]:
        if text.startswith(HUB):
            raise HubError(f"a model on the Hub is called hub:user/name or hub:user/name@revision, not {text!r:.80}")
        return None
    return HubName(match["repo"], match["revision"] or "")


def same(text: str, pinned: str) -> bool:
    """Whether a name may mean the model that a run began with: the same repository, and no other commit of it."""
    try:
        asked, own = parse(text), parse(pinned) if pinned.startswith(HUB) else None
    except HubError:
        return False
    return asked is not None and own is not None and asked.repo == own.repo and own.revision.startswith(asked.revision)


def public_name(text: str) -> str:
    """What a model is called where others read it: of a path the last name alone."""
    return text if text.startswith(HUB) else Path(text).name


def of_file(path: Path) -> HubName | None:
    """The model and the commit that a file in the cache belongs to; None for any other file."""
    home = path.parts[-4:-1]
    if len(home) < 3 or home[1] != "snapshots" or not COMMIT.fullmatch(home[2]):
        return None
    kind, *repo = home[0].split("--")
    return HubName("/".join(repo), home[2]) if kind == "models" and len(repo) == 2 else None


def fetch(name: HubName) -> Path:
    """The .safetensors file of a model on the Hub, in the cache, with its card and encoders beside it.

    What is in the cache at a commit that the name states is taken without a word to the Hub. Where the Hub cannot be
    reached, so is the revision that the name meant last time, which the log tells.

    Raises:
        HubError: the Hub cannot be reached, refuses, or has no such model; or one of its files is too large.
    """
    if (COMMIT.fullmatch(name.revision) or SHORTENED.fullmatch(name.revision)) and (path := cached(name)):
        return path
    with hub_answers(name.repo):
        return newest_or_kept(name.repo, lambda: fetch_now(name), lambda: cached(name))


def fetch_now(name: HubName) -> Path:
    """The same of what the Hub has now; its library's errors are left as they are."""
    from huggingface_hub import HfApi, hf_hub_download

    revision = full_revision(name)
    info = HfApi().model_info(name.repo, revision=revision, files_metadata=True, timeout=SECONDS)
    commit = str(info.sha)
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
    stem = next((stem for stem in stems(name) if f"{stem}.safetensors" in sizes), None)
    if stem is None:
        raise HubError(f"{name.repo} on the Hub holds no model of this program: there is no {STEM}.safetensors in it")
    for file, most in limits(stem).items():
        if sizes.get(file, 0) > most:
            raise HubError(
                f"{file} of {name.repo} has {sizes[file] / 1e6:,.0f} MB, and at most {most / 1e6:g} are read"
            )
    # The weights last: where they are in the cache, all else is.
    others = [file for file in limits(stem) if file in sizes and file != f"{stem}.safetensors"]
    for file in others:
        hf_hub_download(name.repo, file, revision=commit)
    # By the name and not by the commit, so that the cache learns which commit the name means.
    path = Path(hf_hub_download(name.repo, f"{stem}.safetensors", revision=revision))
    if path.parent.name != commit:
        raise HubError(f"{name.repo} was changed on the Hub while it was being fetched: do it again")
    return path


def full_revision(name: HubName) -> str:
    """A revision as the Hub takes it, which knows no shortened commits."""
    from huggingface_hub import HfApi

    if not SHORTENED.fullmatch(name.revision):
        return name.revision or MAIN
    commits = [commit.commit_id for commit in HfApi().list_repo_commits(name.repo)]
    found = [commit for commit in commits if commit.startswith(name.revision)]
    return found[0] if len(found) == 1 else name.revision


def stems(name: HubName) -> tuple[str, str]:
    """What a model's files may be called in its repository."""
    return STEM, name.repo.partition("/")[2]


def limits(stem: str) -> dict[str, int]:
    """The files of a model that are fetched -> the most bytes that they may have."""
    kinds = {f"{stem}.{kind}.safetensors": encoders.MAX_BYTES for kind in encoders.KINDS}
    return {f"{stem}.json": MAX_CARD, **kinds, f"{stem}.safetensors": MAX_BYTES}


def cached(name: HubName) -> Path | None:
    """The .safetensors file of what a name meant when it was fetched last; None if it was not."""
    from huggingface_hub import constants, try_to_load_from_cache

    revision = name.revision or MAIN
    if SHORTENED.fullmatch(revision):
        home = Path(constants.HF_HUB_CACHE) / f"models--{name.repo.replace('/', '--')}" / "snapshots"
        found = [folder.name for folder in home.glob(f"{revision}*")]
        revision = found[0] if len(found) == 1 else revision
    for stem in stems(name):
        path = try_to_load_from_cache(name.repo, f"{stem}.safetensors", revision=revision)
        if isinstance(path, str):
            return Path(path)
    return None
