"""ws of pictures that no seed drew: [N, rows, w_dim], a w for each layer of a layered G, else one w."""

from torch import Tensor

from gan.networks.layers import Generator


def ws_shape(G: Generator) -> tuple[int, int]:
    """(rows, w_dim) of the ws of one picture."""
    return (G.num_ws if G.layered else 1), G.w_dim


def as_ws(G: Generator, w: Tensor) -> Tensor:
    """ws [N, rows, w_dim] of w [N, w_dim], the same in every row."""
    return w[:, None].repeat(1, ws_shape(G)[0], 1)


def from_ws(G: Generator, ws: Tensor) -> Tensor:
    """What `G.synthesis` takes of ws [N, rows, w_dim]: w [N, w_dim] where G is not layered."""
    return ws if G.layered else ws[:, 0]
