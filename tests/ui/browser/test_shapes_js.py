"""The browser's graphs and clips are Python's: drawings, words, distances and files."""

import base64
import io
import json
from collections.abc import Iterator

import networkx
import numpy as np
import pytest
import torch
from PIL import Image

from gan.data.clips import Swinging, swung
from gan.data.graphs import FAMILIES, breadth_first
from gan.explore.render import Mix, features, synthesis, ws_of
from gan.media import graph_figures
from gan.media.clips import CLIPS
from gan.media.films import settings_of
from gan.media.graphs import GRAPHS
from gan.recipe.config import TrainConfig
from gan.training.runs import model_of
from gan.training.trainer import Trainer
from js_core import JsCore, files_of, js_core, tensor, text

GRAPH = {"kind": "graphs", "shape": [1, 16, 16], "values": 256, "traits": {}, "unit": 1}
CLIP = {"kind": "clips", "shape": [8, 28, 28], "values": 6272, "traits": {"fps": 10}, "unit": 1}


@pytest.fixture(scope="module")
def js() -> Iterator[JsCore]:
    with js_core(("core/clips", "core/graphs", "core/gif", "core/webp", "core/media", "core/sampling")) as core:
        yield core


@pytest.fixture(scope="module")
def graphs() -> torch.Tensor:
    """Samples [N, 1, 16, 16] of all families, and some whose edges are at random."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.cat([breadth_first(make(4, generator)) for make in FAMILIES.values()])
    random = torch.randn(4, 16, 16, generator=generator)
    return torch.cat([GRAPHS.tensors(rows, {}), torch.where(random + random.mT > 1, 1.0, -1.0)[:, None]])


@pytest.fixture(scope="module")
def clips() -> torch.Tensor:
    pictures = torch.zeros(4, 28, 28, dtype=torch.uint8)
    for number, picture in enumerate(pictures):
        picture[4 : 14 + 2 * number, 10 : 12 + 2 * number] = 250
    return CLIPS.tensors(swung(pictures, torch.tensor([15.0, 20.0, 25.0, 30.0])), {})


def test_graphs_are_drawn_alike(js: JsCore, graphs: torch.Tensor) -> None:
    drawn = GRAPHS.preview(graphs, {})
    for number, sample in enumerate(graphs):
        code = "([model, sample]) => numbers(lib.PAINTERS.graphs.draw(model, back(sample)).data)"
        found = tensor(js.evaluate(code, [GRAPH, text(sample)])).reshape(224, 224, 4)
        assert (found[..., :3] - drawn[number]).abs().max() <= 1
        assert (found[..., 3] == 255).all()


def test_graphs_and_clips_are_said_alike(js: JsCore, graphs: torch.Tensor, clips: torch.Tensor) -> None:
    for model, medium, samples in ((GRAPH, GRAPHS, graphs), (CLIP, CLIPS, clips)):
        code = "([model, samples]) => samples.map((one) => lib.painterOf(model).says(model, back(one)))"
        assert js.evaluate(code, [model, [text(one) for one in samples]]) == medium.says(samples, {})


def test_the_nearest_is_the_same(js: JsCore, graphs: torch.Tensor, clips: torch.Tensor) -> None:
    code = """([model, sample, rows, size]) =>
        lib.samplingOf(model).reading.distances(model, back(sample), Uint8Array.from(back(rows)), size)"""
    for model, medium, samples, size in ((GRAPH, GRAPHS, graphs, 256), (CLIP, CLIPS, clips, 6272)):
        rows = text(medium.rows(samples, {}).float())
        for number in (0, 3):
            found = js.evaluate(code, [model, text(samples[number]), rows, size])
            other = 1 - number if number == 0 else 2
            which, _ = medium.among(samples[number : number + 1], samples, {})
            assert int(np.argmin(found)) == int(which) == number
            assert found[number] < 1e-6 < found[other]
            far = medium.among(samples[number : number + 1], samples[other : other + 1], {})[1].item()
            assert found[other] == pytest.approx(far, rel=0.02)
    expected = [GRAPHS.among(graphs[:1], graphs[i : i + 1], {})[1].item() for i in range(len(graphs))]
    found = js.evaluate(code, [GRAPH, text(graphs[0]), text(GRAPHS.rows(graphs, {}).float()), 256])
    assert found == expected


def test_a_stored_row_becomes_the_sample(js: JsCore, graphs: torch.Tensor, clips: torch.Tensor) -> None:
    code = """([model, row]) =>
        numbers(lib.samplingOf(model).reading.sample(model, Uint8Array.from(back(row))))"""
    for model, medium, samples in ((GRAPH, GRAPHS, graphs), (CLIP, CLIPS, clips)):
        row = medium.rows(samples[:1], {})
        assert torch.equal(tensor(js.evaluate(code, [model, text(row.float())])), medium.tensors(row, {}).flatten())


def test_a_loop_goes_on_with_the_time_of_a_film(js: JsCore, clips: torch.Tensor) -> None:
    code = """([model, clip, seconds]) => seconds.map((at) => {
        const { data } = lib.painterOf(model).draw(model, back(clip), at);
        return numbers(data.filter((_, i) => i % 4 === 0));
    })"""
    found = js.evaluate(code, [CLIP, text(clips[1]), [0, 0.1, 0.25, 0.8, 1.45]])
    frames = CLIPS.rows(clips[1:2], {})[0]
    # Frame 6 is the last place to the left; frames 1 and 3 are one picture, and 0 and 4.
    for one, number in zip(found, (0, 1, 2, 0, 6), strict=True):
        assert torch.equal(tensor(one).reshape(28, 28).byte(), frames[number])


def test_graph_files_are_read_by_another_library(js: JsCore, graphs: torch.Tensor) -> None:
    exists, edges = graph_figures.read(GRAPHS.rows(graphs, {}))
    for number in (0, 5, 15):
        same = networkx.from_numpy_array(edges[number].numpy())
        same.remove_nodes_from(np.flatnonzero(~exists[number].numpy()))
        code = "([model, sample]) => [lib.graphMl(model, back(sample)), lib.nodeLink(model, back(sample))]"
        markup, content = js.evaluate(code, [GRAPH, text(graphs[number])])
        assert networkx.is_isomorphic(networkx.read_graphml(io.BytesIO(markup.encode())), same)
        assert networkx.is_isomorphic(networkx.node_link_graph(json.loads(content), edges="edges"), same)


def test_a_gif_of_the_browser_is_read_by_pillow(js: JsCore) -> None:
    """Runs, noise that fills the table of codes over and over, and one grey."""
    noise = torch.randint(0, 256, (112, 112), generator=torch.Generator().manual_seed(0))
    frames = torch.stack([torch.arange(112 * 112).reshape(112, 112) // 7 % 256, noise, torch.full((112, 112), 9)])
    code = """([frames, note]) => {
        const file = lib.greyGif(frames.map((one) => Uint8Array.from(back(one))), 112, 112, 8, note);
        return btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(""));
    }"""
    content = base64.b64decode(js.evaluate(code, [[text(one.float()) for one in frames], '{"gan-atelier": 1, "x": 2}']))
    assert settings_of(content)["x"] == 2
    with Image.open(io.BytesIO(content)) as file:
        assert (file.n_frames, file.info["loop"]) == (3, 0)
        lasting = []
        for number, frame in enumerate(frames):
            file.seek(number)
            assert np.array_equal(np.asarray(file.convert("L")), frame.numpy())
            lasting.append(file.info["duration"])
    assert lasting == [130, 120, 130]


def test_a_webp_of_the_browser_is_read_by_pillow(js: JsCore) -> None:
    frames = [Image.fromarray(np.full((56, 56), 60 * number, np.uint8)) for number in range(4)]
    stills = []
    for number, frame in enumerate(frames):
        file = io.BytesIO()
        frame.convert("RGB").save(file, "WEBP", lossless=number % 2 == 0)
        stills.append(base64.b64encode(file.getvalue()).decode())
    code = """([stills, note]) => {
        const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const file = lib.webpFilm(stills.map(bytes), 56, 56, 8, note);
        return btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(""));
    }"""
    content = base64.b64decode(js.evaluate(code, [stills, '{"gan-atelier": 1, "x": 2}']))
    assert settings_of(content)["x"] == 2
    with Image.open(io.BytesIO(content)) as file:
        assert (file.n_frames, file.info["loop"], file.size) == (4, 0, (56, 56))
        for number in range(4):
            file.seek(number)
            file.load()
            assert abs(np.asarray(file.convert("L")).mean() - 60 * number) <= 2
            assert file.info["duration"] == 125


@pytest.mark.parametrize("engine", ["", "plain"])
def test_the_frames_of_a_loop_are_pytorchs(engine: str) -> None:
    """Whole clips, those of two latents mixed, and features of the first frame."""
    nets = {"network": "style", "g_widths": (8, 6, 4), "d_widths": (4, 8), "z_dim": 5, "w_dim": 6, "batch": 4}
    config = TrainConfig(data="swinging-digits", frames="loop", condition="class", **nets)
    pictures = torch.randint(0, 256, (20, 28, 28, 1), generator=torch.Generator().manual_seed(0)).byte()
    trainer = Trainer(config, Swinging(pictures, torch.arange(20) % 3, tuple("abc"), medium=CLIPS))
    with torch.no_grad():
        for part in (trainer.G.sine, trainer.G.cosine):  # far enough for frames to differ
            part.weight.mul_(10)
            part.bias.add_(0.3)
    trainer.step()
    model = model_of(trainer, "loop", 0.0)
    with js_core(files=files_of(model), engine=engine) as core:
        w = model.G.mapping(torch.randn(3, 5, generator=torch.Generator().manual_seed(1)), torch.arange(3))
        ws, other = ws_of(model.G, w), ws_of(model.G, w.roll(1, 0))
        code = (
            "async ([rows, mix]) => numbers(await lib.engine.draw('loop', back(rows), mix && {...mix, w: back(mix.w)}))"
        )
        with torch.inference_mode():
            expected = model.G.synthesis(ws)
            mixed = synthesis(model, w, w.roll(1, 0), Mix(0, 2, 0.4))
            half = features(model, w[:1], 2)
        assert (expected[:, 0] - expected[:, 2]).abs().max() > 0.05
        found = tensor(core.evaluate(code, [text(ws), None])).view_as(expected)
        assert (found - expected).abs().max() < 1e-3
        found = tensor(core.evaluate(code, [text(ws), {"stage": 2, "share": 0.4, "w": text(other)}])).view_as(expected)
        assert (found - mixed).abs().max() < 1e-3
        code = "async (row) => numbers((await lib.engine.features('loop', back(row), 2)).values)"
        found = tensor(core.evaluate(code, text(ws[:1]))).view_as(half)
        assert (found - half).abs().max() < 1e-3
