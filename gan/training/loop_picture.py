"""What a notebook shows of a run while it trains: the losses as curves, and the newest samples under them."""

import base64
import math
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape
from typing import Any

from gan.media.images import enlarge, to_png
from gan.media.medium import Medium, Traits
from gan.training.ticks import Tick

WIDTH, HEIGHT, MARGIN = 640, 150, 34  # of the curves, in pixels
SHEET = 320  # pixels that the samples take about
PAUSE = 0.5  # seconds between two pictures: drawing one takes some hundredths
# The colours and dashes of D and G are those of the page.
CURVES = (("critic D", "#2f54b8", ""), ("forger G", "#c2541b", ' stroke-dasharray="5 3"'))


def cell(what: object) -> Callable[[bool], None] | None:
    """What shows `what` anew in the notebook's cell that runs now; None where no notebook listens.

    It takes whether this is the last time, shows else at most one picture in PAUSE seconds, and never raises: a run is
    worth more than its picture.
    """
    asked = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = None if asked is None else asked()
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython.display import display

    handle: Any = display(what, display_id=True)
    shown = time.monotonic()

    def again(last: bool) -> None:
        nonlocal shown
        if handle is not None and (last or time.monotonic() - shown >= PAUSE):
            shown = time.monotonic()
            with suppress(Exception):
                handle.update(what)

    return again


def picture(ticks: Sequence[Tick], nimg: int, medium: Medium, traits: Traits, remarks: Sequence[str] = ()) -> str:
    """HTML of a run that is to see `nimg` samples: curves of its ticks so far, and the samples of the last one.

    Sentences on what it began with come first, so that they are read before it has trained for long.
    """
    begun = "".join(f"<p>{escape(remark)}</p>" for remark in remarks)
    if not ticks:
        return f"{begun}<p>Nothing is trained yet.</p>"
    last = ticks[-1]
    sheet = medium.sheet(last.samples[: medium.most], traits)
    scale = max(1, SHEET // max(sheet.shape[:2]))
    image = base64.b64encode(to_png(enlarge(sheet, scale))).decode()
    told = f"{last.nimg:,} of {nimg:,} samples · {last.losses}"
    warning = f'<p style="color: #a3241f">⚠ {escape(last.warning)}</p>' if last.warning else ""
    return (
        f"<div>{begun}{curves(ticks, nimg)}<p>{escape(told)}</p>{warning}"
        f'<img src="data:image/png;base64,{image}" alt="{escape(medium.noun)}" style="image-rendering: pixelated">'
        "</div>"
    )


def curves(ticks: Sequence[Tick], nimg: int) -> str:
    """Both losses over the samples seen, as SVG; a loss that is no finite number leaves a gap."""
    values = [[tick.loss_d for tick in ticks], [tick.loss_g for tick in ticks]]
    finite = [value for row in values for value in row if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    reach = max(high - low, 1e-6)
    inner, tall = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN

    def point(tick: Tick, value: float) -> str:
        x, y = MARGIN + inner * min(tick.nimg / max(nimg, 1), 1), MARGIN + tall * (high - value) / reach
        return f"{x:.1f} {y:.1f}"

    drawn = []
    for at, ((name, colour, dash), row) in enumerate(zip(CURVES, values, strict=True)):
        path, pen = [], "M"
        for tick, value in zip(ticks, row, strict=True):
            if math.isfinite(value):
                path.append(pen + point(tick, value))
            pen = "L" if math.isfinite(value) else "M"
        drawn.append(f'<path d="{" ".join(path)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        drawn.append(f'<text x="{MARGIN + 110 * at}" y="16" fill="{colour}">{name}</text>')
    labels = (
        f'<text x="0" y="{MARGIN + 4}">{high:.2f}</text><text x="0" y="{HEIGHT - MARGIN + 4}">{low:.2f}</text>'
        f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - 8}" text-anchor="end">{nimg:,} samples</text>'
    )
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="losses" font-size="12" fill="currentColor">'
        f"{''.join(drawn)}{labels}</svg>"
    )
