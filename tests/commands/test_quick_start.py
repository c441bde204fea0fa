"""What makes a start quick: no stubs of gradio's, no sympy, one fork server off the app, and a collector that waits."""

import subprocess
import sys

import torch
from torch import nn

from core_fixtures import ROOT
from gan.networks.undrawn import undrawn

CODE = """
import ast, gc, sys, threading
from gan.commands.process import quick_start
from gan.ui.no_stubs import Finder, keep_from_writing_stubs

with quick_start():
    assert not gc.isenabled()
    from gan.live.fork_server import FORKS, Forked, ForkServer
    from gan.networks import ARCHITECTURES
    from gan.recipe.config import TrainConfig
    from gan.training.trainer import Trainer
    server = ForkServer()
    server.branch_off()
    keep_from_writing_stubs()
    keep_from_writing_stubs()
    assert sum(isinstance(finder, Finder) for finder in sys.meta_path) == 1
    ast.get_source_segment = None  # what the stubs are made with
    import gradio
assert gc.isenabled() and gc.get_freeze_count() > 100_000
assert "sympy" not in sys.modules
with gradio.Blocks() as page:
    gradio.HTML("a")
assert gradio.HTML.__module__ == "gradio.components.html" and gradio.component_meta.create_or_modify_pyi() is None
if FORKS:
    forked = server._process
    assert isinstance(forked, Forked) and forked.poll() is None
    with server.fork() as worker:  # a process of its own, which says so
        assert worker.recv().pid not in (forked.pid, None)
    late = ForkServer()
    late.branch_off()  # gradio is here: too late
    assert late._process is None
    server.close()
    assert forked.poll() == 0
"""


def test_a_start_loads_little_and_shares_it() -> None:
    subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, check=True, timeout=120)


def test_a_layer_is_made_without_drawing() -> None:
    before = torch.get_rng_state()
    layers = undrawn(nn.Linear, 3, 4), undrawn(nn.Conv2d, 2, 5, 3, stride=2, padding=1, bias=False)
    assert torch.equal(torch.get_rng_state(), before)
    assert [tuple(weight.shape) for layer in layers for weight in layer.parameters()] == [(4, 3), (4,), (5, 2, 3, 3)]
    assert all(
        w.requires_grad and w.device.type == "cpu" and w.is_contiguous() for la in layers for w in la.parameters()
    )
    assert (layers[1].stride, layers[1].padding, layers[1].bias) == ((2, 2), (1, 1), None)
