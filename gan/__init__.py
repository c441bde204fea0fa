"""GAN Atelier: explore, morph and train GANs; `import gan` offers what stands in gan/api.py.

Every import of a part of the package runs this file, so it loads the API when somebody first asks for it.
"""

import importlib
from typing import TYPE_CHECKING, Any

from gan.version import __version__

if TYPE_CHECKING:
    from gan.api import (
        Edits,
        Film,
        GanError,
        Model,
        Samples,
        Tick,
        TrainConfig,
        TrainingLoop,
        interpolate,
        invert,
        load,
        repair,
        sample,
        save,
        train,
    )
    from gan.ui.notebook import view
else:

    def __getattr__(name: str) -> Any:
        """The member of the API of this name; a type checker does not see this, so it knows what there is."""
        if name not in __all__:
            raise AttributeError(f"module 'gan' has no attribute {name!r}")
        # The page comes with gradio, which takes seconds to load: for who asks for it.
        return getattr(importlib.import_module("gan.ui.notebook" if name == "view" else "gan.api"), name)


__all__ = [
    "Edits",
    "Film",
    "GanError",
    "Model",
    "Samples",
    "Tick",
    "TrainConfig",
    "TrainingLoop",
    "__version__",
    "interpolate",
    "invert",
    "load",
    "repair",
    "sample",
    "save",
    "train",
    "view",
]


def __dir__() -> list[str]:
    """What completion offers, before anything is loaded."""
    return sorted({*globals(), *__all__})
