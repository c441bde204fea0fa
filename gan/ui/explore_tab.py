"""The Explore tab: one picture of one generator, and every way to change it.

Each handler takes the view so far and what the controls say, and returns the new view with the page's updates.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from gradio.context import Context

from gan.ui import moves, views
from gan.ui.shelf import Shelf
from gan.ui.shell import heading
from gan.ui.stage import around_html, facts, png_file, stage
from gan.ui.theme import script
from gan.ui.toasts import notice, noting
from gan.ui.views import PSI, RAW, SIGMAS, View
from gan.ui.words import ENGLISH, language, say, t

SLIDERS = 10  # principal directions that a model may carry
FIRST = 5  # of them in sight at once

Updates = list[Any]


def paint(shelf: Shelf, view: View, request: gr.Request | None) -> Updates:
    """[view, stage, neighbours]: what a slider changes."""
    model = shelf.load(view.model)
    return [view, stage(model, view, request), around_html(model, view, request)]


def page(shelf: Shelf, view: View, coordinate: int, request: gr.Request | None) -> Updates:
    """All that `build` lists as outputs: the picture, then every control brought in line with the view."""
    model = shelf.load(view.model)
    pictures = paint(shelf, view, request)
    count = len(model.directions)
    sliders = [gr.update(value=view.directions.get(k, 0.0), visible=k < count) for k in range(SLIDERS)]
    coordinate = coordinate if coordinate in range(model.G.z_dim) else 0
    return [
        *pictures, gr.update(choices=shelf.offered(view.model), value=view.model), facts(model, request),
        str(view.seed), view.psi, *sliders,
        gr.update(visible=count > FIRST),
        gr.update(choices=coordinates(model.G.z_dim), value=coordinate),
        *raw_updates(shelf, view, coordinate, request),
    ]  # fmt: skip


def raw_updates(shelf: Shelf, view: View, coordinate: int, request: gr.Request | None) -> Updates:
    """[value of the coordinate, sentence on what is set by hand]."""
    z = views.latent(shelf.load(view.model), view)
    value = view.raw.get(coordinate, float(z[coordinate]))
    listed = ", ".join(f"z[{i}] = {v:.2f}" for i, v in sorted(view.raw.items()))
    said = say(request, "explore.set_some", coordinates=listed) if listed else say(request, "explore.set_none")
    return [round(min(max(value, RAW[0]), RAW[1]), 2), f'<p class="hint" data-testid="explore-set">{said}</p>']


def coordinates(z_dim: int) -> list[tuple[str, int]]:
    """The choices of the coordinate's drop-down."""
    return [(f"z[{i}]", i) for i in range(z_dim)]


def build(shelf: Shelf) -> None:
    """Lay the tab out, the picture of the first model already there, and wire it."""
    first = View(shelf.names[0])
    initial = page(shelf, first, 0, None)
    model = shelf.load(first.model)
    view = gr.State(first)
    with gr.Row(elem_classes="studio"):
        with gr.Column(elem_classes="controls", scale=3, min_width=280):
            name = gr.Dropdown(
                shelf.names, value=first.model, label=t("explore.model"), info=t("explore.model_info"), filterable=False
            )
            card = gr.HTML(facts(model, None))
            with gr.Row(elem_classes="seed"):
                seed = gr.Textbox(
                    str(first.seed), label=t("explore.seed"), info=t("explore.seed_info"), max_lines=1, min_width=120,
                    elem_id="explore-seed",
                )  # fmt: skip
                dice = gr.Button(t("explore.dice"), elem_id="explore-dice", min_width=90, scale=0)
            psi = gr.Slider(
                *PSI, 1.0, step=0.01, label=t("explore.psi"), info=t("explore.psi_info"), elem_id="explore-psi",
                buttons=[],
            )  # fmt: skip
            gr.HTML(heading("explore.directions"))
            sigmas = [direction(k, len(model.directions)) for k in range(FIRST)]
            with gr.Accordion(t("explore.more"), open=False, visible=len(model.directions) > FIRST) as more:
                sigmas += [direction(k, len(model.directions)) for k in range(FIRST, SLIDERS)]
            with gr.Accordion(t("explore.raw"), open=False):
                coordinate = gr.Dropdown(
                    coordinates(model.G.z_dim), value=0, label=t("explore.coordinate"),
                    info=t("explore.coordinate_info"), elem_id="explore-coordinate",
                )  # fmt: skip
                value = gr.Slider(
                    *RAW, initial[-2], step=0.01, label=t("explore.value"), info=t("explore.value_info"),
                    elem_id="explore-value", buttons=[],
                )  # fmt: skip
                said = gr.HTML(initial[-1])
                with gr.Row():
                    release = gr.Button(t("explore.release"), size="sm")
                    release_all = gr.Button(t("explore.release_all"), size="sm")
        with gr.Column(elem_classes="easel", scale=5, min_width=300):
            hero = gr.HTML(initial[1], elem_id="explore-stage")
            with gr.Row(elem_classes="actions"):
                png = gr.Button(t("explore.png"), elem_id="explore-png", size="sm")
                link = gr.Button(t("explore.link"), elem_id="explore-link", size="sm")
                back = gr.Button(t("explore.back"), elem_id="explore-back", size="sm")
                reset = gr.Button(t("explore.reset"), elem_id="explore-reset", size="sm")
            smooth = gr.Checkbox(label=t("explore.smooth"), info=t("explore.smooth_info"), elem_id="explore-smooth")
            file = gr.JSON(visible=False)
            note = notice()
        with gr.Column(elem_classes="side", scale=3, min_width=280):
            gr.HTML(heading("explore.neighbours"))
            tiles = gr.HTML(initial[2], elem_id="explore-neighbours", js_on_load=script("neighbours"))

    everything = [view, hero, tiles, name, card, seed, psi, *sigmas, more, coordinate, value, said]
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

    def anew(make: Callable[..., View]) -> Callable[..., Updates]:
        """The handler of an event that gives another view: every control follows."""

        def handler(request: gr.Request, view: View, coordinate: int, *given: Any) -> Updates:
            return page(shelf, make(view, *given), coordinate, request)

        return handler

    def slide(request: gr.Request, view: View, *given: float) -> Updates:
        return paint(shelf, moves.slid(shelf.load(view.model), view, *given), request)

    def put(request: gr.Request, view: View, coordinate: int, value: float) -> Updates:
        view = moves.put(shelf.load(view.model), view, coordinate, value)
        return [*paint(shelf, view, request), raw_updates(shelf, view, coordinate, request)[1]]

    def look(request: gr.Request, view: View, coordinate: int) -> Updates:
        return raw_updates(shelf, view, moves.coordinate(shelf.load(view.model), coordinate), request)

    def walk(request: gr.Request, event: gr.EventData, view: View, coordinate: int) -> Updates:
        return page(shelf, moves.stepped(view, getattr(event, "step", None)), coordinate, request)

    def save(view: View) -> Updates:
        return [png_file(shelf.load(view.model), view)]

    def arrive(request: gr.Request) -> Updates:
        query = dict(request.query_params)
        here = query.get("tab", "explore") == "explore" and len(query) > 0
        if not here and language(request) == ENGLISH:
            return [gr.skip()] * len(everything)
        return page(shelf, moves.linked(shelf, query) if here else first, 0, request)

    def on(event: Any, handler: Any, inputs: list[Any], outputs: list[Any], **more: Any) -> Any:
        return event(noting(handler, len(outputs)), inputs, [*outputs, note], **quick, **more)

    pace: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": None}
    moved = partial(gr.on, [psi.input, *(slider.input for slider in sigmas)])
    on(moved, slide, [view, psi, *sigmas], [view, hero, tiles], **pace)
    on(value.input, put, [view, coordinate, value], [view, hero, tiles, said], **pace)
    on(coordinate.input, look, [view, coordinate], [value, said])
    on(partial(gr.on, [seed.submit, seed.blur]), anew(moves.seeded), [view, coordinate, seed], everything)
    on(name.input, anew(moves.chosen), [view, coordinate, name], everything)
    on(dice.click, anew(moves.rolled), [view, coordinate], everything)
    on(back.click, anew(moves.stepped_back), [view, coordinate], everything)
    on(reset.click, anew(moves.restored), [view, coordinate], everything)
    on(release.click, anew(moves.released), [view, coordinate, coordinate], everything)
    on(release_all.click, anew(moves.released), [view, coordinate], everything)
    on(tiles.go, walk, [view, coordinate], everything)
    on(png.click, save, [view], [file]).then(None, file, js="(file) => { if (file) atelier.save(file); }")
    link.click(None, js="() => atelier.copyLink('explore-stage')")
    smooth.input(None, [smooth], js="(on) => atelier.smooth(on)")
    block = Context.root_block
    assert block is not None
    # The mark on the page says that a link's picture is there; without one a test would have to guess.
    on(block.load, arrive, [], everything).then(None, js="() => { document.documentElement.dataset.ready = 'yes'; }")


def direction(k: int, count: int) -> gr.Slider:
    """The slider of a principal direction; hidden where the model has fewer."""
    return gr.Slider(
        *SIGMAS, 0.0, step=0.05, label=f"{t('explore.direction')} {k + 1}", info=t("explore.direction_info"),
        visible=k < count, elem_id=f"explore-direction-{k + 1}", elem_classes="compact", buttons=[],
    )  # fmt: skip
