"""How the app answers a mistake: the sentence of a GanError on the page, and nothing else changes.

`toasting` is for events in gradio's queue. Events that bypass it, for speed, get no toast from gradio: `noting`.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from gan.errors import GanError

P = ParamSpec("P")
R = TypeVar("R")
SECONDS = 8.0

Handler = Callable[..., Sequence[Any]]
_numbers = itertools.count(1)  # makes two equal sentences two notes


def toasting(handler: Callable[P, R]) -> Callable[P, R]:
    """The handler, with a GanError shown as gradio's toast."""

    @wraps(handler)
    def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except GanError as error:
            raise gr.Error(sentence(error), duration=SECONDS, print_exception=False) from error

    return answered


def notice() -> gr.HTML:
    """The last output of every handler that `noting` wraps; shows nothing by itself."""
    return gr.HTML(
        html_template="", elem_classes="notice",
        js_on_load="watch('value', () => { if (props.value) atelier.note(props.value.text, true); });",
    )  # fmt: skip


def noting(handler: Handler, outputs: int, blank: Any = None) -> Callable[..., list[Any]]:
    """The handler with a notice as its last output, for a GanError; then every other output stays as it is.

    Args:
        outputs: how many the handler has.
        blank: what they get after a mistake, if they are not to stay.
    """

    @wraps(handler)
    def answered(*args: Any, **kwargs: Any) -> list[Any]:
        try:
            return [*handler(*args, **kwargs), gr.skip()]
        except GanError as error:
            stay = gr.skip() if blank is None else blank
            return [stay] * outputs + [{"text": sentence(error), "number": next(_numbers)}]

    return answered


def sentence(error: GanError) -> str:
    """An error's message as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
