"""Many ES modules as one file: a browser far away asks once instead of a hundred times.

A module becomes a function that is called in place, and hands what others import of it to `modules`, by its path. That
needs no parser, as all our modules have one form of import, export nothing that changes later, and form no circles;
tests hold them to it.
"""

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function\b|const\b|class\b)", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)

Pairs = list[tuple[str, str]]  # a name there, and what it is called here


def imports(path: str, text: str) -> dict[str, Pairs]:
    """The modules that one imports, by their paths, with the names of each."""
    found: dict[str, Pairs] = {}
    for names, source in IMPORT.findall(text):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), source))
        pairs = (name.split(" as ") for part in names.split(",") if (name := part.strip()))
        found.setdefault(other, []).extend((pair[0].strip(), pair[-1].strip()) for pair in pairs)
    return found


def in_order(texts: Mapping[str, str], starts: Iterable[str], known: Collection[str] = ()) -> list[str]:
    """Some modules and all that they import but `known`, each after those that it imports."""
    found: dict[str, None] = {}

    def visit(path: str) -> None:
        if path in found or path in known:
            return
        for other in imports(path, texts[path]):
            visit(other)
        found[path] = None

    for path in starts:
        visit(path)
    return list(found)


def exported(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Module -> the names that others import of it, in rising order."""
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        for other, pairs in imports(path, text).items():
            found.setdefault(other, set()).update(name for name, _ in pairs)
    return {path: sorted(names) for path, names in found.items()}


def wrapped(path: str, text: str, names: Iterable[str]) -> str:
    """A module as a line of a bundle that sets `modules[path]` to these of its exports, unless another bundle did."""
    taken = "".join(
        f"const {{ {', '.join(there if there == here else f'{there}: {here}' for there, here in pairs)} }} = "
        f"modules[{json.dumps(other)}];\n"
        for other, pairs in imports(path, text).items()
    )
    body = EXPORT.sub("", IMPORT.sub("", COMMENT.sub("", text))).lstrip()
    return f"modules[{json.dumps(path)}] ??= (() => {{\n{taken}{body}\nreturn {{ {', '.join(names)} }};\n}})();\n"


def bundle(
    texts: Mapping[str, str], starts: Mapping[str, Iterable[str]], before: str = "", known: Collection[str] = ()
) -> str:
    """A module that runs some modules and all that they import, and exports `modules`.

    Args:
        texts: path -> text of every module there is.
        starts: path -> the names of it that the bundle is asked for.
        before: address of a bundle that ran the modules of `known` already; "": there is none.
    """
    names = exported(texts)
    head = f'import {{ modules }} from "{before}";\n' if before else "const modules = {};\n"
    lines = (
        wrapped(path, texts[path], sorted({*names.get(path, ()), *starts.get(path, ())}))
        for path in in_order(texts, starts, known)
    )
    return f"{head}{''.join(lines)}export {{ modules }};\n"
