"""Words: everything is in `gan.media.words.measured`; the bars are those of given names."""

from bench.media_figures.measure import Bar, Measure

MEASURE = Measure(
    {
        "valid": Bar(0.99), "unique": Bar(0.98), "novel": Bar(0.85), "js2": Bar(0.015, least=False),
        "js3": Bar(0.12, least=False), "perplexity": Bar(10.8, least=False),
    }
)  # fmt: skip
