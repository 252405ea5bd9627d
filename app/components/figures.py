"""Owns how shares and coefficients are written: never without an interval, never without n."""

from calibration.agreement.estimate import Estimate
from calibration.agreement.report_document import percent

NOTHING = "–"


def share(estimate: Estimate) -> str:
    """Write a share, such as "82.8 %"."""
    return NOTHING if estimate.estimate is None else percent(estimate.estimate)


def share_interval(estimate: Estimate) -> str:
    """Write the interval of a share, such as "78.9–86.1 %"."""
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{100 * estimate.low:.1f}–{percent(estimate.high)}"


def points(estimate: Estimate) -> str:
    """Write a difference of shares in percentage points, such as "+3.1"."""
    return NOTHING if estimate.estimate is None else _signed(estimate.estimate)


def points_interval(estimate: Estimate) -> str:
    """Write the interval of a difference in percentage points."""
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{_signed(estimate.low)} … {_signed(estimate.high)}"


def coefficient(estimate: Estimate) -> str:
    """Write a coefficient, such as "0.657"."""
    return NOTHING if estimate.estimate is None else f"{estimate.estimate:.3f}"


def coefficient_interval(estimate: Estimate) -> str:
    """Write the interval of a coefficient."""
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{estimate.low:.3f} … {estimate.high:.3f}"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "\u2212")
