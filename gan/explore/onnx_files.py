"""A generator as an ONNX file, which other programs run without torch, for any number of samples at once.

Its inputs are z [N, z_dim], psi (one number) and, of a model that knows classes, c [N]; its output is the samples
[N, *shape]. Of a model that repairs, the input is its damaged pictures [N, C, R, R].
"""

import importlib.util
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gan.errors import ConfigError, ModelError
from gan.explore.render import render
from gan.latents import truncate, z_from_seeds
from gan.models.model import Model
from gan.networks.ends import ENDS

log = logging.getLogger(__name__)

OPSET = 18
NEEDED = ("onnx", "onnxscript")
NOTE = "atelier"  # the key of what a file says of itself
CLOSE = 1e-4  # to which a file must come to torch, where that can be tried
TRIED = (1, 3)  # samples at once


class Exported(nn.Module):
    """What is exported of a model that makes samples of seeds."""

    w_avg: Tensor

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.G, self.classes = model.G, bool(model.classes)
        self.register_buffer("w_avg", model.w_avg)

    def forward(self, z: Tensor, psi: Tensor, c: Tensor | None = None) -> Tensor:
        """Samples [N, *shape] of z [N, z_dim], psi [] and classes c [N]."""
        w_avg = self.w_avg[c] if self.classes else self.w_avg
        samples: Tensor = self.G.synthesis(truncate(self.G.mapping(z, c), w_avg, psi))
        return samples


def inputs_of(model: Model, count: int) -> dict[str, Tensor]:
    """Something that an exported model can be given, by the names of its inputs."""
    if model.task:
        shape = (count, *model.G.example().shape[1:])
        return {"images": torch.rand(shape, generator=torch.Generator().manual_seed(0)) * 2 - 1}
    given = {"z": z_from_seeds(range(count), model.G.z_dim), "psi": torch.tensor(0.7)}
    return given | ({"c": torch.arange(count) % len(model.classes)} if model.classes else {})


def expected(model: Model, given: dict[str, Tensor]) -> Tensor:
    """What the model makes of inputs, by torch."""
    if model.task:
        with torch.inference_mode():
            return model.G(given["images"])
    return render(model, given["z"], float(given["psi"]), c=given.get("c"))


def onnx_bytes(model: Model) -> bytes:
    """The ONNX file of a model's generator, with what its card says under one key, as JSON.

    Raises:
        ConfigError: onnx or onnxscript is not installed.
        ModelError: the generator cannot be written as ONNX.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(f'--onnx needs {" and ".join(missing)}: pip install "gan-atelier[onnx]"')
    given = inputs_of(model, 2)
    net = model.G if model.task else Exported(model).eval()
    many = torch.export.Dim("N")
    shapes = tuple(None if value.dim() == 0 else {0: many} for value in given.values())
    try:
        with quiet():
            made = torch.onnx.export(
                net, tuple(given.values()), dynamo=True, dynamic_shapes=shapes, opset_version=OPSET, verbose=False,
                input_names=list(given), output_names=["samples"],
            )  # fmt: skip
    except (RuntimeError, ValueError, TypeError, AssertionError) as error:
        raise ModelError(f"the generator of {model.name} cannot be written as ONNX") from error
    assert made is not None
    proto = made.model_proto
    note = proto.metadata_props.add()
    note.key, note.value = NOTE, json.dumps(about(model), ensure_ascii=False)
    content: bytes = proto.SerializeToString()
    return content


def about(model: Model) -> dict[str, Any]:
    """What a file says of the model that it was made of."""
    return {
        "name": model.name, "medium": model.medium.name, "shape": list(model.shape), "classes": list(model.classes),
        "data": model.card.get("data", {}), "traits": model.card.get("traits", {}),
        "sha256": model.card.get("sha256", ""),
    }  # fmt: skip


def difference(model: Model, content: bytes) -> float | None:
    """The largest difference of an ONNX file's samples from torch's; None where onnxruntime is not installed.

    Of samples that are whole choices it is the share of values that differ, as rounding can tip one over.
    """
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    most = 0.0
    for count in TRIED:
        given = inputs_of(model, count)
        made = session.run(["samples"], {name: value.numpy() for name, value in given.items()})[0]
        away = (torch.from_numpy(made) - expected(model, given)).abs()
        hard = not model.task and ENDS[model.config.end].hard and len(model.shape) > 1
        most = max(most, (away > CLOSE).float().mean().item() if hard else away.max().item())
    return most


@contextmanager
def quiet() -> Iterator[None]:
    """Within it the exporter keeps what it tells of its own workings to itself."""
    chatty = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir", "torch.export")]
    before = [logger.level for logger in chatty]
    for logger in chatty:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(chatty, before, strict=True):
            logger.setLevel(level)
