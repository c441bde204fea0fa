"""The Interpolate tab: a film that morphs from seed to seed, to watch at once and to take home."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from gan.latents import PATHS, TURNS
from gan.ui.films import FPS, FRAMES, Film, from_query, read_film, write_film
from gan.ui.reel import reel, strip
from gan.ui.shelf import Shelf
from gan.ui.toasts import notice, noting
from gan.ui.views import PSI
from gan.ui.words import ENGLISH, language, t

FIRST_SEEDS = "1,7,42,5"
MAKERS = 2  # films made at the same time; the rest wait their turn

Updates = list[Any]


def show(shelf: Shelf, film: Film, request: gr.Request | None) -> Updates:
    """[film, preview, strip, player]: the player of an older film gives way to the preview."""
    model = shelf.load(film.model)
    return [
        film, gr.update(value=reel(model, film, request), visible=True), strip(model, film, request),
        gr.update(value=None, visible=False),
    ]  # fmt: skip


def build(shelf: Shelf) -> None:
    """Lay the tab out, a first film already playing, and wire it."""
    names = shelf.names
    first = read_film(names[0], FIRST_SEEDS, "slerp", "loop", 24, 1.0, 24)
    model = shelf.load(first.model)
    shown = gr.State(first)
    with gr.Row(elem_classes="studio"):
        with gr.Column(elem_classes="controls"):
            name = gr.Dropdown(
                names, value=first.model, label=t("interpolate.model"), info=t("interpolate.model_info"),
                filterable=False,
            )  # fmt: skip
            seeds = gr.Textbox(
                FIRST_SEEDS, label=t("interpolate.seeds"), info=t("interpolate.seeds_info"), max_lines=1,
                elem_id="interpolate-seeds",
            )  # fmt: skip
            path = radio("path", PATHS, first.path)
            turn = radio("turn", TURNS, first.turn)
            sliders = [
                slider("frames", FRAMES, first.frames, 1),
                slider("psi", PSI, first.psi, 0.01),
                slider("fps", FPS, first.fps, 1),
            ]
        with gr.Column(elem_classes="easel"):
            preview = gr.HTML(reel(model, first, None), elem_id="interpolate-preview")
            player = gr.Video(
                label=t("interpolate.film"), visible=False, autoplay=True, loop=True, elem_id="interpolate-film",
                interactive=False, buttons=[],
            )  # fmt: skip
            stills = gr.HTML(strip(model, first, None), elem_id="interpolate-strip")
            with gr.Row(elem_classes="actions"):
                make = gr.Button(t("interpolate.make"), variant="primary", elem_id="interpolate-make")
                saves = {
                    suffix: gr.Button(t(f"interpolate.{suffix[1:]}"), elem_id=f"interpolate-{suffix[1:]}")
                    for suffix in (".mp4", ".gif", ".webp")
                }
                link = gr.Button(t("interpolate.link"), elem_id="interpolate-link")
            file = gr.File(visible=False)
            note = notice()

    controls = [name, seeds, path, turn, *sliders]

    def follow(request: gr.Request, shown: Film, *given: Any) -> Updates:
        film = read_film(*given)
        return [gr.skip()] * 4 if film == shown else show(shelf, film, request)

    def arrive(request: gr.Request) -> Updates:
        query = dict(request.query_params)
        here = query.get("tab") == "interpolate"
        if not here and language(request) == ENGLISH:
            return [gr.skip()] * (4 + len(controls))
        film = from_query(query, first) if here else first
        seeds = ",".join(map(str, film.seeds))
        offered = gr.update(choices=shelf.offered(film.model), value=film.model)
        return [*show(shelf, film, request), offered, seeds, film.path, film.turn, film.frames, film.psi, film.fps]

    def write(suffix: str, *given: Any) -> str:
        film = read_film(*given)
        return str(write_film(shelf.load(film.model), film, suffix, Path(player.GRADIO_CACHE)))

    def play(*given: Any) -> Updates:
        return [gr.update(visible=False), gr.update(value=write(".mp4", *given), visible=True)]

    def saver(suffix: str) -> Callable[..., Updates]:
        return lambda *given: [write(suffix, *given)]

    screen = [shown, preview, stills, player]
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    gr.on(
        [seeds.submit, seeds.blur, name.input, path.input, turn.input, *(s.input for s in sliders)], noting(follow, 4),
        [shown, *controls], [*screen, note], trigger_mode="always_last", concurrency_limit=None, **quick,
    )  # fmt: skip
    link.click(None, js="() => atelier.copyLink('interpolate-preview')")
    block = Context.root_block
    assert block is not None
    block.load(noting(arrive, 4 + len(controls)), None, [*screen, *controls, note], **quick)
    busy: dict[str, Any] = {"concurrency_id": "films", "concurrency_limit": MAKERS, "api_visibility": "private"}
    make.click(noting(play, 2), controls, [preview, player, note], show_progress="minimal", **busy)
    for suffix, button in saves.items():
        # A mistake empties `file`, so that the film of an earlier click is not saved again.
        handler = noting(saver(suffix), 1, blank=gr.update(value=None))
        button.click(handler, controls, [file, note], show_progress="hidden", **busy).then(
            None, file, js="(file) => { if (file) atelier.save(file); }"
        )


def radio(name: str, choices: Iterable[str], value: str) -> gr.Radio:
    """A choice of a few with its words."""
    return gr.Radio(
        [(t(f"interpolate.{choice}"), choice) for choice in choices], value=value, label=t(f"interpolate.{name}"),
        info=t(f"interpolate.{name}_info"), elem_id=f"interpolate-{name}",
    )  # fmt: skip


def slider(name: str, bounds: tuple[float, float], value: float, step: float) -> gr.Slider:
    """A slider with its words."""
    return gr.Slider(
        *bounds, value, step=step, label=t(f"interpolate.{name}"), info=t(f"interpolate.{name}_info"),
        elem_id=f"interpolate-{name}", buttons=[],
    )  # fmt: skip
