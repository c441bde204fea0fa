"""The U-Net: where it begins, what stands beside what, and which settings it has."""

import pytest
import torch
from torch import Tensor, nn

from core_fixtures import seed, tiny
from gan.errors import ConfigError
from gan.networks import unet as unets
from gan.networks.layers import Concat
from gan.networks.unet import UnetGenerator
from gan.recipe import tasks
from gan.recipe.config import TrainConfig
from network_kinds import FAMILIES, build, z_for

UNETS = [name for name in FAMILIES if name.startswith("unet")]


def unet(name: str) -> tuple[TrainConfig, UnetGenerator]:
    G, _ = build(FAMILIES[name])
    assert isinstance(G, UnetGenerator)
    return FAMILIES[name], G


@pytest.mark.parametrize("name", ["NO_TASK", "INPAINT", "ENLARGE"])
def test_the_tasks_are_called_as_the_recipe_calls_them(name: str) -> None:
    assert getattr(unets, name) == getattr(tasks, name)


@pytest.mark.parametrize("name", UNETS)
def test_it_begins_near_the_damaged_picture_itself(name: str) -> None:
    """tanh(1.5 y) and a little: never the black picture in which a G that begins at random can end."""
    config, G = unet(name)
    y = z_for(config)
    channels = G.shape[0]
    assert (G(y) - (1.5 * y[:, :channels]).tanh()).abs().mean() < 0.1
    assert (G(y) - G(-y)).abs().mean() > 0.5


@pytest.mark.parametrize("name", UNETS)
def test_features_of_the_way_down_stand_beside_those_of_the_way_up(name: str) -> None:
    """Worked out from the modules alone, resolution by resolution."""
    config, G = unet(name)
    y = z_for(config)
    levels, modules = len(config.g_widths) - 1, list(G.convs)

    def leaky(layer: nn.Module, x: Tensor) -> Tensor:
        return nn.functional.leaky_relu(layer(x), 0.2)

    down = [y]
    for _ in range(levels):
        down.append(leaky(modules.pop(0), down[-1]))
    x = down[-1]
    for _ in range(config.convs):
        x = leaky(modules.pop(0), x)
    for level in reversed(range(levels)):
        x = torch.cat([leaky(modules.pop(0), x), down[level]], 1)
        for _ in range(config.convs if level else 0):
            x = leaky(modules.pop(0), x)
    torch.testing.assert_close(G(y), modules.pop(0)(x).tanh())
    assert modules == []
    assert [layer.module.after for layer in G.layers() if isinstance(layer.module, Concat)] == [*range(levels)][::-1]


@pytest.mark.parametrize("name", UNETS)
def test_multiply_adds_are_those_of_its_convolutions(name: str) -> None:
    config, G = unet(name)
    counts = []

    def count(layer: nn.Module, given: tuple[Tensor, ...], made: Tensor) -> None:
        up = isinstance(layer, nn.ConvTranspose2d)
        assert isinstance(layer.weight, Tensor)
        counts.append(layer.weight.numel() * (given[0] if up else made)[0, 0].numel())

    for layer in G.convs:
        layer.register_forward_hook(count)
    G(z_for(config, 1))
    assert sum(counts) == G.macs()


def test_the_critic_sees_the_damaged_picture_too() -> None:
    config = FAMILIES["unet colour"]
    _, D = build(config)
    y, images = z_for(config), torch.rand(6, 3, 32, 32, generator=seed(3))
    D.eval()
    assert (D(torch.cat([y, images], 1)) - D(torch.cat([y.flip(0), images], 1))).abs().min() > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": "none"}, "needs a --task"),
        ({"g_widths": (4,)}, "2 to 2 channels at 8 px"),
        ({"g_widths": (4, 4, 4)}, "2 to 2 channels at 8 px"),
        ({"d_widths": (4, 4, 4)}, "--d-widths"),
        ({"task": "enlarge", "factor": 3}, "--factor 3 does not divide a side of 8 px"),
        ({"norm": "batch"}, "no --norm but none"),
        ({"condition": "class"}, "no --condition but none"),
        ({"end": "sigmoid"}, "no --end but tanh"),
        ({"network": "dcgan", "g_widths": (8,)}, "--task denoise is learnt by --network unet, not by dcgan"),
        ({"data": "ring"}, "makes pictures"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        tiny(**{"network": "unet", "task": "denoise", "g_widths": (4, 6), "d_widths": (4, 6)} | changes)
