"""Owns the table of the judges' errors: how often each errs, and what in a prompt makes it worse.

A rate is the basic one times the factor of every trait that the prompt has, at most 0.95. The page
``docs/simulator.md`` shows this table, and a test compares the two.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from calibration.llm.simulator.traits import Trait

MOST: Final = 0.95
# How much of a verdict's luck comes with the request; the rest stays with the response, so that
# another prompt meets the same hard cases again.
MOOD: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What a trait does to the rates of a judge.

    Attributes:
        miss: Of passing what does not follow.
        alarm: Of failing what follows.
        unreadable: Of a reply without a readable score.
    """

    miss: float = 1.0
    alarm: float = 1.0
    unreadable: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a judge errs.

    Attributes:
        miss: How often it passes what does not follow.
        near_miss: How often it passes what fails in one point only.
        alarm: How often it fails what follows.
        unreadable: How often its reply has no readable score.
        fact_checker: Without a reference, how often it scores whether the response is true.
    """

    miss: float
    near_miss: float
    alarm: float
    unreadable: float
    fact_checker: float
    factors: Mapping[Trait, Factors]

    def rate(
        self, what: str, traits: Collection[Trait], *, is_near: bool = False, skill: float = 1.0
    ) -> float:
        """Give the rate of an error: ``miss``, ``alarm`` or ``unreadable``."""
        rate = float(getattr(self, "near_miss" if is_near and what == "miss" else what))
        for trait in traits:
            rate *= float(getattr(self.factors.get(trait, Factors()), what))
        return min(MOST, rate / skill)


HABITS: Final[Mapping[str, Habits]] = {
    "strict": Habits(
        miss=0.02,
        near_miss=0.08,
        alarm=0.08,
        unreadable=0.01,
        fact_checker=0.9,
        factors={
            Trait.LOOSE_FORM: Factors(unreadable=10),
            Trait.NOT_ITEMISED: Factors(miss=1.5, alarm=1.5),
            Trait.NO_QUESTION: Factors(alarm=2),
            Trait.NO_EXAMPLES: Factors(alarm=2),
            Trait.TRUTH_MIXED_IN: Factors(miss=2, alarm=5),
            Trait.OTHER_LANGUAGE: Factors(alarm=1.5),
            Trait.LONG_RESPONSE: Factors(alarm=2),
            Trait.PLEADING_RESPONSE: Factors(miss=2),
        },
    ),
    "lenient": Habits(
        miss=0.06,
        near_miss=0.18,
        alarm=0.02,
        unreadable=0.01,
        fact_checker=0.6,
        factors={
            Trait.LOOSE_FORM: Factors(unreadable=8),
            Trait.NOT_ITEMISED: Factors(miss=3),
            Trait.NO_QUESTION: Factors(miss=1.5),
            Trait.NO_EXAMPLES: Factors(miss=1.3),
            Trait.LAST_EXAMPLE_PASSES: Factors(miss=2),
            Trait.TRUTH_MIXED_IN: Factors(alarm=4),
            Trait.OTHER_LANGUAGE: Factors(miss=1.5),
            Trait.RESPONSE_NOT_LAST: Factors(miss=1.5),
            Trait.LONG_RESPONSE: Factors(miss=2.5),
            Trait.PLEADING_RESPONSE: Factors(miss=8),
        },
    ),
    "freehand": Habits(
        miss=0.04,
        near_miss=0.12,
        alarm=0.05,
        unreadable=0.05,
        fact_checker=0.8,
        factors={
            Trait.LOOSE_FORM: Factors(unreadable=6),
            Trait.NOT_ITEMISED: Factors(miss=2),
            Trait.NO_QUESTION: Factors(miss=1.5, alarm=1.5),
            Trait.NO_EXAMPLES: Factors(miss=1.5, alarm=1.5),
            Trait.LAST_EXAMPLE_PASSES: Factors(miss=1.5),
            Trait.TRUTH_MIXED_IN: Factors(alarm=4),
            Trait.OTHER_LANGUAGE: Factors(miss=2.5, alarm=2.5),
            Trait.RESPONSE_NOT_LAST: Factors(miss=2, alarm=2),
            Trait.PLEADING_RESPONSE: Factors(miss=5),
        },
    ),
}
