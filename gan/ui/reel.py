"""The HTML of the Interpolate tab: a preview that plays at once, and the strip of stills."""

from html import escape

import gradio as gr
import torch

from gan.model import Model
from gan.ui.films import Film, preview, stills
from gan.ui.stage import data_uri
from gan.ui.words import say


def reel(model: Model, film: Film, request: gr.Request | None) -> str:
    """The preview: its frames side by side in one PNG that the style sheet moves step by step."""
    frames, seconds = preview(model, film)
    side = frames.shape[2]
    sheet = torch.cat(list(frames), 1)  # [H, n W, C]
    alt = say(request, "interpolate.alt", seeds=", ".join(map(str, film.seeds)))
    length = say(request, "interpolate.length", frames=len(film.latents(model)), seconds=f"{seconds:.1f}")
    return (
        f'<figure class="hero"><div class="reel crisp" role="img" aria-label="{escape(alt)}" '
        f'data-testid="interpolate-reel" data-frames="{len(frames)}" data-query="{escape(film.query())}" '
        f'style="--side:{side}px;--frames:{len(frames)};--seconds:{seconds:.3f}s;background-image:url({data_uri(sheet)})">'
        f"</div><figcaption>{escape(length)}</figcaption></figure>"
    )


def strip(model: Model, film: Film, request: gr.Request | None) -> str:
    """The stills, each key with its seed beneath."""
    tiles = []
    for seed, picture in stills(model, film):
        name = "" if seed is None else escape(say(request, "interpolate.seed_n", seed=seed))
        tiles.append(
            f'<li class="still{" key" if name else ""}"><img class="crisp" alt="{name}" src="{data_uri(picture)}">'
            f"<span>{name}</span></li>"
        )
    label = escape(say(request, "interpolate.strip"))
    return f'<ol class="strip" data-testid="interpolate-strip" aria-label="{label}">{"".join(tiles)}</ol>'
