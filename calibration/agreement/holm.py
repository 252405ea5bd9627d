"""Owns the correction of p-values of which any may be small by chance alone."""

from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Correct p-values so that the chance of any false alarm among them stays what it was.

    Args:
        p_values: None where there is no test; it stays None and does not count.

    Source: Holm (1979); ``statsmodels.stats.multitest.multipletests(method="holm")``.
    """
    tested = [p for p in p_values if p is not None]
    if not tested:
        return tuple(p_values)
    corrected = iter(multipletests(tested, method="holm")[1])
    return tuple(None if p is None else float(next(corrected)) for p in p_values)
