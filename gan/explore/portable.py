"""The browser's form of a model: safetensors with batch norm folded, and the plan by which they are used.

A file's one metadata key, "atelier", is JSON: what the page says of the model, and `plan`, the list of operations. The
browser half is `ui/browser/engine/worker.js`. Weights are kept in 16 bits where the pictures stay what they are.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from gan.data import sets
from gan.data.pictures import fit
from gan.data.stored import Stored
from gan.errors import GanError
from gan.explore.render import closed_form, ws_of
from gan.explore.translate import described
from gan.latents import z_from_seeds
from gan.models.model import Model, cleaned
from gan.models.start import samples_seen
from gan.networks import Critic, Generator
from gan.networks.blur import blurred, unblurred
from gan.networks.encoder import Encoder
from gan.networks.layers import GAIN, SLOPE, Concat, FourierFeatures, Layer, Modulated, Projection, unit_length
from gan.networks.style import StyleGenerator

FORMAT, NOTE = "gan-atelier-browser/1", "atelier"
# Pictures may differ by so much in [-1, 1], a twenty-fifth of a grey level; edits take a latent further out and the
# difference to 1e-3. With half-precision floats ours differ by 7e-3 to 8e-3, more than half a level; with 16-bit whole
# numbers and a scale for each row by 5e-4 to 2e-3.
CLOSE = 3e-4
CHECKED, FEWEST = range(64), 8  # seeds that this is measured on; of a large network fewer
CHECK = 1e9  # multiply-adds of one look at them
# Real samples that a page looks for the nearest among, at most; of small ones as many as make a file of some size.
REFERENCE, REFERENCE_BYTES = 5_000, 600_000
STEPS = 32_767  # of a 16-bit weight, to either side

Plan = list[dict[str, Any]]
Tensors = dict[str, Tensor]
Shorten = Callable[[Model, Tensors], Tensors]
# What goes into the layers of a G: each one's w [N, w_dim]; each one's x [N, ...], and the output last.
Passed = tuple[Sequence[Tensor], Sequence[Tensor]]


def generator(model: Model, shorten: Shorten | None = None) -> bytes:
    """The file of G with the statistics of its latents; one that repairs pictures has none of these.

    Args:
        shorten: what stores weights in 16 bits; by default `shortened`, which leaves the pictures what they are.
    """
    G = model.G
    plan, tensors = planned(G.layers(), tuple(G.example().shape[1:]))
    tensors = (shorten or shortened)(model, tensors | mapped(G)) | loops(G)
    sefa, sefa_sigmas = closed_form(model)
    stats = {
        "w_avg": model.w_avg, "directions": model.directions, "sigmas": model.sigmas, "sefa": sefa,
        "sefa_sigmas": sefa_sigmas,
    }  # fmt: skip
    card = cleaned(model.card)
    data, quality = (card.get(key) if isinstance(card.get(key), dict) else {} for key in ("data", "quality"))
    note = {
        "format": FORMAT, "part": "generator", "name": model.name, "sha256": card.get("sha256", ""),
        "kind": model.medium.name, "shape": list(model.shape), "unit": model.unit, "traits": card.get("traits", {}),
        "psi": model.psi, "z_dim": G.z_dim, "w_dim": G.w_dim, "noise": G.noise,
        "maps": len(G.mapping_layers), "layered": G.layered, "classes": list(model.classes), "data": data,
        "nimg": samples_seen(model) or None, "quality": quality, "research": for_research(model),
        "macs": G.macs(), "critic": bool(len(model.real_logits)), "pictures": G.pictures, "plan": plan,
    } | described(model)  # fmt: skip
    return packed(tensors | {f"stats.{k}": v for k, v in stats.items()}, note)


def for_research(model: Model) -> bool:
    """Whether a model is for research and teaching only, by the data that it learnt from."""
    source = sets.DATASETS.get(model.config.data)
    return source is not None and source.research


def critic(model: Model) -> bytes | None:
    """The file of D, in 16 bits, with the logits of real data; None where these are unknown: then it ranks nothing.

    Where D knows classes, the first operation takes them beside the image, 1 for its own and 0 for the others, or the
    last one gives a logit for each.
    """
    if not len(model.real_logits):
        return None
    shape = tuple(model.shape)
    before: Plan = []
    tensors: Tensors = {}
    D = model.D
    scale, shift = (0.5, 0.5) if D.unit_range else (1.0 / D.unit, 0.0)
    if (scale, shift) != (1.0, 0.0):
        before.append({"op": "affine", "scale": scale, "shift": shift, "shape": list(shape)})
    features = getattr(D, "features", None)
    if isinstance(features, FourierFeatures):
        n, count = features.frequencies.shape
        tensors[f"{len(before)}.frequencies"] = features.frequencies
        before.append({"op": "fourier", "in": n, "count": count, "shape": [n + 2 * count]})
    plan, weights = planned(D.layers(), shape, len(before))
    if model.classes:
        before, plan, weights = with_classes(D, before, plan, weights)
    note = {"format": FORMAT, "part": "critic", "name": model.name, "plan": [*before, *plan]}
    return packed(tensors | in_16_bits(weights) | {"stats.real_logits": model.real_logits}, note)


def encoder(model: Model, network: Encoder) -> bytes:
    """The file of an encoder of a model: its last layer gives the numbers of ws, in w's own units.

    Its part is `encoder`, or `repair` where it takes what is known beside the picture. With it the mean and the
    standard deviation of w, "stats.w_mean" and "stats.w_sd" [w_dim], the unit of steps of a fit.
    """
    plan, tensors = planned(network.layers(), network.shape)
    part = "repair" if network.shape[0] > model.shape[0] else "encoder"
    note = {"format": FORMAT, "part": part, "name": model.name, "shape": list(network.shape), "plan": plan}
    return packed(in_16_bits(tensors) | {"stats.w_mean": network.w_mean, "stats.w_sd": network.w_sd}, note)


@torch.inference_mode()
def with_classes(D: Critic, before: Plan, plan: Plan, tensors: Tensors) -> tuple[Plan, Plan, Tensors]:
    """A critic that knows classes as plain layers."""
    projection = getattr(D, "projection", None)
    if isinstance(projection, Projection):
        # The logit of each class: what the projection adds is one more weight of the last layer.
        last = str(len(before) + len(plan) - 1)
        embedding = projection.embedding
        weight = tensors[f"{last}.weight"] + embedding * embedding.shape[1] ** -0.5  # [1, F] + [classes, F]
        plan[-1] |= {"out": len(embedding), "shape": [len(embedding)]}
        return before, plan, tensors | {f"{last}.weight": weight, f"{last}.bias": D.last.bias.repeat(len(embedding))}
    # The image's scale goes into the first layer, which takes the class as it is.
    first: Any = D.layers()[0].module
    weight, bias = first.weight.clone(), first.bias.clone()
    for op in before:
        bias += op["shift"] * weight[:, : -D.classes].sum(1)
        weight[:, : -D.classes] *= op["scale"]
    plan, tensors = planned(D.layers(), (0,))
    return [], plan, tensors | {"0.weight": weight, "0.bias": bias}


def reference(model: Model, data_dir: Path | None = None) -> bytes | None:
    """Real samples that the model was trained on, rows uint8 [n, ...], as many as REFERENCE says; None if not at hand.

    Drawn over the whole set, always the same ones.
    """
    name = model.config.data
    try:
        if not model.medium.nearest or not sets.at_hand(name, data_dir):
            return None
        # Of a folder in the model's size; whole sets are as small as they come, and only what is drawn is resized.
        real = sets.load(name, data_dir, True, model.shape[1] if name.startswith(sets.FOLDER) else 0)
    except GanError:
        return None
    if not isinstance(real, Stored) or real.shape[0] != model.shape[0]:
        return None
    most = max(REFERENCE, REFERENCE_BYTES // real.rows[0].numel())
    rows = real.few(most, torch.Generator().manual_seed(0))
    if model.medium.sized:
        rows = fit(rows, model.shape[1])
    note = {"part": "reference", "name": model.name, "label": sets.dataset(name).label, "count": len(rows)}
    return packed({"pictures": rows}, note)


def packed(tensors: Tensors, note: dict[str, Any]) -> bytes:
    """A safetensors file with one JSON note."""
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return safetensors.torch.save(whole, {NOTE: json.dumps(note, allow_nan=False)})


@torch.inference_mode()
def mapped(G: Generator) -> Tensors:
    """The tensors of the layers between z and w, and of what stands for each class beside z."""
    tensors: Tensors = {}
    for i, layer in enumerate(G.mapping_layers):
        tensors |= {f"map.{i}.weight": layer.weight, f"map.{i}.bias": layer.bias}
    return tensors if G.class_vectors is None else tensors | {"map.embedding": G.class_vectors}


def planned(layers: list[Layer], shape: tuple[int, ...], first: int = 0) -> tuple[Plan, Tensors]:
    """(operations, their tensors) of layers that begin with an input of `shape`; the first has the number `first`."""
    plan: Plan = []
    tensors: Tensors = {}
    for number, layer in enumerate(layers, first):
        if isinstance(layer.module, Concat):
            plan.append({"op": "concat", "after": layer.module.after, "shape": list(layer.shape)})
            continue
        weight, bias = folded(layer)
        tensors[f"{number}.weight"], tensors[f"{number}.bias"] = weight.contiguous(), bias.contiguous()
        if isinstance(layer.module, Modulated):
            style = layer.module.style
            tensors[f"{number}.style.weight"], tensors[f"{number}.style.bias"] = style.weight, style.bias + 1
        end = "tanh" if layer.end == "sigmoid" else layer.end
        plan.append(operation(layer, shape[1] if len(shape) > 1 else 0) | {"act": end, "shape": list(layer.shape)})
        if layer.groups:
            plan[-1]["groups"] = list(layer.groups)
        shape = layer.shape
    return plan, tensors


def operation(layer: Layer, side: int) -> dict[str, Any]:
    """What a layer does, in the plan's words, with an input of `side` pixels, or steps of a line."""
    module: Any = layer.module
    if isinstance(module, nn.Linear):
        return {"op": "dense", "in": module.in_features, "out": module.out_features}
    conv: Any = layer.convolution or module
    op = {
        "op": "conv" if isinstance(module, nn.Conv2d) else "conv_up", "in": conv.in_channels, "out": conv.out_channels,
        "kernel": conv.kernel_size[0], "stride": conv.stride[0], "padding": conv.padding[0], "side": side,
    }  # fmt: skip
    if layer.shape[1] != layer.shape[2]:
        op |= {"line": True}
    if unblurred(conv) is not None:
        op |= {"blur": True}  # of its kernels, which the file has as they are before; `kernel` is the side after it
    if isinstance(module, Modulated):
        # The length of the w that it follows, and what multiplies 1 / sqrt(sum of (s weight)^2); 0: nothing does.
        op |= {"style": module.style.in_features, "gain": GAIN * module.demodulate}
    return op


@torch.inference_mode()
def folded(layer: Layer) -> tuple[Tensor, Tensor]:
    """The weight and bias of a layer with what follows it taken in; kernels as they are before their blur.

    A batch norm multiplies each channel by a = gain / sqrt(variance + eps) and adds b - a mean. A sigmoid's
    2 s(x) - 1 is tanh(x / 2). A scale at the end multiplies both.
    """
    module: Any = layer.convolution or layer.module
    kernels = unblurred(module)
    weight, bias = (module.weight if kernels is None else kernels).clone(), module.bias.clone()
    gain = torch.ones(len(bias))
    norm = layer.norm
    if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
        assert norm.running_mean is not None and norm.running_var is not None
        a = norm.weight / (norm.running_var + norm.eps).sqrt()
        each = len(bias) // len(a)  # a dense layer before a map has several outputs for each channel
        gain = a.repeat_interleave(each)
        bias = gain * (bias - norm.running_mean.repeat_interleave(each)) + norm.bias.repeat_interleave(each)
    else:
        last = 0.5 if layer.end == "sigmoid" else layer.scale
        gain, bias = gain * last, bias * last
    out = 1 if isinstance(module, nn.ConvTranspose2d) else 0
    return weight * gain.reshape([-1 if i == out else 1 for i in range(weight.dim())]), bias


@torch.inference_mode()
def shortened(model: Model, tensors: Tensors) -> Tensors:
    """The tensors of G with as many weights in 16 bits as the pictures allow: first those that change them least.

    Each is tried from its own layer on, for nothing before that changes.
    """
    shown, whole = samples(model), in_16_bits(tensors)
    if away(model, whole, shown) <= CLOSE:
        return whole
    now = passed(model, tensors, shown)

    def tried(name: str) -> tuple[float, Tensors, Passed]:
        shorter, number = tensors | quantise_int16(name, tensors[name]), name.partition(".")[0]
        by_them = passed(model, shorter, shown, *(() if number == "map" else (now, int(number))))
        return away(model, shorter, shown, by_them), shorter, by_them

    names = [name for name in tensors if name.endswith("weight")]
    alone = {name: tried(name)[0] for name in names}
    for name in sorted(names, key=lambda name: alone[name] / tensors[name].numel()):
        far, shorter, by_them = tried(name)
        if far <= CLOSE:
            tensors, now = shorter, by_them
    return tensors


def in_16_bits(tensors: Tensors) -> Tensors:
    """The tensors of a network with all weights in 16 bits; of G pictures differ by a quarter of a grey level then."""
    for name in [name for name in tensors if name.endswith("weight")]:
        tensors = tensors | quantise_int16(name, tensors[name])
    return tensors


def quantise_int16(name: str, weight: Tensor) -> Tensors:
    """A weight in 16 bits with a scale for each row (first dimension): value = scale[row] times a whole number."""
    scale = weight.flatten(1).abs().amax(1).clamp(min=1e-12) / STEPS
    whole = (weight / columns(scale, weight)).round().to(torch.int16)
    return {name: whole, name.removesuffix("weight") + "scale": scale}


def weight_of(tensors: Tensors, layer: str) -> Tensor:
    """A layer's weight as floats."""
    weight = tensors[f"{layer}.weight"]
    return weight * columns(tensors[f"{layer}.scale"], weight) if weight.dtype == torch.int16 else weight


def columns(scale: Tensor, weight: Tensor) -> Tensor:
    """A scale for each row in the form that multiplies a weight."""
    return scale.reshape(-1, *[1] * (weight.dim() - 1))


@dataclass(frozen=True)
class Samples:
    """What a shorter network is held against: latents z [N, z_dim], classes c [N], G's own images of them.

    In every second one of a layered G the later layers follow the w of another sample.
    """

    z: Tensor
    c: Tensor
    images: Tensor


@torch.inference_mode()
def samples(model: Model) -> Samples:
    """G's own output for as many of CHECKED as CHECK multiply-adds make, all classes in turn."""
    seeds = CHECKED[: max(FEWEST, int(CHECK // model.G.macs()))]
    z, c = z_from_seeds(seeds, model.G.example()[0].numel()), torch.arange(len(seeds)) % max(model.G.classes, 1)
    if model.G.translates:  # pictures of noise in the place of latents
        z = z.clamp(-1, 1).unflatten(1, model.G.example().shape[1:])
    return Samples(z, c, model.G.synthesis(crossed(model.G, model.G.mapping(z, c))))


def crossed(G: Generator, w: Tensor) -> Tensor:
    """w [N, w_dim]; of a layered G ws [N, num_ws, w_dim], every second one with another's from the middle on."""
    if not G.layered:
        return w
    ws = ws_of(G, w)
    middle = ws.shape[1] // 2
    ws[::2, middle:] = ws.roll(1, 0)[::2, middle:]
    return ws


def loops(G: Generator) -> Tensors:
    """The tensors of the loop in w that the frames of a clip lie on, if they do."""
    if not isinstance(G, StyleGenerator) or G.pictures == 1:
        return {}
    parts = {"sine": G.sine, "cosine": G.cosine}
    return {f"loop.{name}": torch.cat([part.weight, part.bias[:, None]], 1) for name, part in parts.items()}


def away(model: Model, tensors: Tensors, shown: Samples | None = None, by_them: Passed | None = None) -> float:
    """How far the output of these tensors is from G's own at most, in [-1, 1], or in a model of points' unit."""
    shown = shown or samples(model)
    _, xs = by_them or passed(model, tensors, shown)
    return (xs[-1].view_as(shown.images) - shown.images).abs().max().item() / model.unit


@torch.inference_mode()
def passed(model: Model, tensors: Tensors, shown: Samples, before: Passed | None = None, first: int = 0) -> Passed:
    """The samples through all layers, or from layer `first` on where the tensors differ from `before`'s only there."""
    G = model.G
    if before is None:
        w = G.along(crossed(G, entered(G, tensors, shown.z, shown.c))).flatten(0, 1)
        ws: Sequence[Tensor] = w.unbind(1) if w.dim() == 3 else [w] * G.num_ws
        before = ws, [ws[0]]
    ws, xs = before[0], [*before[1][: first + 1]]
    for number, (layer, w) in [*enumerate(zip(G.layers(), ws, strict=True))][first:]:
        if isinstance(layer.module, Concat):
            xs.append(torch.cat([xs[-1], xs[layer.module.after]], 1))
        else:
            xs.append(applied(layer, number, tensors, xs[-1], w))
    return ws, xs


def entered(G: Generator, tensors: Tensors, z: Tensor, c: Tensor) -> Tensor:
    """w [N, w_dim] of z [N, z_dim] and classes c [N] by the tensors."""
    if not G.mapping_layers:
        return G.mapping(z, c)
    w = unit_length(G.given(z))
    if "map.embedding" in tensors:
        w = torch.cat([w, tensors["map.embedding"][c]], 1)
    for i in range(len(G.mapping_layers)):
        layer = f"map.{i}"
        w = nn.functional.linear(w, weight_of(tensors, layer), tensors[f"{layer}.bias"])
        w = nn.functional.leaky_relu(w, SLOPE)
    return w


def applied(layer: Layer, number: int, tensors: Tensors, x: Tensor, w: Tensor) -> Tensor:
    """Layer `number` of G by the tensors: x [N, ...], w [N, w_dim]."""
    weight, bias = weight_of(tensors, str(number)), tensors[f"{number}.bias"]
    conv = layer.convolution
    if unblurred(conv or layer.module) is not None:
        weight = blurred(weight)
    if isinstance(layer.module, nn.Conv2d):
        x = nn.functional.conv2d(x, weight, bias, layer.module.stride, layer.module.padding)
    elif conv is None:
        x = nn.functional.linear(x, weight, bias)
    else:
        d = torch.ones(1, len(bias))
        if isinstance(layer.module, Modulated):
            s = nn.functional.linear(w, weight_of(tensors, f"{number}.style"), tensors[f"{number}.style.bias"])
            x = x * s[:, :, None, None]
            if layer.module.demodulate:
                power = weight.square().sum((2, 3)) / conv.stride[0] ** 2  # [C, C']
                d = GAIN * torch.rsqrt(s.square() @ power + 1e-8)
        padding: Any = conv.padding
        x = nn.functional.conv_transpose2d(x, weight, None, conv.stride, padding, conv.output_padding)
        x = x * d[:, :, None, None] + bias[:, None, None]
    end = "tanh" if layer.end == "sigmoid" else layer.end
    x = Layer(nn.Identity(), end, layer.shape, groups=layer.groups)(x)
    assert x[0].numel() == prod(layer.shape)
    return x
