"""How many threads torch computes with while a run computes."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute in the block with so many threads, 0: as many as torch has; its own number comes back after it.

    Two threads of a small network wait for each other longer than they compute.
    """
    before = torch.get_num_threads()
    if count in (0, before):
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
