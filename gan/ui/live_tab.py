"""The live tab: a GAN learns while one watches. Its browser half is `browser/components/live.js`."""

import atexit
import os
from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.context import Context

from gan.config import PRESETS, TrainConfig
from gan.errors import RunError
from gan.objectives import OBJECTIVES
from gan.ui.live_page import PAGE, page_words, typing
from gan.ui.live_recipes import BATCHES, LIVE_DATA, Choices, live_config, recipe
from gan.ui.live_runs import ENDED, LiveLimits, LiveRun, LiveRuns
from gan.ui.theme import script
from gan.ui.toasts import toasting
from gan.ui.words import t

View = dict[str, Any] | None  # {"run": id, "turn": count}: what the page and the handlers tell each other


class LiveTab:
    """The tab's handlers; each can be called as a function. `view` names the run, the rest are the controls."""

    def __init__(self, runs: LiveRuns) -> None:
        self.runs = runs

    def open(self) -> str:
        """The id of a run for a page that has just opened; "" if there is no place left."""
        try:
            return self.runs.open(live_config(Choices())).id
        except RunError:
            return ""

    def poll(self, query: object) -> dict[str, Any]:
        """What the page draws; {} for an id that nobody has, or no longer has."""
        known: Mapping[str, object] = query if isinstance(query, dict) else {}
        run = self.runs.get(known.get("id"))
        return run.poll(*(whole(known.get(name)) for name in ("round", "number", "points"))) if run else {}

    @toasting
    def settle(self, view: View, *controls: Any) -> View:
        """Bring the run in line with the controls: rates change at once, anything else starts over."""
        run, config = self._run(view), live_config(Choices(*controls))
        if run is None:
            run = self.runs.open(config)
        elif config != run.config:
            retune(run, config)
        return pulse(run, view)

    @toasting
    def choose(self, view: View, data: str, objective: str, seed: str) -> tuple[str, str, int, View]:
        """Another data set or objective: its own learning rates and batch, and a run that starts over."""
        lr, batch = recipe(data, objective).lr, PRESETS[data].batch
        return str(lr), str(lr), batch, self.settle(view, data, objective, lr, lr, batch, seed)

    @toasting
    def toggle(self, view: View, *controls: Any, session: str = "") -> tuple[View, Any]:
        """Start or pause."""
        run = self._settled(view, *controls)
        run.session = session
        if run.on:
            run.pause()
        else:
            run.start()
        return pulse(run, view), start_or_pause(run)

    @toasting
    def step(self, view: View, *controls: Any) -> tuple[View, Any]:
        """One step of both networks, then stand still."""
        run = self._settled(view, *controls)
        run.step()
        return pulse(run, view), start_or_pause(run)

    @toasting
    def reset(self, view: View, *controls: Any) -> tuple[View, Any]:
        """Back to the untrained networks, standing still."""
        run = self._settled(view, *controls)
        run.pause()
        run.reset()
        return pulse(run, view), start_or_pause(run)

    def turned(self, view: View) -> Any:
        """The start button after the run has begun or ended by itself."""
        return start_or_pause(self._run(view))

    def leave(self, session: str) -> None:
        """A page has closed."""
        self.runs.end_session(session)

    def _run(self, view: View) -> LiveRun | None:
        return self.runs.get(view.get("run")) if isinstance(view, dict) else None

    def _settled(self, view: View, *controls: Any) -> LiveRun:
        """The page's run, in line with the controls; a new one if it was forgotten."""
        run = self._run(self.settle(view, *controls))
        assert run is not None
        return run


def start_or_pause(run: LiveRun | None) -> Any:
    """An update of the start button: the word for what it does next."""
    return gr.update(value=t("live.pause" if run is not None and run.on else "live.start"))


def retune(run: LiveRun, config: TrainConfig) -> None:
    """Give a run another config: only its learning rates where nothing else differs, else a new beginning."""
    rates = {"lr": config.lr, "lr_d": config.lr_d}
    if run.config.to_dict() | rates == config.to_dict() and run.state not in ENDED:
        run.set_rates(config.lr, config.lr_d)
    else:
        run.reset(config)


def pulse(run: LiveRun, view: View) -> View:
    """A value of the view that differs from the last, so that the page asks at once."""
    return {"run": run.id, "turn": whole((view or {}).get("turn")) + 1}


def whole(value: object) -> int:
    """value if it is a whole number, else -1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def build() -> None:
    """Lay the tab out and wire it."""
    tab, first = LiveTab(LiveRuns(LiveLimits.from_environment(os.environ))), Choices()
    atexit.register(tab.runs.close)  # an interpreter that ends under a thread at work may crash

    # Gradio marks what the browser may call, and a bound method cannot be marked.
    def open_run(_: object = None) -> str:
        return tab.open()

    def poll_run(query: object) -> dict[str, Any]:
        return tab.poll(query)

    def toggle(request: gr.Request, *values: Any) -> tuple[View, Any]:
        return tab.toggle(*values, session=str(request.session_hash or ""))

    def leave(request: gr.Request) -> None:
        tab.leave(str(request.session_hash or ""))

    with gr.Row(elem_classes="live"):
        with gr.Column(elem_classes="live-stage", scale=4, min_width=280):
            with gr.Row(elem_classes="live-transport"):
                play = gr.Button(t("live.start"), variant="primary", elem_id="live-play", min_width=80)
                one = gr.Button(t("live.step"), elem_id="live-step", min_width=80)
                over = gr.Button(t("live.reset"), elem_id="live-reset", min_width=80)
            view = gr.HTML(
                label=t("live.language"), html_template=PAGE, js_on_load=script("live"), apply_default_css=False,
                server_functions=[open_run, poll_run], words=page_words(),
            )  # fmt: skip
        with gr.Column(elem_classes="live-controls", scale=1, min_width=280):
            data = gr.Radio(
                [(t(f"live.data_{name}"), name) for name in LIVE_DATA], value=first.data,
                label=t("live.data"), info=t("live.data_info"), elem_id="live-data",
            )  # fmt: skip
            objective = gr.Dropdown(
                [(entry.label, name) for name, entry in OBJECTIVES.items()], value=first.objective,
                label=t("live.objective"), info=t("live.objective_info"), elem_id="live-objective", filterable=False,
            )  # fmt: skip
            with gr.Row():
                lr, lr_d = typing("lr", first.lr), typing("lr_d", first.lr_d)
            with gr.Row():
                batch = gr.Dropdown(
                    list(BATCHES), value=first.batch, label=t("live.batch"), info=t("live.batch_info"),
                    elem_id="live-batch", filterable=False, min_width=100,
                )  # fmt: skip
                seed = typing("seed", first.seed)
    controls = [view, data, objective, lr, lr_d, batch, seed]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    play.click(toggle, controls, [view, play], **quiet)
    one.click(tab.step, controls, [view, play], **quiet)
    over.click(tab.reset, controls, [view, play], **quiet)
    view.turn(tab.turned, view, play, **quiet)
    view.renew(tab.settle, controls, view, **quiet)
    for choice in (data, objective):
        choice.input(tab.choose, [view, data, objective, seed], [lr, lr_d, batch, view], **quiet)
    for event in (batch.input, *(event for field in (lr, lr_d, seed) for event in (field.submit, field.blur))):
        event(tab.settle, controls, view, **quiet)
    if Context.root_block is not None:
        Context.root_block.unload(leave)
