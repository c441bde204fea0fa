"""Small graphs: samples [1, S, S] of 1 and -1, who is joined to whom and, on the diagonal, which nodes there are.

A graph is read as networks make it, but for edges to nodes that are not there: these are no edges.
"""

import json
from collections.abc import Callable
from xml.etree import ElementTree

import torch
from torch import Tensor

from gan.media import graph_figures
from gan.media.graph_drawings import drawings
from gan.media.medium import Compare, FileForm, Medium, Note, Shape, Traits

SIZES = range(2, 33)  # nodes of a graph, at most
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
WATCHED = 2_000  # learnt graphs that those of a live run are held against
# Families whose graphs are exact or not.
EXACT = {"trees": graph_figures.are_trees, "cliques": graph_figures.are_cliques}


def fits(shape: Shape) -> bool:
    """One square."""
    return len(shape) == 3 and shape[0] == 1 and shape[1] == shape[2] and shape[1] in SIZES


def tensors(matrices: Tensor, traits: Traits) -> Tensor:
    """float32 [N, 1, S, S] of 1 and -1, of matrices uint8 [N, S, S] of 1 and 0."""
    return matrices[:, None].float() * 2 - 1


def rows(graphs: Tensor, traits: Traits) -> Tensor:
    """Matrices uint8 [N, S, S] of 1 and 0."""
    return (graphs[:, 0] > 0).byte()


def preview(graphs: Tensor, traits: Traits) -> Tensor:
    """Their drawings, uint8 [N, H, W, 3]."""
    matrices = rows(graphs, traits).numpy().astype(bool)
    return torch.from_numpy(drawings(matrices))


def says(graphs: Tensor, traits: Traits) -> list[str]:
    """Each in words: "a tree: 12 nodes, 11 edges"."""
    exists, edges = graph_figures.read(rows(graphs, traits))
    counts = zip(
        exists.sum(1).tolist(), (edges.sum((1, 2)) / 2).long().tolist(), graph_figures.parts(exists, edges).tolist(),
        graph_figures.are_trees(exists, edges).tolist(), graph_figures.are_cliques(exists, edges).tolist(), strict=True,
    )  # fmt: skip
    return [said(*count) for count in counts]


def said(nodes: int, edges: int, parts: int, tree: bool, cliques: bool) -> str:
    """A graph of these counts in words."""
    size = f"{counted(nodes, 'node')}, {counted(edges, 'edge')}"
    if not nodes:
        return "an empty graph"
    if cliques and edges:
        return f"{counted(parts, 'clique')}: {size}"
    if tree:
        return f"a tree: {size}"
    return f"a graph of {counted(parts, 'part')}: {size}" if parts > 1 else f"a graph: {size}"


def counted(count: int, noun: str) -> str:
    """The count and the noun, in the plural but of 1."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def among(graphs: Tensor, real: Tensor, traits: Traits) -> tuple[Tensor, Tensor]:
    """(number of the nearest of real [M, 1, S, S] to each of graphs [N, 1, S, S], nodes and edges that differ)."""
    a, b = features(graphs)[0], features(real)[0]
    away, which = ((a.shape[1] - a @ b.T) / 2).min(1)  # of values 1 and -1
    return which, away


def features(graphs: Tensor) -> tuple[Tensor, str]:
    """[N, S (S + 1) / 2] every node and every pair of them."""
    upper = torch.triu(torch.ones(graphs.shape[2:], dtype=torch.bool))
    return graphs[:, 0, upper], "every node and every pair of them"


def rates(shape: Shape) -> tuple[float, float]:
    """Measured on the four families."""
    return 1e-3, 0.3


def measured(compare: Compare) -> dict[str, float]:
    """How far the graphs' shapes are from held-out ones', and how many trees and cliques are what was asked for.

    The baseline joins each pair, independently of all others, as often as real graphs have it.
    """
    test, traits = compare.test, compare.traits
    held_out = graph_figures.read(rows(test, traits))
    kinds = {"": compare.fake, "_real": compare.train[: len(test)], "_baseline": independent(compare)}
    read = {suffix: graph_figures.read(rows(graphs, traits)) for suffix, graphs in kinds.items()}
    figures = {
        name + suffix: graph_figures.mmd2(histogram(*matrices), histogram(*held_out))
        for name, histogram in graph_figures.HISTOGRAMS.items() for suffix, matrices in read.items()
    }  # fmt: skip
    figures |= {f"{name}_share": figures[name] / figures[f"{name}_real"] for name in graph_figures.HISTOGRAMS}
    families = list(traits.get("families", ()))
    for name, exact in EXACT.items():
        asked = compare.c == families.index(name) if compare.c is not None and name in families else torch.zeros(1)
        if asked.any():
            figures[f"exact_{name}"] = exact(*(part[asked] for part in read[""])).double().mean().item()
            figures[f"exact_{name}_real"] = 1.0  # by their making
            figures[f"exact_{name}_baseline"] = exact(*read["_baseline"]).double().mean().item()
    return figures


def watching(learnt: Tensor, traits: Traits) -> Callable[[Tensor], dict[str, float]]:
    """What makes the figures of a live run's samples, beside graphs that are learnt."""
    some = graph_figures.read(learnt[:: max(len(learnt) // WATCHED, 1)])
    real = graph_figures.degrees(*some)

    def figures(graphs: Tensor) -> dict[str, float]:
        matrices = rows(graphs, traits)
        exists, edges = graph_figures.read(matrices)
        return {
            "degree": graph_figures.mmd2(graph_figures.degrees(exists, edges), real),
            "trees": graph_figures.are_trees(exists, edges).double().mean().item(),
            "cliques": graph_figures.are_cliques(exists, edges).double().mean().item(),
            "distinct": len(torch.unique(matrices.flatten(1), dim=0)) / len(matrices),
        }

    return figures


def independent(compare: Compare) -> Tensor:
    """As many graphs as there are fakes, [N, 1, S, S]: every pair joined as often as in real ones, each by itself."""
    chance = (compare.test > 0).float().mean(0)
    generator = torch.Generator().manual_seed(compare.seed)
    upper = (torch.rand(len(compare.fake), *chance.shape, generator=generator) < chance).triu()
    return (upper | upper.mT).float() * 2 - 1


def graphml(graphs: Tensor, traits: Traits, note: Note) -> bytes:
    """One graph [1, 1, S, S] as GraphML, which NetworkX, Gephi, yEd and igraph open; the note is its description."""
    ElementTree.register_namespace("", GRAPHML)
    root = ElementTree.Element(f"{{{GRAPHML}}}graphml")
    graph = ElementTree.SubElement(root, f"{{{GRAPHML}}}graph", id="G", edgedefault="undirected")
    ElementTree.SubElement(graph, f"{{{GRAPHML}}}desc").text = json.dumps(dict(note))
    nodes, edges = listed(graphs)
    for node in nodes:
        ElementTree.SubElement(graph, f"{{{GRAPHML}}}node", id=f"n{node}")
    for number, (one, other) in enumerate(edges):
        ends = {"id": f"e{number}", "source": f"n{one}", "target": f"n{other}"}
        ElementTree.SubElement(graph, f"{{{GRAPHML}}}edge", ends)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def node_link(graphs: Tensor, traits: Traits, note: Note) -> bytes:
    """One graph [1, 1, S, S] as JSON of nodes and edges, the form of NetworkX's `node_link_graph`."""
    nodes, edges = listed(graphs)
    content = {
        "directed": False, "multigraph": False, "graph": dict(note), "nodes": [{"id": node} for node in nodes],
        "edges": [{"source": one, "target": other} for one, other in edges],
    }  # fmt: skip
    return (json.dumps(content) + "\n").encode()


def listed(graphs: Tensor) -> tuple[list[int], list[list[int]]]:
    """(nodes, edges as pairs, the smaller number first) of the one graph [1, 1, S, S]."""
    exists, edges = graph_figures.read(rows(graphs, {}))
    return exists[0].nonzero()[:, 0].tolist(), edges[0].triu().nonzero().tolist()


GRAPHS = Medium(
    "graphs", "graphs", fits, tensors, rows, preview, features, figures=("frechet", "two_sample", "critic"),
    augmentations=(), array="graphs", shown=25, judged=2_000, most=64, preset="graphs", rates=rates, ends=("sign",),
    nearest=True, labelled=True, psi=0.85, says=says, among=among, measured=measured, watching=watching,
    watched=("degree", "trees", "cliques", "distinct"), pairs=12, files={
        ".graphml": FileForm(graphml), ".json": FileForm(node_link),
    }, labels={
        "exact_trees": "exact trees, where one was asked for", "exact_cliques": "exact cliques, where asked for",
        "degree": "degrees: MMD² to held-out graphs", "degree_share": "degrees, in parts of real graphs' own",
        "clustering": "clustering: MMD² to held-out graphs", "clustering_share": "clustering, in parts of theirs",
        "spectrum": "spectrum: MMD² to held-out graphs", "spectrum_share": "spectrum, in parts of theirs",
    },
)  # fmt: skip
