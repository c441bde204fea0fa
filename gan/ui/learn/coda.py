"""What stands behind the last step: a small GAN's poems beside real ones; `python -m bench.quatrains`."""

from typing import Any

KNOWN = {"gan": 0.13, "real": 0.44, "chance": 0.11}  # share of known bigrams
POEMS = (
    "日行纷妾喓心喓声张惊不武远里独不终自喓里",
    "里得帝尽陵喓青喓远入无人喓游喓终共喓金奈",
    "喓喓里喓上喓来喓喓喓亦来无喓事何喓有喓别",
)


def schema() -> dict[str, Any]:
    """As JSON, for the page."""
    return {"known": KNOWN, "poems": POEMS}
