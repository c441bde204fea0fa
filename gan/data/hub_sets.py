"""Data sets of pictures on the Hub: folders of pictures, one zip, or parquet. Nothing of a repository is executed."""

import dataclasses
import os
import re
from pathlib import Path, PurePosixPath

from gan.data import parquet
from gan.data.folders import load_folder
from gan.data.hub_files import Contents, HubFolder, contents_of, download
from gan.data.listings import has_suffix, hidden
from gan.data.reports import some
from gan.data.stored import Stored
from gan.data.unpacked import MAX_BYTES, MAX_PICTURES, layout
from gan.data.zips import load_zip
from gan.errors import DataError
from gan.media.picture_files import SUFFIXES

TRAIN = re.compile(r"(^|.*[/_.-])train($|[/_.-].*)")
OTHER_PARTS = re.compile(r"(^|.*[/_.-])(test|val|valid|validation|dev)($|[/_.-].*)")
TRAIN_ONLY = "only what is called train was taken"


def load_hub(text: str, resolution: int, train: bool = True) -> Stored:
    """The pictures of a data set on the Hub, read as those in a folder are; see `gan.data.folders`.

    Args:
        text: user/name, perhaps with a folder and a revision, see `HubFolder`.

    Raises:
        DataError: there is no such set, it cannot be downloaded, or holds no picture that can be read.
    """
    source = HubFolder.of(text)
    found = contents_of(source)
    kind, names, note = chosen(source, found)
    size = sum(found.files[name] for name in names)
    if len(names) > MAX_PICTURES or size > MAX_BYTES:
        raise DataError(
            f"{source.called} has {len(names):,} files of {size:,} bytes: at most {MAX_PICTURES:,} of {MAX_BYTES:,}"
        )
    folder = download(source, found, names)
    if kind == "zip":
        data = load_zip(folder / names[0], resolution, train, source.called)
    elif kind == "parquet":
        with layout(source.called) as out:
            parquet.lay_out([folder / name for name in names], out)
            note = ", ".join(part for part in (note, out.note) if part)
            data = load_folder(out.folder, resolution, train, source.called, note, keep=False)
    else:
        data = load_folder(folder / common_folder(names), resolution, train, source.called, note)
    return dataclasses.replace(data, licence=found.licence, report=f"{data.report}; licence: {found.licence}")


def chosen(source: HubFolder, found: Contents) -> tuple[str, list[str], str]:
    """("parquet", "pictures" or "zip", the files that are read, a note on those that are not).

    Raises:
        DataError: there is nothing that can be read, or several sets that must not be mixed.
    """
    below = f"{source.folder}/" if source.folder else ""
    shown = [n for n in sorted(found.files) if n.startswith(below) and not any(map(hidden, n.split("/")))]
    tables = [name for name in shown if name.endswith(".parquet")]
    pictures = [name for name in shown if has_suffix(PurePosixPath(name).name, SUFFIXES)]
    zips = [name for name in shown if name.lower().endswith(".zip")]
    for kind, names in (("parquet", tables), ("pictures", pictures)):
        if names:
            learnt = [name for name in names if TRAIN.fullmatch(name.removeprefix(below))]
            rest = [name for name in names if not OTHER_PARTS.fullmatch(name.removeprefix(below))]
            kept = learnt or rest or names
            folders = sorted({str(PurePosixPath(name).parent) for name in kept})
            if kind == "parquet" and len(folders) > 1:
                raise DataError(
                    f"{source.called} holds several sets: "
                    f"name one, as hub:{source.repository}/FOLDER of {some(folders)}"
                )
            return kind, kept, TRAIN_ONLY if len(kept) < len(names) and learnt else ""
    if len(zips) == 1:
        return "zip", zips, ""
    what = f"{len(zips)} zips, and none is named" if zips else "no pictures, no parquet and no zip"
    raise DataError(f"{source.called} holds {what}")


def common_folder(names: list[str]) -> Path:
    """The folder in which a set of pictures lies: that of all of them, or the one above where they lie in classes."""
    return Path(os.path.commonpath({PurePosixPath(name).parent for name in names}))
