"""The blur of maps that a convolution doubled, or is to halve: folded into its kernel, so that it is a plain one."""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

BLURS: dict[str, str] = {
    "none": "kernels as they are trained",
    "g": "G's, where it doubles the resolution",
    "both": "D's besides, where it halves it",
}
BINOMIAL = (0.25, 0.5, 0.25)  # along a side
MARGIN = len(BINOMIAL) // 2  # that a kernel grows by on each side


class Blur(nn.Module):
    """Kernels [A, B, k, k] -> [A, B, k + 2, k + 2]: each convolved with BINOMIAL along both of its sides.

    A map that is doubled by a kernel and then blurred is one that is doubled by the blurred kernel; so is one that is
    blurred and then halved. Without the blur neighbours in a doubled map are made by different weights of the kernel,
    and a checkerboard is seen. Karras et al. 2019, arXiv:1812.04948, section 2, blur with the same filter.
    """

    matrix: Tensor

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.side = kernel + 2 * MARGIN
        along = torch.zeros(kernel, self.side)
        for i in range(kernel):
            along[i, i : i + len(BINOMIAL)] = torch.tensor(BINOMIAL)
        self.register_buffer("matrix", torch.kron(along, along), persistent=False)  # [k k, (k + 2) (k + 2)]

    def forward(self, weight: Tensor) -> Tensor:
        with torch.autocast(weight.device.type, enabled=False):
            return (weight.flatten(2) @ self.matrix).unflatten(2, (self.side, self.side))


def blur_kernel(layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Put a `Blur` between what is trained of a layer and its `weight`; the maps that it makes keep their size."""
    kernel, padding = layer.kernel_size[0], int(layer.padding[0])
    parametrize.register_parametrization(layer, "weight", Blur(kernel), unsafe=True)  # it changes the shape
    layer.kernel_size = (kernel + 2 * MARGIN,) * 2
    layer.padding = (padding + MARGIN,) * 2


def blurred(weight: Tensor) -> Tensor:
    """Kernels [A, B, k, k] as a `Blur` makes them, [A, B, k + 2, k + 2]."""
    found: Tensor = Blur(weight.shape[-1])(weight)
    return found


def unblurred(layer: nn.Module) -> Tensor | None:
    """The kernels of a layer before their `Blur`; None if it has none."""
    if not parametrize.is_parametrized(layer, "weight"):
        return None
    return dict(layer.named_parameters())["parametrizations.weight.original"]
