"""Keeps gradio from writing stubs for editors each time it is imported, which is half of what its import takes."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WRITER, WRITE = "gradio.component_meta", "create_or_modify_pyi"


class Silenced(Loader):
    """Loads the module that writes the stubs, and takes that function from it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As it would be made without us."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Load it; where the function has another name by now, gradio is as slow as ever."""
        self._loader.exec_module(module)
        if hasattr(module, WRITE):
            setattr(module, WRITE, lambda *_, **__: None)


class Finder(MetaPathFinder):
    """Finds that one module as ever, and hands out our loader for it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the module is loaded from; None of any other."""
        if fullname != WRITER or (spec := PathFinder.find_spec(fullname, path, target)) is None:
            return None
        if spec.loader is not None:
            spec.loader = Silenced(spec.loader)
        return spec


def keep_from_writing_stubs() -> None:
    """For the rest of this process; too late, and without effect, where gradio is imported already."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())
