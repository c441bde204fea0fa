"""Pictures: samples [N, C, R, R] in [-1, 1], C 1 or 3, each looked at by itself."""

import torch
from torch import Tensor

from gan.media.images import to_images, to_pixels
from gan.media.medium import Medium, Shape, Traits

CHANNELS, SIDES = (1, 3), range(1, 129)
PIXEL_SIDE = 16  # pixels of the side at which pictures are compared
SMALL = 16  # pixels of the side below which a picture trains as fast as points


def fits(shape: Shape) -> bool:
    """Grey or coloured squares."""
    return len(shape) == 3 and shape[0] in CHANNELS and shape[1] == shape[2] and shape[1] in SIDES


def tensors(pixels: Tensor, traits: Traits) -> Tensor:
    """Images float32 [N, C, R, R] in [-1, 1] of pixels uint8 [N, R, R, C]."""
    return to_images(pixels)


def preview(images: Tensor, traits: Traits) -> Tensor:
    """Their pixels, uint8 [N, R, R, C]."""
    return to_pixels(images)


def coloured_as(pixels: Tensor, others: Tensor) -> Tensor:
    """Pixels [N, R, R, C] with as many channels as others have: each part of a folder is grey if all its own are."""
    channels, wanted = pixels.shape[-1], others.shape[-1]
    if channels == wanted:
        return pixels
    grey = pixels.float().mean(3, keepdim=True).round().byte()
    return grey.expand(-1, -1, -1, wanted).contiguous()


def features(images: Tensor) -> tuple[Tensor, str]:
    """Their pixels, at most 16 by 16.

    The roots of a covariance of all 12,288 values of a coloured picture of 64 px would take hours.
    """
    side = min(images.shape[-1], PIXEL_SIDE)
    return torch.nn.functional.adaptive_avg_pool2d(images, side).flatten(1), f"pixels at {side} px"


def rates(shape: Shape) -> tuple[float, float]:
    """Higher for the smallest ones."""
    return (2e-3, 0.3) if shape[-1] < SMALL else (1e-3, 1.0)


PICTURES = Medium(
    "pictures", "pictures", fits, tensors, preview, preview, features,
    figures=("frechet", "coverage", "two_sample", "critic"), augmentations=("color", "shift", "cutout", "flip"),
    array="images", shown=64, judged=10_000, most=64, preset="mnist-mlp", rates=rates, inception=True, nearest=True,
    alike=coloured_as, inverted=True, sized=True, labelled=True,
)  # fmt: skip
