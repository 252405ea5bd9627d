"""Owns the correction of p-values of which any may be small by chance alone."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Correct p-values so that the chance of any false alarm among them stays what it was.

    Args:
        p_values: None where there is no test; it stays None and does not count.

    Source: Holm (1979). ``statsmodels.stats.multitest.multipletests`` gives the same, which a test
    holds; but it collects the garbage of the whole program at every call: a third of the time of
    a study with groups.
    """
    places = [place for place, p in enumerate(p_values) if p is not None]
    tested = np.array([p for p in p_values if p is not None], dtype=np.float64)
    order = np.argsort(tested, kind="stable")
    raised = np.maximum.accumulate(tested[order] * np.arange(tested.size, 0, -1))
    corrected: list[float | None] = [None] * len(p_values)
    for place, p in zip(order, np.minimum(raised, 1), strict=True):
        corrected[places[place]] = float(p)
    return tuple(corrected)
