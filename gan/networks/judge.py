"""Judge: a small classifier whose features stand in for what a person sees in a picture."""

import torch
from torch import Tensor, nn

from gan.networks.layers import initialise, linear
from gan.networks.undrawn import undrawn

FEATURES = 64
SIDE = 32  # pixels of the side that a judge looks at: larger pictures are made smaller first


class Judge(nn.Module):
    """Grey images [N, 1, R, R] in [-1, 1], R from 8, -> class logits [N, classes]; `features` gives [N, 64]."""

    def __init__(self, classes: int, generator: torch.Generator) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n_in, n_out in ((1, 32), (32, 64), (64, 64)):
            conv = undrawn(nn.Conv2d, n_in, n_out, 3, padding=1, bias=False)
            initialise(conv, n_in * 9, "kaiming", 1.0, generator)
            layers += [conv, nn.BatchNorm2d(n_out), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)]
        self.body = nn.Sequential(*layers[:-1], nn.AdaptiveAvgPool2d(3), nn.Flatten())
        self.neck = linear(64 * 9, FEATURES, "kaiming", generator)
        self.head = linear(FEATURES, classes, "kaiming", generator)

    def features(self, images: Tensor) -> Tensor:
        """[N, 64], none negative: the last layer before the class logits."""
        if images.shape[-1] > SIDE:
            images = nn.functional.adaptive_avg_pool2d(images, SIDE)
        return self.neck(self.body(images)).relu()

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images))
