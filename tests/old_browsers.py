"""Browsers as strangers have them: one that keeps nothing, and the oldest that are meant to work.

What those lack of what newer ones have is said by MDN's tables of compatibility.
"""

import re

OLDEST = {"Safari": "16.4", "Firefox": "115", "Chrome": "111"}

# Path in a page -> the versions that have it first; 0: none has. Each is too new for one of OLDEST at least, or so old
# that a page on an unsafe address or in a frame does without.
LACKING = {
    "HTMLElement.prototype.popover": "Safari 17, Firefox 125, Chrome 114",
    "HTMLElement.prototype.showPopover": "Safari 17, Firefox 125, Chrome 114",
    "HTMLElement.prototype.hidePopover": "Safari 17, Firefox 125, Chrome 114",
    "HTMLElement.prototype.togglePopover": "Safari 17, Firefox 125, Chrome 114",
    "HTMLButtonElement.prototype.popoverTargetElement": "Safari 17, Firefox 125, Chrome 114",
    "Element.prototype.ariaLabel": "Safari 12.1, Firefox 119, Chrome 81",
    "Element.prototype.ariaInvalid": "Safari 12.1, Firefox 119, Chrome 102",
    "Element.prototype.ariaExpanded": "Safari 12.1, Firefox 119, Chrome 81",
    "Element.prototype.checkVisibility": "Safari 17.4, Firefox 106, Chrome 105",
    "CanvasCaptureMediaStreamTrack.prototype.requestFrame": "Safari 11, Firefox 0, Chrome 51",
    "PointerEvent.prototype.getCoalescedEvents": "Safari 18.2, Firefox 59, Chrome 58",
    "Promise.withResolvers": "Safari 17.4, Firefox 121, Chrome 119",
    "Promise.try": "Safari 18.2, Firefox 134, Chrome 128",
    "Object.groupBy": "Safari 17.4, Firefox 119, Chrome 117",
    "Map.groupBy": "Safari 17.4, Firefox 119, Chrome 117",
    "Set.prototype.isSubsetOf": "Safari 17, Firefox 127, Chrome 122",
    "URL.canParse": "Safari 17, Firefox 115, Chrome 120",
    "URL.parse": "Safari 18, Firefox 126, Chrome 126",
    "AbortSignal.any": "Safari 17.4, Firefox 124, Chrome 116",
    "Iterator.prototype.toArray": "Safari 18.4, Firefox 131, Chrome 122",
    "Uint8Array.fromBase64": "Safari 18.2, Firefox 133, Chrome 140",
    "Uint8Array.prototype.toBase64": "Safari 18.2, Firefox 133, Chrome 140",
    "window.ImageDecoder": "Safari 0, Firefox 133, Chrome 94",
    "window.requestIdleCallback": "Safari 0, Firefox 55, Chrome 47",
    "Document.prototype.startViewTransition": "Safari 18, Firefox 144, Chrome 111",
    "Intl.Segmenter": "Safari 14.1, Firefox 125, Chrome 87",
    "Intl.DurationFormat": "Safari 16.4, Firefox 136, Chrome 129",
    "ReadableStream.from": "Safari 27, Firefox 117, Chrome 0",
    "String.prototype.isWellFormed": "Safari 16.4, Firefox 119, Chrome 111",
    "Array.fromAsync": "Safari 16.4, Firefox 115, Chrome 121",
    "Math.sumPrecise": "Safari 26.2, Firefox 137, Chrome 147",
    "RegExp.escape": "Safari 18.2, Firefox 134, Chrome 136",
    "HTMLDialogElement.prototype.requestClose": "Safari 18.4, Firefox 139, Chrome 134",
}
# Lacking too, but their names are those of arrays' methods: nobody finds their use by looking.
ITERATORS = tuple(
    f"Iterator.prototype.{name}"
    for name in ("map", "filter", "take", "drop", "flatMap", "reduce", "forEach", "some", "every", "find")
)
# What every browser of OLDEST has, and some page all the same has not: by its settings, its address or its frame.
MISSED = ("window.OffscreenCanvas", "window.structuredClone", "Navigator.prototype.clipboard")
# Modules that look whether it is there before they use it.
ASKING = {
    ("interpolate/encode.js", "CanvasCaptureMediaStreamTrack.prototype.requestFrame"),
    ("live/drawing_pad.js", "PointerEvent.prototype.getCoalescedEvents"),
    ("page/links.js", "Navigator.prototype.clipboard"),
    ("yours/pad.js", "PointerEvent.prototype.getCoalescedEvents"),
    ("yours/giving.js", "Navigator.prototype.clipboard"),
    ("yours/taking.js", "window.ImageDecoder"),
}

# Run before a page, it lets nothing be kept.
REFUSING = """
const refuse = () => { throw new DOMException("x", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
Object.defineProperty(document, "cookie", { get: refuse, set: refuse });
"""


def removing(*paths: str) -> str:
    """A script that takes some of it from a page."""
    steps = [f"{path.rpartition('.')[0]} && delete {path};" for path in paths]
    return "\n".join(f"try {{ {step} }} catch {{ /* this browser never had its owner */ }}" for step in steps)


def used(text: str) -> set[str]:
    """What of it a text names."""
    return {path for path in (*LACKING, *MISSED) if re.search(naming(path), text)}


def naming(path: str) -> str:
    """How a text names it: a member of any object by its own name, what an object of the page has by both."""
    owner, _, member = path.rpartition(".")
    if owner == "window":
        return rf"\b{member}\b"
    if owner.endswith(".prototype"):
        return rf"(?:\.|\?\.|\"|'|\b){member}\b(?!\.js)"
    return rf"\b{owner}\.{member}\b"
