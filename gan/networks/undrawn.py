"""How a layer is made before its weights are drawn, or where a file has them."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import nn

L = TypeVar("L", bound=nn.Module)


class Unneeded(torch.Generator):
    """Stands where draws come from, for networks whose weights are all read from a file: layers draw nothing."""


def undrawn(kind: Callable[..., L], *given: Any, **named: Any) -> L:
    """A layer of this kind whose weights are still to be drawn, so that nothing takes from torch's one generator.

    torch's own `skip_init` does the same, and loads sympy for it: .6 s and 47 MB of every process.
    """
    layer = kind(*given, device="meta", **named)
    for name, weight in list(layer.named_parameters(recurse=False)):
        setattr(layer, name, nn.Parameter(torch.empty(weight.shape, dtype=weight.dtype)))
    return layer
