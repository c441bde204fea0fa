"""One test for a whole table: a test of its own for each entry would cost more than the look at the entry."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Test = Callable[..., None]


def each(
    names: str | Sequence[str], entries: Iterable[Any], ids: Callable[[Any], Any] = repr
) -> Callable[[Test], Test]:
    """Make a test of one entry a test of all, which names those that fail; its arguments are as `parametrize` has them.

    For entries that are quick and share no state: what asks for a fixture gets it once.
    """
    table, of_one = list(entries), isinstance(names, str)
    arguments = (names,) if isinstance(names, str) else tuple(names)
    assert table, "a table without entries would pass whatever the code does"

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def test_of_all(**fixtures: Any) -> None:
            failures = []
            for entry in table:
                values = (entry,) if of_one else entry
                try:
                    test(**fixtures, **dict(zip(arguments, values, strict=True)))
                except Exception as failure:
                    failure.add_note(f"with {', '.join(arguments)} = {ids(entry)}")
                    failures.append(failure)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(table)} entries fail", failures)

        own = inspect.signature(test)
        others = [parameter for name, parameter in own.parameters.items() if name not in arguments]
        vars(test_of_all)["__signature__"] = own.replace(parameters=others)  # pytest reads it for the fixtures
        return test_of_all

    return decorate
