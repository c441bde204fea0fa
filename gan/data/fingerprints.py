"""What tells one set of stored samples from another: how many, of which shape and classes, and a sum of all of them."""

import hashlib
from dataclasses import dataclass

from gan.data.sets import Data
from gan.data.stored import Stored


@dataclass(frozen=True)
class Fingerprint:
    """Of a set that is stored.

    Attributes:
        count: of its samples.
        shape: of a sample.
        classes: their names.
        digest: hex digits that are others for other samples, labels or another order.
    """

    count: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    digest: str


def fingerprint(data: Data) -> Fingerprint | None:
    """The fingerprint of pictures; None where every sample is drawn afresh."""
    if not isinstance(data, Stored):
        return None
    whole = hashlib.blake2b(data.rows.cpu().contiguous().numpy().data, digest_size=16)
    if data.labels is not None:
        whole.update(data.labels.cpu().contiguous().numpy().data)
    return Fingerprint(data.size, tuple(data.shape), tuple(data.classes), whole.hexdigest())


def colours(shape: tuple[int, ...]) -> str:
    """What pictures of a shape [C, R, R] are called."""
    return "grey" if shape[0] == 1 else "colour"


def difference(then: Fingerprint, now: Fingerprint) -> str:
    """What changed from one set to another, in words such as "60 pictures then, 560 now"; "" if nothing did."""
    if then.shape[0] != now.shape[0]:
        return f"{colours(then.shape)} pictures then, {colours(now.shape)} ones now"
    if then.shape != now.shape:
        return f"{then.shape[-1]} px then, {now.shape[-1]} px now"
    if then.classes != now.classes:
        return f"{kinds(then)} then, {kinds(now)} now"
    if then.count != now.count:
        return f"{then.count:,} pictures then, {now.count:,} now"
    return "" if then == now else f"{now.count:,} pictures then and now, but not the same ones"


def kinds(of: Fingerprint) -> str:
    """Such as "60 pictures in the classes cats, dogs"."""
    named = ", ".join(name or "without a name" for name in of.classes[:5]) + (", …" if len(of.classes) > 5 else "")
    return f"{of.count:,} pictures" + (f" in the classes {named}" if len(of.classes) > 1 else "")
