"""Inception FID and KID, the figures of published papers, by torch-fidelity where it is installed.

It is an extra because its first use downloads a network of 91 MB, which only then makes figures that can be compared.
"""

import http.client
import importlib
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from gan.data import sets
from gan.data.stored import Stored
from gan.errors import ConfigError, RunError
from gan.evaluation.evaluate import check_size, fakes
from gan.evaluation.sources import check_enough
from gan.media.images import to_pixels
from gan.models.model import Model

INSTALL = 'pip install "torch-fidelity>=0.4,<0.5"'
WEIGHTS = "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
FID, KID, KID_STD = "frechet_inception_distance", "kernel_inception_distance_mean", "kernel_inception_distance_std"
KID_SUBSET = 1_000  # pictures in each of the library's 100 subsets, fewer where a set is smaller
LEAST_REALS = 2  # a spread is of two at least


class Coloured(Dataset[Tensor]):
    """Pictures as the library takes them: each uint8 [3, R, R]; a grey one three times."""

    def __init__(self, pixels: Tensor) -> None:
        """Pictures of pixels uint8 [N, R, R, C], C = 1 or 3."""
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, i: int) -> Tensor:
        return self.pixels[i].permute(2, 0, 1).expand(3, -1, -1)


def library() -> ModuleType:
    """torch-fidelity.

    Raises:
        ConfigError: it is not installed; says how to install it.
    """
    try:
        return importlib.import_module("torch_fidelity")
    except ImportError as error:
        raise ConfigError(f"--inception needs a library that is not installed: {INSTALL}") from error


def judge(model: Model, data_dir: Path | None = None, count: int = 0, seed: int = 0) -> dict[str, Any]:
    """FID and KID of `count` of a model's fakes, 10,000 for 0, against all pictures of the training part.

    Raises:
        ConfigError: the library is missing, the model makes points, or count or seed is out of `evaluate`'s range.
        DataError: the model's data set cannot be read, or its pictures do not differ.
        RunError: the network's weights cannot be downloaded.
    """
    library()
    check_size(count, seed)
    train = sets.load(model.config.data, data_dir, True, model.config.resolution)
    if not model.medium.inception or not isinstance(train, Stored):
        raise ConfigError(f"--inception is for pictures, and {model.name} makes {model.medium.noun}")
    check_enough(model.config.data, train, LEAST_REALS)
    fake, _ = fakes(model, train, count or model.medium.judged, seed)
    return distances(train.few(len(train.rows), torch.Generator().manual_seed(0)), to_pixels(fake))


def distances(real: Tensor, fake: Tensor, **options: Any) -> dict[str, Any]:
    """FID and KID between pixels real and fake, uint8 [N, R, R, C], under the names that the library gives them.

    Args:
        options: of `torch_fidelity.calculate_metrics`, such as another feature_extractor.

    Raises:
        ConfigError: the library is missing.
        RunError: the network's weights cannot be downloaded.
    """
    found, threads = library(), torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)  # a large network, unlike ours
    try:
        figures = found.calculate_metrics(
            input1=Coloured(fake), input2=Coloured(real), fid=True, kid=True, verbose=True,
            cuda=torch.cuda.is_available(), save_cpu_ram=True,  # the pictures are in memory: no processes to read them
            kid_subset_size=min(KID_SUBSET, len(real), len(fake)), **options,
        )  # fmt: skip
    except (OSError, http.client.HTTPException) as error:
        raise RunError(
            f"the weights of the Inception network cannot be downloaded; on a machine with internet fetch {WEIGHTS} "
            "and put it into hub/checkpoints in torch's cache, which is ~/.cache/torch unless TORCH_HOME says otherwise"
        ) from error
    finally:
        torch.set_num_threads(threads)
    counts = {"inception_library": f"torch-fidelity {found.__version__}", "inception_reals": len(real)}
    return {key: float(figures[key]) for key in (FID, KID, KID_STD)} | counts | {"inception_fakes": len(fake)}


def sentence(figures: dict[str, Any]) -> str:
    """The figures of `distances` for people."""
    return (
        f"Inception FID {figures[FID]:.3f}, KID {figures[KID]:.5f} ± {figures[KID_STD]:.5f} "
        f"({figures['inception_library']}; {figures['inception_fakes']:,} fakes against "
        f"{figures['inception_reals']:,} pictures of the training part)"
    )
