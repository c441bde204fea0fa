"""Small graphs of four families, made here: nothing to read, no licence to keep.

A graph is uint8 [16, 16] of 0 and 1: who is joined to whom, symmetric, and on the diagonal which of the 16 nodes there
are. Its nodes are numbered breadth first, so that equal graphs mostly have equal matrices and a network can learn them.
You et al. 2018, arXiv:1802.08773, section 2.3, number nodes so too.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from gan.data.stored import Stored
from gan.media.graphs import GRAPHS

NODES = 16  # of a graph, at most
FEWEST = 8  # of a tree
EACH = 5_000  # graphs of each family
GROUPS, GROUP = (2, 3), (4, 6)  # communities of a graph, and nodes of each
WITHIN, BETWEEN = 0.8, 0.06  # chances that two nodes of one community are joined, and of two
CLIQUES, CLIQUE = (2, 4), (3, 6)  # cliques of a graph, and nodes of each
GRIDS = ((2, 4), (2, 5), (2, 6), (2, 7), (2, 8), (3, 3), (3, 4), (3, 5), (4, 4))  # rows and columns
ROUNDS = 4  # of colour refinement
BEFORE = 1e3  # more than any colour: what counts before it


def between(low: int, high: int, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Whole numbers from low to high, both of them included."""
    return torch.randint(low, high + 1, shape, generator=generator)


def grouped(counts: tuple[int, int], sizes: tuple[int, int], n: int, generator: torch.Generator) -> Tensor:
    """[n, NODES] the group of each node, -1 for nodes that are not there; a group that does not fit is left out."""
    count = between(*counts, (n, 1), generator)
    size = between(*sizes, (n, counts[1]), generator) * (torch.arange(counts[1]) < count)
    ends = size.cumsum(1)
    ends = torch.where(ends <= NODES, ends, torch.where(ends - size <= NODES, ends - size, 0)).cummax(1).values
    group = (torch.arange(NODES)[None, :, None] >= ends[:, None]).sum(2)  # how many groups end before a node
    return torch.where(torch.arange(NODES) < ends[:, -1:], group, -1)


def from_upper(joined: Tensor, exists: Tensor) -> Tensor:
    """Graphs uint8 [n, NODES, NODES] of pairs [n, NODES, NODES], of which those above the diagonal count."""
    both = exists[:, :, None] & exists[:, None]
    upper = (joined & both).triu(1)
    return (upper | upper.mT | torch.diag_embed(exists)).byte()


def communities(n: int, generator: torch.Generator) -> Tensor:
    """Two or three groups whose nodes are mostly joined, with a few edges between them."""
    group = grouped(GROUPS, GROUP, n, generator)
    same = group[:, :, None] == group[:, None]
    chance = torch.rand(n, NODES, NODES, generator=generator)
    return from_upper(chance < torch.where(same, WITHIN, BETWEEN), group >= 0)


def trees(n: int, generator: torch.Generator) -> Tensor:
    """Random recursive trees: every node after the first hangs on one of those before it, each as likely."""
    exists = torch.arange(NODES) < between(FEWEST, NODES, (n, 1), generator)
    parent = (torch.rand(n, NODES, generator=generator) * torch.arange(NODES)).long()
    hangs = torch.nn.functional.one_hot(parent, NODES).bool()  # [n, child, parent]
    return from_upper(hangs.mT, exists)


def grids(n: int, generator: torch.Generator) -> Tensor:
    """Rectangles of GRIDS, each as likely."""
    kinds = torch.stack([grid(*sides) for sides in GRIDS])
    return kinds[torch.randint(len(kinds), (n,), generator=generator)]


def grid(rows: int, columns: int) -> Tensor:
    """A rectangle whose nodes are joined to those beside, above and below them."""
    at = torch.cartesian_prod(torch.arange(rows), torch.arange(columns))
    joined = torch.zeros(NODES, NODES, dtype=torch.bool)
    joined[: len(at), : len(at)] = (at[:, None] - at[None]).abs().sum(2) == 1
    return from_upper(joined[None], torch.arange(NODES)[None] < len(at))[0]


def cliques(n: int, generator: torch.Generator) -> Tensor:
    """Two to four groups apart from one another, in each of which everyone is joined to everyone."""
    group = grouped(CLIQUES, CLIQUE, n, generator)
    return from_upper(group[:, :, None] == group[:, None], group >= 0)


FAMILIES: dict[str, Callable[[int, torch.Generator], Tensor]] = {
    "communities": communities, "trees": trees, "grids": grids, "cliques": cliques,
}  # fmt: skip


def colours(graphs: Tensor) -> Tensor:
    """float64 [n, NODES] a number for each node that tells it from nodes whose surroundings differ; larger with degree.

    Colour refinement, one-dimensional Weisfeiler-Lehman: a colour takes in the colours of its neighbours, ROUNDS times.
    Nodes that are not there have 0.
    """
    exists = graphs.diagonal(dim1=1, dim2=2).double()
    edges = graphs.double() * (1 - torch.eye(NODES, dtype=torch.float64))
    degree = edges.sum(2)
    colour = degree + exists
    for _ in range(ROUNDS):
        # A sum of sines tells sets of neighbours apart where a plain sum would not.
        mixed = (edges @ (torch.sin(colour * 1.7)[..., None] + 1.1)).squeeze(2) / (2.1 * NODES)
        colour = (degree + mixed + exists) * exists
    return colour


def breadth_first(graphs: Tensor) -> Tensor:
    """The same graphs uint8 [n, NODES, NODES], their nodes numbered breadth first from one with most neighbours.

    Of those that are reached from the same node the one with more neighbours comes first; a part that hangs on nothing
    before begins anew, and nodes that are not there come last.
    """
    every = torch.arange(len(graphs))
    exists = graphs.diagonal(dim1=1, dim2=2).bool()
    colour = colours(graphs)
    # The place in the order of the neighbour by which a node is reached first; NODES until there is one.
    reached = torch.full((len(graphs), NODES), float(NODES), dtype=torch.float64)
    placed = torch.zeros_like(exists)
    order = []
    for place in range(NODES):
        rank = torch.where(exists, reached * BEFORE - colour, BEFORE**2)
        node = torch.where(placed, torch.inf, rank).argmin(1)
        order.append(node)
        placed[every, node] = True
        near = graphs[every, node].bool() & (reached == NODES)
        reached = torch.where(near, float(place), reached)
    new = torch.stack(order, 1)  # [n, NODES]
    rows = graphs.gather(1, new[:, :, None].expand(-1, -1, NODES))
    return rows.gather(2, new[:, None].expand(-1, NODES, -1))


def small_graphs(data_dir: Path | None, train: bool, resolution: int) -> Stored:
    """EACH graphs of every family, the same ones each time; a fifth as many in the test part."""
    generator = torch.Generator().manual_seed(0 if train else 1)
    each = EACH if train else EACH // 5
    rows = torch.cat([breadth_first(make(each, generator)) for make in FAMILIES.values()])
    labels = torch.arange(len(FAMILIES)).repeat_interleave(each)
    return Stored(rows, labels, tuple(FAMILIES), medium=GRAPHS, traits={"families": list(FAMILIES)})
