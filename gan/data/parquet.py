"""Pictures in parquet files, as the Hub keeps data sets: a column of pictures and, often, one of labels."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gan.data.listings import has_suffix
from gan.data.unpacked import Layout, is_label, numbered
from gan.errors import DataError
from gan.media.picture_files import SUFFIXES

PICTURES = ("image", "img", "picture", "jpg", "png", "pixel_values")  # columns, the likeliest first
LABELS = ("label", "labels", "fine_label", "class", "target")
LABEL_ROWS = 1_024  # of which labels are read at once
# Pictures are read one by one, which takes 0.1 ms each: a file of 1 kB can say of every row that it is the same picture
# of a gigabyte.
ROWS = 1


def lay_out(files: Sequence[Path], out: Layout) -> None:
    """Lay the pictures of parquet files out, by their classes where there are labels.

    Raises:
        DataError: pyarrow is missing, a file is damaged, holds no pictures, or all are too much.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise DataError(f'{out.called} is parquet, which pyarrow reads: pip install "gan-atelier[parquet]"')
    import pyarrow
    import pyarrow.parquet

    try:
        opened = [pyarrow.parquet.ParquetFile(file) for file in files]
        column, label = columns_of(opened[0].schema_arrow, out.called)
        wanted = [column] + ([label] if label else [])
        rows = sum(file.metadata.num_rows for file in opened)
        size = sum(
            file.metadata.row_group(i).column(j).total_uncompressed_size
            for file in opened for i in range(file.num_row_groups)
            for j in range(file.metadata.row_group(i).num_columns)
            if file.metadata.row_group(i).column(j).path_in_schema.partition(".")[0] == column
        )  # fmt: skip
        out.check(rows, size)
        out.check_room(size)
        names = class_names(opened[0].schema_arrow, label)
        if label and not names:  # numbers that nobody named: their width is known when all are read
            found = {n for file in opened for batch in file.iter_batches(LABEL_ROWS, columns=[label])
                     for n in batch.column(0).to_pylist() if is_label(n)}  # fmt: skip
            names = numbered(sorted(found))
        for file in opened:
            for batch in file.iter_batches(ROWS, columns=wanted):
                if not out.admits(batch.nbytes):
                    continue
                for row in batch.to_pylist():
                    add(row.get(column), None if label is None else row.get(label), names, out)
    except DataError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise DataError(f"{out.called} is damaged, or no parquet of pictures") from error


def columns_of(schema: Any, called: str) -> tuple[str, str | None]:
    """(the column of pictures, that of whole numbers for labels if there is one) of a schema.

    Raises:
        DataError: there is no column of pictures.
    """
    import pyarrow

    def holds_pictures(kind: Any) -> bool:
        if pyarrow.types.is_struct(kind):
            return any(field.name == "bytes" and is_bytes(field.type) for field in kind)
        return is_bytes(kind)

    def is_bytes(kind: Any) -> bool:
        return bool(pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind))

    pictures = [field.name for field in schema if holds_pictures(field.type)]
    if not pictures:
        raise DataError(f"{called} has no column of pictures; it has {', '.join(map(str, schema.names[:8]))[:200]}")
    labels = {field.name for field in schema if pyarrow.types.is_integer(field.type)}
    column = next((name for name in PICTURES if name in pictures), pictures[0])
    return column, next((name for name in LABELS if name in labels), None)


def class_names(schema: Any, label: str | None) -> dict[int, str]:
    """The names of the classes that a schema's note gives to a column's numbers; empty where it gives none."""
    note = (schema.metadata or {}).get(b"huggingface", b"{}")
    try:
        features = json.loads(note)["info"]["features"]
        names = features[label]["names"]
        return {number: f"{name}" for number, name in enumerate(names)} if isinstance(names, list) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def add(picture: Any, label: object, names: dict[int, str], out: Layout) -> None:
    """Lay one row out; one without a picture, or with a label where others have one and it has none, is left out."""
    content = picture.get("bytes") if isinstance(picture, dict) else picture
    if not isinstance(content, bytes):
        out.left["without its bytes"] += 1
        return
    if names and (not is_label(label) or label not in names):
        out.left["without a label"] += 1
        return
    path = PurePosixPath(str(picture.get("path") or "")) if isinstance(picture, dict) else PurePosixPath()
    suffix = path.suffix.lower() if has_suffix(path.name, SUFFIXES) else ".png"
    of_class = names[label] if names and isinstance(label, int) else ""
    out.add(content, path.stem, suffix, of_class)
