"""The static page of a model within a notebook: one frame that holds all it needs, so that no server is asked."""

import base64
import gzip
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote

from gan.explore import portable
from gan.models.model import Model
from gan.numbers import check_whole
from gan.ui.explore.model_files import encoder, summary
from gan.ui.learn.takes import recordings
from gan.ui.site import LESSON, index, opening_of

# Jupyter drops the output of a cell that sends more than three million bytes within three seconds, unless it is told
# otherwise. Whatever of a model fits comes along, in this order; the generator always does.
MOST_BYTES = 2_900_000
KINDS = ("encoder", "critic", "repair")  # of files of a model besides its generator
PARTS: tuple[tuple[str, Callable[[Model], dict[str, bytes]]], ...] = (
    ("the lesson's runs", lambda _: {f"{LESSON}.{name}": text.encode() for name, text in recordings().items()}),
    ("the encoder of pictures", lambda model: file_of(model, "encoder", encoder("encoder", model))),
    ("the critic's opinion", lambda model: file_of(model, "critic", portable.critic(model))),
    ("the encoder of damaged pictures", lambda model: file_of(model, "repair", encoder("repair", model))),
)  # fmt: skip
BYTES_A_WEIGHT = 5  # of the page, where weights have 32 bits
HEIGHTS = (200, 4_000)  # pixels
FRAME = """<!doctype html>
<meta charset="utf-8">
<title>GAN Atelier</title>
<script>
(async () => {{
  const bytes = Uint8Array.from(atob("{page}"), (c) => c.charCodeAt(0));
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.open();
  document.write(text);
  document.close();
}})();
</script>
"""


class NotebookPage:
    """The page of one model; the last value of a cell is shown by the notebook.

    Attributes:
        html: the page, a file of its own that needs nothing else.
        left_out: what of the model it is without, in words.
    """

    def __init__(self, model: Model, height: int, whole: bool) -> None:
        """The page with as much of the model as a notebook shows, or with the whole of it."""
        self.name, self.height = model.name, height
        free = MOST_BYTES - len(page_of(model, {}))
        exact = whole or BYTES_A_WEIGHT * sum(value.numel() for value in model.G.state_dict().values()) < free
        generator = (
            portable.generator(model)
            if exact
            else portable.generator(model, lambda _, tensors: portable.in_16_bits(tensors))
        )
        held = {f"{model.name}.generator": generator}
        free -= cost(generator)
        self.left_out: list[str] = []
        for words, build in PARTS:
            files = build(model)
            price = sum(map(cost, files.values()))
            if whole or price <= free:
                held |= files
                free -= price
            elif files:
                self.left_out.append(words)
        self.html = page_of(model, held)

    def __repr__(self) -> str:
        return f"<page of {self.name}, {len(self.html) / 1e6:.1f} MB>"

    def _repr_html_(self) -> str:
        """A frame of its own origin: what is in it reaches neither the notebook nor what a browser keeps for it."""
        frame = (
            f'<iframe title="{escape(self.name)}" srcdoc="{escape(self.html)}" style="width: 100%; border: 0" '
            f'height="{self.height}" sandbox="allow-scripts allow-downloads allow-popups"></iframe>'
        )
        if not self.left_out:
            return frame
        return f"{frame}<p>Without {escape(', '.join(self.left_out))}: <code>whole=True</code> brings all of it.</p>"


def page_of(model: Model, held: dict[str, bytes]) -> str:
    """The page of a model with the files that it holds, "model.part" -> content."""
    kinds: dict[str, Any] = {kind: f"{model.name}.{kind}" in held for kind in KINDS}
    data: dict[str, Any] = opening_of([model]) | {
        "models": [summary(model, model.name) | kinds | {"reference": False, "history": ""}], "files": {},
        "held": {key: base64.b64encode(content).decode() for key, content in held.items()},
    }  # fmt: skip
    packed = gzip.compress(index(data, spelt_out).encode(), 6, mtime=0)
    return FRAME.format(page=base64.b64encode(packed).decode())


def file_of(model: Model, kind: str, content: bytes | None) -> dict[str, bytes]:
    """A file of a model by its key, if there is one."""
    return {} if content is None else {f"{model.name}.{kind}": content}


def spelt_out(script: str) -> str:
    """A module as an address that packs well."""
    return f"data:text/javascript;charset=utf-8,{quote(script)}"


def cost(content: bytes) -> int:
    """About how many bytes of the page a file takes."""
    return len(gzip.compress(base64.b64encode(content), 6)) * 4 // 3


def view(model: Model, height: int = 860, whole: bool = False) -> NotebookPage:
    """The static page of a model in the cell: Explore, Interpolate and Yours, without a server.

    Args:
        height: of the frame, 200 to 4,000 pixels.
        whole: with all of the model, however large the output is. Jupyter drops one above 3 MB unless it was started
            with --ServerApp.iopub_data_rate_limit=1e9. Otherwise what is too much is left out and told, and weights may
            be in 16 bits: pictures differ by a fifth of a grey level at most.

    Raises:
        ConfigError: the height is out of its range.
    """
    return NotebookPage(model, check_whole("height", height, HEIGHTS[0], HEIGHTS[1]), whole)
