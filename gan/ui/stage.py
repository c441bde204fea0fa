"""The HTML of the Explore tab: the picture with the critic's opinion, and its neighbours. Pure functions of a view."""

import base64
import json
from html import escape
from typing import Any

import gradio as gr
from torch import Tensor

from gan.explore import PLANE, opinion
from gan.export import SETTINGS
from gan.images import enlarge, scatter, to_pixels, to_png
from gan.model import Model
from gan.ui.views import CLOUD, View, neighbourhood, picture
from gan.ui.words import say

HERO_SIDE = 448  # CSS pixels; pictures are scaled by a whole factor up to it


def data_uri(picture: Tensor) -> str:
    """A PNG of one picture, uint8 [H, W, C], for an <img>."""
    return f"data:image/png;base64,{base64.b64encode(to_png(picture)).decode()}"


def shown(model: Model, images: Tensor) -> Tensor:
    """The picture, uint8 [H, W, C], of images [1, C, R, R], or of all points [N, 2] as one scatter."""
    if model.kind == "points":
        return scatter(images, PLANE * model.unit)
    return to_pixels(images)[0]


def stage(model: Model, view: View, request: gr.Request | None) -> str:
    """The picture, its caption and the critic's opinion of it."""
    images = picture(model, view)
    pixels = shown(model, images)
    share = critic_share(model, images)
    alt = say(request, f"explore.alt_{model.kind}", model=model.name, seed=view.seed, psi=f"{view.psi:.2f}")
    walk = say(request, "explore.steps", n=len(view.walk)) if view.walk else ""
    caption = " · ".join(part for part in (model.name, f"seed {view.seed}", f"psi {view.psi:.2f}", walk) if part)
    return (
        f'<figure class="hero"><img class="crisp" data-testid="explore-picture" src="{data_uri(pixels)}" '
        f'alt="{escape(alt)}" width="{pixels.shape[1]}" height="{pixels.shape[0]}" style="--side:{pixels.shape[1]}px" '
        f'data-model="{escape(model.name)}" data-seed="{view.seed}" data-psi="{view.psi:g}" '
        f'data-query="{escape(view.query())}"><figcaption>{escape(caption)}</figcaption></figure>'
        f"{opinion_html(share, model.kind, request)}"
    )


def critic_share(model: Model, images: Tensor) -> float | None:
    """The share of real data that the critic likes less, the mean over images; None if the model cannot say."""
    shares = opinion(model, images)
    return None if shares is None else float(shares.mean())


def opinion_html(share: float | None, kind: str, request: gr.Request | None) -> str:
    """The critic's opinion as a sentence and a bar from fake to real."""
    if share is None:
        return f'<div class="opinion" data-testid="explore-opinion">{escape(say(request, "explore.no_opinion"))}</div>'
    percent = round(100 * share)
    return (
        f'<div class="opinion" data-testid="explore-opinion" data-share="{share:.4f}">'
        f'<div class="scale"><span class="fake">▲ {escape(say(request, "explore.fake"))}</span>'
        f'<span class="bar"><i style="left:{percent}%"></i></span>'
        f'<span class="real">{escape(say(request, "explore.real"))} ●</span></div>'
        f"<p>{escape(say(request, f'explore.opinion_{kind}'))} <b>{percent} %</b></p></div>"
    )


def around_html(model: Model, view: View, request: gr.Request | None) -> str:
    """The 3x3 grid: the picture in the middle, its eight neighbours as buttons around it."""
    if model.kind == "points":
        return f'<p class="hint">{escape(say(request, "explore.no_neighbours"))}</p>'
    cells = []
    for i, pixels in enumerate(to_pixels(neighbourhood(model, view))):
        label = escape(say(request, "explore.go", n=i + 1))
        cells.append(
            f'<button type="button" data-step="{i}" aria-label="{label}" title="{label}">{tile(pixels)}</button>'
        )
    here = escape(say(request, "explore.here"))
    centre = tile(to_pixels(picture(model, view))[0])
    cells.insert(4, f'<span class="here" role="img" aria-label="{here}" title="{here}">{centre}</span>')
    return f'<div class="around" data-testid="explore-neighbours">{"".join(cells)}</div>'


def tile(pixels: Tensor) -> str:
    """One small picture; its button says what it is."""
    return f'<img class="crisp" alt="" src="{data_uri(pixels)}">'


def facts(model: Model, request: gr.Request | None) -> str:
    """What a model's card says of it, in one paragraph."""
    data = model.card.get("data")
    data = data if isinstance(data, dict) else {}
    size = f"{model.shape[1]} × {model.shape[2]} px" if model.kind == "pictures" else "2-D"
    nimg = model.card.get("nimg")
    parts = [
        str(data.get("label", model.config.data)), size,
        say(request, "explore.nimg", nimg=f"{nimg:,}") if isinstance(nimg, int) else "",
        f"z {model.G.z_dim}",
        say(request, "explore.licence", licence=str(data.get("licence", "?"))),
        *quality(model.card.get("quality"), request),
    ]  # fmt: skip
    return f'<p class="facts" data-testid="explore-facts">{escape(" · ".join(part for part in parts if part))}</p>'


def quality(figures: Any, request: gr.Request | None) -> list[str]:
    """A card's two telling figures in words, each beside what real data scores; none that it lacks."""
    found = figures if isinstance(figures, dict) else {}
    said = []
    for key, form in {"frechet": "{:.3g}", "coverage": "{:.0%}"}.items():
        pair = found.get(key), found.get(f"{key}_real")
        if all(isinstance(value, float) for value in pair):
            model, real = (form.format(value) for value in pair)
            said.append(say(request, f"explore.{key}", model=model, real=real))
    return said


def png_file(model: Model, view: View) -> dict[str, str]:
    """The picture enlarged for saving: {"name": file name, "href": data URI}; its settings are in the metadata."""
    pixels = shown(model, picture(model, view))
    big = enlarge(pixels, max(1, HERO_SIDE // max(pixels.shape[:2])))
    settings = {
        "model": model.name, "sha256": model.card.get("sha256", ""), "seed": view.seed, "walk": list(view.walk),
        "psi": view.psi, "directions": dict(view.directions), "raw": dict(view.raw),
        "samples": CLOUD if model.kind == "points" else 1, "link": "?" + view.query(),
    }  # fmt: skip
    content = to_png(big, {"Software": "GAN Atelier", SETTINGS: json.dumps(settings)})
    href = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return {"name": f"{model.name}-seed-{view.seed}.png", "href": href}
