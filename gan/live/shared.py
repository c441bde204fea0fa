"""Shared: what takes long to make and is the same for many, made for each key once and few at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shared(Generic[K, V]):
    """Values by key, for threads.

    Args:
        at_once: how many are made at the same time; others wait.
        kept: how many are remembered, those that were asked for last.
    """

    def __init__(self, at_once: int, kept: int) -> None:
        self.kept = kept
        self._turns = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()
        self._to_come: dict[K, Future[V]] = {}

    def __contains__(self, key: K) -> bool:
        """Whether nobody has to wait for the value."""
        return key in self._values

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key; what `make` raises is raised for all who wait for it, and not remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            to_come = self._to_come.get(key)
            if to_come is None:
                mine = self._to_come[key] = Future()
        if to_come is not None:
            return to_come.result()
        try:
            with self._turns:
                mine.set_result(make())
        except BaseException as error:
            mine.set_exception(error)
        with self._lock:
            del self._to_come[key]
            if mine.exception() is None:
                self._values[key] = mine.result()
            while len(self._values) > self.kept:
                self._values.popitem(last=False)
        return mine.result()
