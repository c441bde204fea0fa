"""Graphs: everything is in `gan.media.graphs.measured`."""

from bench.media_figures.measure import Bar, Measure

TIMES = Bar(3.0, least=False)  # of what real graphs have among themselves

MEASURE = Measure(
    {
        "exact_cliques": Bar(0.85), "exact_trees": Bar(0.3), "degree_share": TIMES, "clustering_share": TIMES,
        "spectrum_share": TIMES,
    }
)  # fmt: skip
