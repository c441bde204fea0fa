"""Translate: what a U-Net makes of damaged pictures, in Python and in the form for the browser.

`gan.networks.unet` has the network. Images are float32 [N, C, R, R] in [-1, 1].
"""

from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError
from gan.explore.damage import Damaged, shrunk
from gan.models.model import Model
from gan.recipe.tasks import DENOISE, ENLARGE, INPAINT, TASK_FLAGS

BATCH = 32  # pictures repaired at once


def bicubic(images: Tensor, times: int) -> Tensor:
    """Images [N, C, R, R] enlarged, [N, C, times R, times R], and kept within [-1, 1].

    Cubic convolution with a = -1/2; at the edge weights are scaled to a sum of 1. Keys 1981,
    doi:10.1109/TASSP.1981.1163711, equation 15.
    """
    side = [times * images.shape[-1]] * 2
    enlarged = nn.functional.interpolate(images.float(), side, mode="bicubic", antialias=True, align_corners=False)
    return enlarged.clamp(-1, 1)


def given_of(model: Model, images: Tensor, known: Tensor | None = None) -> Tensor:
    """What the model's G takes: [N, C, R, R], of holes [N, C + 1, R, R].

    Raises:
        ConfigError: the model repairs nothing, or the pictures do not fit it.
    """
    config, (channels, side, _) = model.config, model.shape
    if not model.G.translates:
        raise ConfigError(f"{model.name} makes {model.medium.noun} of a latent; it was trained for no repair")
    sides = (side, side // config.factor) if config.task == ENLARGE else (side,)
    if images.dim() != 4 or images.shape[1] != channels or images.shape[2] != images.shape[3]:
        raise ConfigError(f"{model.name} repairs pictures [N, {channels}, R, R], not {list(images.shape)}")
    if images.shape[3] not in sides:
        some = " or ".join(map(str, sides))
        raise ConfigError(f"{model.name} repairs pictures of {some} pixels, not of {images.shape[3]}")
    if (known is None) == (config.task == INPAINT):
        raise ConfigError(f"{model.name} is given a map of what is known only, and always, where it fills holes")
    if config.task == ENLARGE:
        if images.shape[3] == side:  # its pixels repeated
            images = shrunk(images, config.factor)
        return bicubic(images, config.factor)
    if known is None:
        return images
    known = (known > 0.5).to(images).expand(len(images), 1, side, side)
    return torch.cat([images * known, known], 1)


@torch.inference_mode()
def translate(model: Model, images: Tensor, known: Tensor | None = None) -> Tensor:
    """Repaired images [N, C, R, R] of damaged ones; one picture has one repair.

    Args:
        images: [N, C, R, R], where tiny ones are enlarged also [N, C, R / factor, R / factor].
        known: [N or 1, 1, R, R], 1 where something is known, where holes are filled; what is known stays as it is.

    Raises:
        ConfigError: the model repairs nothing, or the pictures do not fit it.
    """
    given = given_of(model, images, known)
    made = torch.cat([model.G(part) for part in given.split(BATCH)])
    return made if known is None else torch.where(given[:, -1:] > 0, images, made)


def restored(model: Model, damaged: Damaged) -> Tensor:
    """[N, C, R, R]: what a model of a task makes of damaged pictures.

    Raises:
        ConfigError: the damage is not the one that it repairs.
    """
    task, factor = model.task, model.config.factor
    hole = not bool(damaged.known.all())
    suits = {
        ENLARGE: damaged.shrink == factor and not hole, DENOISE: not damaged.certain and not hole, INPAINT: hole,
    }  # fmt: skip
    if not suits[task]:
        raise ConfigError(f"{model.name} was trained for one repair: {TASK_FLAGS[task].format(factor=factor)}")
    return translate(model, damaged.pictures, damaged.known if hole else None)


def described(model: Model) -> dict[str, Any]:
    """What a page needs to know of a repair: {"task", "factor"}; nothing of a model of seeds."""
    if not model.G.translates:
        return {}
    return {"task": model.config.task, "factor": model.config.factor if model.config.task == ENLARGE else 1}
