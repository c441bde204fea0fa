"""Small graphs: what is true of them, how they are said and drawn, how near they are, and their files in NetworkX."""

import io
import json
import zipfile
from pathlib import Path

import networkx
import numpy as np
import pytest
import torch
from torch import Tensor

from gan import api
from gan.commands.use import main
from gan.data.graphs import FAMILIES, breadth_first, small_graphs
from gan.errors import ConfigError
from gan.media import graph_figures
from gan.media.graph_drawings import INK, PAPER, REACH, SIDE, drawings, places
from gan.media.graphs import GRAPHS
from gan.media.medium import Compare


def matrix(edges: list[tuple[int, int]], nodes: int, size: int = 16) -> Tensor:
    """uint8 [1, size, size]."""
    found = torch.zeros(1, size, size, dtype=torch.uint8)
    for node in range(nodes):
        found[0, node, node] = 1
    for one, other in edges:
        found[0, one, other] = found[0, other, one] = 1
    return found


PATH = matrix([(0, 1), (1, 2)], 3)
TRIANGLES = matrix([(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)], 6)
SQUARE = matrix([(0, 1), (1, 2), (2, 3), (3, 0)], 4)
APART = matrix([(0, 1), (1, 2)], 4)


def some(n: int = 40, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([breadth_first(make(n // 4, generator)) for make in FAMILIES.values()])


def networks(matrices: Tensor) -> list[networkx.Graph]:
    exists, edges = graph_figures.read(matrices)
    found = []
    for one, there in zip(edges.numpy(), exists.numpy(), strict=True):
        graph = networkx.from_numpy_array(one)
        graph.remove_nodes_from(np.flatnonzero(~there))
        found.append(graph)
    return found


def test_rows_and_tensors_are_inverse() -> None:
    matrices = some()
    samples = GRAPHS.tensors(matrices, {})
    assert samples.shape == (40, 1, 16, 16)
    assert set(samples.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(GRAPHS.rows(samples, {}), matrices)


def test_an_edge_to_a_node_that_is_not_there_is_none() -> None:
    odd = matrix([(0, 1), (1, 5)], 2)
    exists, edges = graph_figures.read(odd)
    assert (exists.sum(), edges.sum()) == (2, 2)
    assert GRAPHS.says(GRAPHS.tensors(odd, {}), {}) == ["1 clique: 2 nodes, 1 edge"]


def test_parts_trees_and_cliques_are_those_of_another_library() -> None:
    matrices = torch.cat([some(), PATH, TRIANGLES, SQUARE, APART])
    read, graphs = graph_figures.read(matrices), networks(matrices)
    assert graph_figures.parts(*read).tolist() == [networkx.number_connected_components(one) for one in graphs]
    assert graph_figures.are_trees(*read).tolist() == [networkx.is_tree(one) for one in graphs]
    whole = [all(networkx.density(g.subgraph(part)) == 1 for part in networkx.connected_components(g)) for g in graphs]
    assert graph_figures.are_cliques(*read)[:-1].tolist() == whole[:-1]
    assert not graph_figures.are_cliques(*graph_figures.read(torch.zeros(1, 16, 16))).any()


def test_histograms_are_those_of_another_library() -> None:
    matrices = some(16)
    read = graph_figures.read(matrices)
    degree, clustering, spectrum = (make(*read) for make in graph_figures.HISTOGRAMS.values())
    for row, graph in enumerate(networks(matrices)):
        degrees = torch.tensor(networkx.degree_histogram(graph)) / len(graph)
        torch.testing.assert_close(degree[row, : len(degrees)], degrees)
        values = [list(networkx.clustering(graph).values())]
        expected = graph_figures.histogram(torch.tensor(values), torch.ones(1, len(graph)).bool(), 1.0)
        torch.testing.assert_close(clustering[row], expected[0])
        # A value on the edge of two bins may fall on either side: mass may move by one bin.
        laplacian = np.linalg.eigvalsh(networkx.normalized_laplacian_matrix(graph).toarray())
        bins = np.histogram(laplacian, graph_figures.BINS, (0, 2))[0] / len(graph)
        assert np.abs(np.cumsum(bins) - spectrum[row].cumsum(0).numpy()).max() <= 0.51
    assert torch.allclose(spectrum.sum(1), torch.ones(16))


def test_mmd_is_0_for_equals_and_grows_with_the_difference() -> None:
    histograms = graph_figures.degrees(*graph_figures.read(some()))
    shifted = histograms.roll(1, 1)
    assert graph_figures.mmd2(histograms, histograms) == pytest.approx(0, abs=1e-9)
    near = graph_figures.mmd2(histograms, torch.cat([histograms[:20], shifted[20:]]))
    assert 0 < near < graph_figures.mmd2(histograms, shifted)
    one, other = torch.eye(3)[:1], torch.eye(3)[1:2]  # a total variation of 1
    expected = 2 - 2 * np.exp(-1 / (2 * graph_figures.KERNEL_WIDTH**2))
    assert graph_figures.mmd2(one, other) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (PATH, "a tree: 3 nodes, 2 edges"), (TRIANGLES, "2 cliques: 6 nodes, 6 edges"),
        (SQUARE, "a graph: 4 nodes, 4 edges"), (APART, "a graph of 2 parts: 4 nodes, 2 edges"),
        (matrix([], 1), "a tree: 1 node, 0 edges"), (matrix([], 0), "an empty graph"),
        (matrix([], 2), "a graph of 2 parts: 2 nodes, 0 edges"),
    ],
)  # fmt: skip
def test_a_graph_is_said_in_words(graph: Tensor, said: str) -> None:
    assert GRAPHS.says(GRAPHS.tensors(graph, {}), {}) == [said]


def test_a_drawing_shows_every_node_and_nodes_stay_about_where_they_were() -> None:
    before = some(8).numpy().astype(bool)
    assert drawings(before).shape == (8, SIDE, SIDE, 3)
    for number, (one, at, picture) in enumerate(zip(before, places(before), drawings(before), strict=True)):
        assert np.array_equal(drawings(before[number:][:1])[0], picture)
        assert np.hypot(*at.T).max() <= 1 + 1e-12
        for x, y in (SIDE / 2 + REACH * at[np.diagonal(one)]).astype(int):
            assert tuple(picture[y, x]) == INK
        other = one.copy()
        other[0, 1] = other[1, 0] = not one[0, 1]
        assert np.hypot(*(places(other[None])[0] - at).T).mean() < 0.25
    assert (drawings(np.zeros((1, 16, 16), bool)) == PAPER).all()


def test_the_nearest_differs_by_the_fewest_nodes_and_edges() -> None:
    real = GRAPHS.tensors(torch.cat([PATH, TRIANGLES, SQUARE]), {})
    which, far = GRAPHS.among(GRAPHS.tensors(torch.cat([APART, SQUARE]), {}), real, {})
    assert (which.tolist(), far.tolist()) == ([0, 2], [1, 0])


def test_figures_tell_real_graphs_from_independent_edges() -> None:
    train, test = small_graphs(None, True, 0), small_graphs(None, False, 0)
    real = train.compared(test, 400, 0)
    c = torch.arange(400) % 4
    fake = train.tensors(train.rows[c * 5_000 + torch.arange(400)])
    figures = GRAPHS.measured(Compare(real.train, real.test, fake, train.traits, c))
    assert figures["exact_trees"] == figures["exact_cliques"] == 1
    assert figures["exact_trees_baseline"] < 0.2
    for name in graph_figures.HISTOGRAMS:
        assert figures[name] < 3 * figures[f"{name}_real"] < figures[f"{name}_baseline"]
    assert set(GRAPHS.labels) == {name for name in figures if not name.endswith(("_real", "_baseline"))}
    lost = fake.clone()
    lost[:, :, 0, 1] = lost[:, :, 1, 0] = -1
    figures = GRAPHS.measured(Compare(real.train, real.test, lost, train.traits, c))
    assert figures["exact_trees"] < 0.2
    assert figures["exact_cliques"] < 0.2


def test_files_are_read_by_another_library() -> None:
    samples = GRAPHS.tensors(torch.cat([TRIANGLES, SQUARE]), {})
    note = {"model": 'a "name" & <more>', "seeds": "1"}
    read = networkx.read_graphml(io.BytesIO(GRAPHS.file(".graphml", samples[:1], {}, note)))
    assert networkx.is_isomorphic(read, networks(TRIANGLES)[0])
    content = json.loads(GRAPHS.file(".json", samples[1:], {}, note))
    assert content["graph"] == note
    assert networkx.is_isomorphic(networkx.node_link_graph(content, edges="edges"), networks(SQUARE)[0])
    with pytest.raises(ConfigError, match="graphs are saved as"):
        GRAPHS.file(".wav", samples, {}, note)


def test_files_of_several_graphs_are_in_a_zip_that_is_called_one(tmp_path: Path) -> None:
    asked = [tmp_path / "x.graphml", tmp_path / "one.json", tmp_path / "sheet.png"]
    for path, seeds in zip(asked, ("7,1-2,7", "1", "1-2"), strict=True):
        main(["sample", "graphs-mlp", "--seeds", seeds, "--out", str(path)])
    api.load("graphs-mlp").sample([3, 5], c=[2, 1]).save(tmp_path / "own.json")
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"x.graphml.zip", "one.json", "sheet.png", "own.json.zip"}
    with zipfile.ZipFile(tmp_path / "x.graphml.zip") as folder:
        assert folder.namelist() == [f"seed-{name}.graphml" for name in ("7", "1", "2", "7-2")]
    with zipfile.ZipFile(tmp_path / "own.json.zip") as folder:
        notes = {name: json.loads(folder.read(name))["graph"] for name in folder.namelist()}
    assert {name: (note["seeds"], note["classes"]) for name, note in notes.items()} == {
        "seed-3.json": ("3", "2"), "seed-5.json": ("5", "1")
    }  # fmt: skip


def test_what_fits() -> None:
    assert GRAPHS.fits((1, 16, 16))
    assert not any(GRAPHS.fits(shape) for shape in ((2, 16, 16), (1, 16, 15), (1, 33, 33), (16,)))
