"""The browser's form of a model: safetensors with batch norm folded, and the plan by which they are used.

A file's one metadata key, "atelier", is JSON: what the page says of the model, and `plan`, the list of operations. The
browser half is `ui/browser/engine/worker.js`. Weights are kept in 16 bits where the pictures stay what they are.
"""

import json
from math import prod
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from gan import data
from gan.errors import GanError
from gan.explore import closed_form
from gan.latents import z_from_seeds
from gan.model import Model, cleaned
from gan.networks.layers import FourierFeatures, Stage

FORMAT, NOTE = "gan-atelier-browser/1", "atelier"
# Pictures may differ by so much in [-1, 1], a fortieth of a grey level; edits take a latent further out and the
# difference to 5e-4. With half-precision floats ours differ by 7e-3 to 8e-3, more than half a level; with 16-bit whole
# numbers and a scale for each row by 8e-4 to 1.5e-3.
CLOSE = 2e-4
CHECKED = range(64)  # seeds that this is measured on
REFERENCE = 5_000  # real pictures that a page looks for the nearest among, at most
STEPS = 32_767  # of a 16-bit weight, to either side

Plan = list[dict[str, Any]]
Tensors = dict[str, Tensor]


def generator(model: Model) -> bytes:
    """The file of G with the statistics of its latents."""
    G = model.G
    plan, tensors = planned(G.stages(), (G.w_dim,))
    tensors = shortened(model, tensors)
    sefa, sefa_sigmas = closed_form(model)
    stats = {
        "w_avg": model.w_avg, "directions": model.directions, "sigmas": model.sigmas, "sefa": sefa,
        "sefa_sigmas": sefa_sigmas,
    }  # fmt: skip
    card = cleaned(model.card)
    data, quality = (card.get(key) if isinstance(card.get(key), dict) else {} for key in ("data", "quality"))
    told = {
        "format": FORMAT, "part": "generator", "name": model.name, "sha256": card.get("sha256", ""),
        "kind": model.kind, "shape": list(model.shape), "unit": model.unit, "z_dim": G.z_dim, "w_dim": G.w_dim,
        "noise": G.noise, "data": data, "nimg": card.get("nimg"), "quality": quality,
        "macs": macs(model), "critic": bool(len(model.real_logits)), "plan": plan,
    }  # fmt: skip
    return packed(tensors | {f"stats.{k}": v for k, v in stats.items()}, told)


def critic(model: Model) -> bytes | None:
    """The file of D with the logits of real data; None where these are unknown, and so no opinion can be given."""
    if not len(model.real_logits):
        return None
    shape = tuple(model.shape)
    before: Plan = []
    tensors: Tensors = {}
    D: Any = model.D
    scale, shift = (0.5, 0.5) if D.unit_range else (1.0 / getattr(D, "unit", 1.0), 0.0)
    if (scale, shift) != (1.0, 0.0):
        before.append({"op": "affine", "scale": scale, "shift": shift, "shape": list(shape)})
    if isinstance(getattr(D, "features", None), FourierFeatures):
        n, count = D.features.frequencies.shape
        tensors[f"{len(before)}.frequencies"] = D.features.frequencies
        before.append({"op": "fourier", "in": n, "count": count, "shape": [n + 2 * count]})
    plan, weights = planned(D.stages(), shape, len(before))
    told = {"format": FORMAT, "part": "critic", "name": model.name, "plan": [*before, *plan]}
    return packed(tensors | weights | {"stats.real_logits": model.real_logits}, told)


def reference(model: Model, data_dir: Path | None = None) -> bytes | None:
    """Real pictures that the model was trained on, uint8 [n, R, R, C], n at most 5,000; None if they are not at hand.

    Drawn over the whole set, always the same ones.
    """
    name = model.config.data
    try:
        if model.kind == "points" or not data.at_hand(name, data_dir):
            return None
        real = data.load(name, data_dir, True, model.shape[1])
    except GanError:
        return None
    assert isinstance(real, data.Pictures)
    if tuple(real.shape) != tuple(model.shape):
        return None
    drawn = torch.randperm(len(real.pixels), generator=torch.Generator().manual_seed(0))[:REFERENCE].sort().values
    told = {"part": "reference", "name": model.name, "label": data.dataset(name).label, "count": len(drawn)}
    return packed({"pictures": real.pixels[drawn]}, told)


def packed(tensors: Tensors, told: dict[str, Any]) -> bytes:
    """A safetensors file with one JSON note."""
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return safetensors.torch.save(whole, {NOTE: json.dumps(told, allow_nan=False)})


def macs(model: Model) -> int:
    """Multiply-adds of one picture."""
    return sum(work(stage) for stage in model.G.stages())


def work(stage: Stage) -> int:
    """Multiply-adds of one stage: each weight once; a transposed convolution's once for each place of its input."""
    layer: Any = stage.layer
    if not isinstance(layer, nn.ConvTranspose2d):
        return int(layer.weight.numel())
    return int(layer.weight.numel()) * (stage.shape[1] // layer.stride[0]) ** 2


def planned(stages: list[Stage], shape: tuple[int, ...], first: int = 0) -> tuple[Plan, Tensors]:
    """(operations, their tensors) of stages that begin with an input of `shape`; the first has the number `first`."""
    plan: Plan = []
    tensors: Tensors = {}
    for number, stage in enumerate(stages, first):
        weight, bias = folded(stage)
        tensors[f"{number}.weight"], tensors[f"{number}.bias"] = weight.contiguous(), bias.contiguous()
        end = "tanh" if stage.end == "sigmoid" else stage.end
        plan.append(operation(stage, shape[-1]) | {"act": end, "shape": list(stage.shape)})
        shape = stage.shape
    return plan, tensors


def operation(stage: Stage, side: int) -> dict[str, Any]:
    """What a stage's layer does, in the plan's words, with an input of `side` pixels."""
    layer: Any = stage.layer
    if isinstance(layer, nn.Linear):
        return {"op": "dense", "in": layer.in_features, "out": layer.out_features}
    return {
        "op": "conv_up" if isinstance(layer, nn.ConvTranspose2d) else "conv", "in": layer.in_channels,
        "out": layer.out_channels, "kernel": layer.kernel_size[0], "stride": layer.stride[0],
        "padding": layer.padding[0], "side": side,
    }  # fmt: skip


@torch.inference_mode()
def folded(stage: Stage) -> tuple[Tensor, Tensor]:
    """The weight and bias of a stage's layer with what follows it taken in.

    A batch norm multiplies each channel by a = gain / sqrt(variance + eps) and adds b - a mean. A sigmoid's
    2 s(x) - 1 is tanh(x / 2). A scale at the end multiplies both.
    """
    layer: Any = stage.layer
    weight, bias = layer.weight.clone(), layer.bias.clone()
    gain = torch.ones(len(bias))
    norm = stage.norm
    if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
        assert norm.running_mean is not None and norm.running_var is not None
        a = norm.weight / (norm.running_var + norm.eps).sqrt()
        each = len(bias) // len(a)  # a dense layer before a map has several outputs for each channel
        gain = a.repeat_interleave(each)
        bias = gain * (bias - norm.running_mean.repeat_interleave(each)) + norm.bias.repeat_interleave(each)
    else:
        last = 0.5 if stage.end == "sigmoid" else stage.scale
        gain, bias = gain * last, bias * last
    out = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    return weight * gain.reshape([-1 if i == out else 1 for i in range(weight.dim())]), bias


def shortened(model: Model, tensors: Tensors) -> Tensors:
    """The tensors of G with as many weights in 16 bits as the pictures allow, the largest layers first."""
    names = sorted((name for name in tensors if name.endswith(".weight")), key=lambda name: -tensors[name].numel())
    for name in names:
        tried = tensors | halved(name, tensors[name])
        if close(model, tried):
            tensors = tried
    return tensors


def halved(name: str, weight: Tensor) -> Tensors:
    """A weight in 16 bits with a scale for each row (first dimension): value = scale[row] times a whole number."""
    scale = weight.flatten(1).abs().amax(1).clamp(min=1e-12) / STEPS
    whole = (weight / columns(scale, weight)).round().to(torch.int16)
    return {name: whole, name.replace("weight", "scale"): scale}


def weight_of(tensors: Tensors, number: int) -> Tensor:
    """An operation's weight as floats."""
    weight = tensors[f"{number}.weight"]
    return weight * columns(tensors[f"{number}.scale"], weight) if weight.dtype == torch.int16 else weight


def columns(scale: Tensor, weight: Tensor) -> Tensor:
    """A scale for each row in the form that multiplies a weight."""
    return scale.reshape(-1, *[1] * (weight.dim() - 1))


@torch.inference_mode()
def close(model: Model, tensors: Tensors) -> bool:
    """Whether these tensors give G's own output: pictures within CLOSE, points within CLOSE of a unit."""
    w = model.G.mapping(z_from_seeds(CHECKED, model.G.z_dim))
    x = w
    for number, stage in enumerate(model.G.stages()):
        x = applied(stage, weight_of(tensors, number), tensors[f"{number}.bias"], x)
    return bool((x - model.G.synthesis(w)).abs().max() <= CLOSE * model.unit)


def applied(stage: Stage, weight: Tensor, bias: Tensor, x: Tensor) -> Tensor:
    """A stage of G with other, folded weights."""
    layer: Any = stage.layer
    if isinstance(layer, nn.Linear):
        x = nn.functional.linear(x, weight, bias)
    else:
        x = nn.functional.conv_transpose2d(x, weight, bias, layer.stride, layer.padding, layer.output_padding)
    end = "tanh" if stage.end == "sigmoid" else stage.end
    x = Stage(nn.Identity(), end, stage.shape)(x)
    assert x[0].numel() == prod(stage.shape)
    return x
