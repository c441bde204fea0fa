"""The four families of small graphs are what they are called, and their nodes are numbered breadth first."""

import networkx
import pytest
import torch
from torch import Tensor

from gan.data.graphs import CLIQUE, CLIQUES, EACH, FAMILIES, GRIDS, NODES, breadth_first, small_graphs


def drawn(family: str, n: int = 200) -> Tensor:
    return FAMILIES[family](n, torch.Generator().manual_seed(1))


def graphs(matrices: Tensor) -> list[networkx.Graph]:
    """As another library sees them."""
    found = []
    for matrix in matrices.numpy():
        graph = networkx.from_numpy_array(matrix * (1 - torch.eye(NODES).numpy()))
        graph.remove_nodes_from([node for node in range(NODES) if not matrix[node, node]])
        found.append(graph)
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_matrices_are_symmetric_and_edges_have_both_their_nodes(family: str) -> None:
    matrices = drawn(family)
    assert matrices.dtype == torch.uint8
    assert torch.equal(matrices, matrices.mT)
    exists = matrices.diagonal(dim1=1, dim2=2)
    assert not (matrices & ~(exists[:, :, None] & exists[:, None]) & 1).any()


def test_trees_are_trees() -> None:
    found = graphs(drawn("trees"))
    assert all(networkx.is_tree(graph) for graph in found)
    assert {len(graph) for graph in found} == set(range(8, NODES + 1))


def test_grids_are_all_that_there_are() -> None:
    wanted = [networkx.grid_2d_graph(*sides) for sides in GRIDS]
    found = [[networkx.is_isomorphic(graph, one) for one in wanted] for graph in graphs(drawn("grids"))]
    assert all(sum(row) == 1 for row in found)
    assert all(any(column) for column in zip(*found, strict=True))


def test_cliques_are_whole_and_apart() -> None:
    for graph in graphs(drawn("cliques")):
        parts = [graph.subgraph(part) for part in networkx.connected_components(graph)]
        assert CLIQUES[0] <= len(parts) <= CLIQUES[1]
        assert all(networkx.density(part) == 1 and CLIQUE[0] <= len(part) <= CLIQUE[1] for part in parts)


def test_communities_are_denser_within() -> None:
    found = graphs(drawn("communities"))
    density = sum(networkx.density(graph) for graph in found) / len(found)
    clustered = sum(networkx.average_clustering(graph) for graph in found) / len(found)
    assert 0.2 < density < 0.5 < clustered


@pytest.mark.parametrize("family", FAMILIES)
def test_another_order_is_the_same_graph_breadth_first(family: str) -> None:
    matrices = drawn(family, 40)
    ordered = breadth_first(matrices)
    for before, after in zip(graphs(matrices), graphs(ordered), strict=True):
        assert networkx.faster_could_be_isomorphic(before, after)
        assert sorted(after) == list(range(len(after)))  # nodes that are not there come last
        assert after.degree(0) == max(degree for _, degree in after.degree())
        first = [min((other for other in after[node] if other < node), default=-1) for node in after]
        for part in networkx.connected_components(after):
            reached = [first[node] for node in sorted(part)]
            assert reached == sorted(reached)  # by earlier ones first: that is breadth first


@pytest.mark.parametrize("family", ["trees", "cliques"])
def test_numbering_does_not_depend_on_how_nodes_were_numbered(family: str) -> None:
    matrices = drawn(family, 60)
    order = torch.randperm(NODES, generator=torch.Generator().manual_seed(2))
    assert torch.equal(breadth_first(matrices), breadth_first(matrices[:, order][:, :, order]))


def test_the_set_is_whole_labelled_and_always_the_same() -> None:
    train, test = small_graphs(None, True, 0), small_graphs(None, False, 0)
    assert train.rows.shape == (4 * EACH, NODES, NODES)
    assert train.shape == (1, NODES, NODES)
    assert train.classes == tuple(FAMILIES) == tuple(train.traits["families"])
    assert train.labels is not None
    assert train.labels.bincount().tolist() == [EACH] * 4
    assert torch.equal(train.rows, small_graphs(None, True, 0).rows)
    assert not torch.equal(train.rows[: len(test.rows)], test.rows)
