"""What each medium is measured by: the bars that its figures have, and figures that `gan evaluate` does not have.

A medium is one file here and one line in MEASURES.
"""

from bench.media_figures import clips, graphs, scores, sounds, words
from bench.media_figures.measure import Bar, Measure

MEASURES: dict[str, Measure] = {
    "words": words.MEASURE, "sounds": sounds.MEASURE, "scores": scores.MEASURE, "clips": clips.MEASURE,
    "graphs": graphs.MEASURE,
}  # fmt: skip

__all__ = ["MEASURES", "Bar", "Measure"]
