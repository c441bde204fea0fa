"""Who is who among the visitors, and what is fair between them where something is short.

What is short goes in turn to whoever holds least of it. Nobody loses what he has to a newcomer unless he holds at least
two more: who shares an address with many, as a class does, is not made to pay for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Visitor(NamedTuple):
    """Somebody who asks for something.

    Attributes:
        address: where the requests come from.
        token: what the browser was told apart by; "" where it keeps none, so that all of such an address are one.
    """

    address: str = ""
    token: str = ""

    @property
    def name(self) -> str:
        """What this visitor is counted under; a browser that changes its address stays the same visitor."""
        return self.token or self.address


UNKNOWN = Visitor()
REMEMBERED = 10_000  # visitors and addresses of whom it is known when they were served
_PRESENT = ContextVar("visitor", default=UNKNOWN)


def present_visitor() -> Visitor:
    """Whose request is being answered here and now; UNKNOWN outside of any request."""
    return _PRESENT.get()


@contextmanager
def visiting(visitor: Visitor) -> Iterator[None]:
    """All that is done within the block is done for a visitor."""
    before = _PRESENT.set(visitor)
    try:
        yield
    finally:
        _PRESENT.reset(before)


class Served:
    """When visitors and addresses were served last, as a number that grows with each time; 0 for never, or long ago."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._count = 0

    def note(self, visitor: Visitor) -> None:
        """A visitor is served now."""
        self._count += 1
        for name in {visitor.name, visitor.address}:
            self._last.pop(name, None)  # the dictionary's order is that of the numbers
            self._last[name] = self._count
        while len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]

    def last(self, name: str) -> int:
        """When the visitor of a name, or an address, was served."""
        return self._last.get(name, 0)


def in_turn(waiting: Sequence[Visitor], holding: Iterable[Visitor], served: Served) -> list[int]:
    """The indices of those who wait, in the order in which they are served.

    Always next is who holds least by then; of several the one whose address holds least, then the one whose address,
    and who, was served least lately, then who came first.

    Args:
        waiting: whose each waiting thing is, in the order in which they came.
        holding: whose each thing is that is being served already.
    """
    holding = list(holding)
    names, addresses = Counter(visitor.name for visitor in holding), Counter(visitor.address for visitor in holding)
    rounds: dict[int, list[tuple[int, int, int]]] = {}
    for i, visitor in enumerate(waiting):
        last = served.last(visitor.address), served.last(visitor.name), i
        rounds.setdefault(names[visitor.name], []).append(last)
        names[visitor.name] += 1
    order: list[int] = []
    for held in sorted(rounds):
        ranks: list[tuple[int, tuple[int, int, int]]] = []
        for last in sorted(rounds[held]):
            address = waiting[last[2]].address
            ranks.append((addresses[address], last))
            addresses[address] += 1
        order += [last[2] for _, last in sorted(ranks)]
    return order


def heaviest(holding: Sequence[Visitor], sizes: Sequence[int] = ()) -> int:
    """The index of the first thing of whoever holds most; of several, of one whose address holds most.

    Args:
        holding: whose each thing is.
        sizes: of the things, where what is short is not their number.
    """
    names, addresses = Counter[str](), Counter[str]()
    for visitor, size in zip(holding, sizes or [1] * len(holding), strict=True):
        names[visitor.name] += size
        addresses[visitor.address] += size
    weights = [(names[visitor.name], addresses[visitor.address]) for visitor in holding]
    return weights.index(max(weights))


def gives_way(holding: Sequence[Visitor], newcomer: Visitor) -> int | None:
    """The index of the first thing of whoever holds most, if that is two more than a newcomer; None if nobody does."""
    if not holding:
        return None
    first = heaviest(holding)
    names = Counter(visitor.name for visitor in holding)
    return first if names[holding[first].name] >= names[newcomer.name] + 2 else None


class Watchers(dict[str, float]):
    """Those who watch a run: the id of each, and when they polled last."""

    def __init__(self) -> None:
        super().__init__()
        self._visitors: dict[str, Visitor] = {}

    def let_in(self, id: str, visitor: Visitor, now: float, most: int) -> bool:
        """Let somebody watch; where all `most` places are taken, one of the visitor who has most makes room.

        Returns:
            False if nobody has to make room.
        """
        self._visitors = {other: its for other, its in self._visitors.items() if other in self}
        if len(self) >= most:
            ids = list(self)
            first = gives_way([self._visitors.get(other, UNKNOWN) for other in ids], visitor)
            if first is None:
                return False
            self.pop(ids[first], None)
        self[id], self._visitors[id] = now, visitor
        return True
