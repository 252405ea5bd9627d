"""Owns how the decision on the whole follows from the decisions on single requirements."""

from collections.abc import Mapping

from db.errors import Invalid
from db.labels import Decision

LONGEST_REASON = 500


def derive(requirements: Mapping[int, Decision]) -> Decision:
    """Give the decision on the whole: a failed requirement outweighs one that cannot be told."""
    for decision in (Decision.DOES_NOT_FOLLOW, Decision.CANNOT_TELL):
        if decision in requirements.values():
            return decision
    return Decision.FOLLOWS


def check(
    *, decision: Decision, requirements: Mapping[int, Decision], count: int, reason: str
) -> None:
    """Check that a decision can be stored.

    Args:
        decision: On the whole.
        requirements: By number; empty when only the whole was decided.
        count: How many requirements the reference has.
        reason: What the person wrote.

    Raises:
        Invalid: Requirements are missing, unknown or against the whole, or the reason cannot be
            stored.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            f"The reason has {len(reason)} characters where {LONGEST_REASON} are the limit; "
            "shorten it."
        )
    if "\0" in reason or any("\ud800" <= sign <= "\udfff" for sign in reason):
        raise Invalid(
            f"The reason {reason!r} holds a sign that cannot be stored (NUL or half of a pair); "
            "remove it."
        )
    if not requirements:
        return
    _check_numbers(requirements, count)
    derived = derive(requirements)
    if decision is not derived:
        numbers = ", ".join(
            str(number) for number, found in sorted(requirements.items()) if found is derived
        )
        raise Invalid(
            f"The whole was decided {decision.value!r} while requirement {numbers} was decided "
            f"{derived.value!r}; decide {derived.value!r} or change the requirement."
        )


def _check_numbers(requirements: Mapping[int, Decision], count: int) -> None:
    legal = set(range(1, count + 1))
    if unknown := sorted(requirements.keys() - legal):
        raise Invalid(
            f"There is no requirement {unknown[0]!r}; this reference has the numbers 1 to {count}."
        )
    if missing := sorted(legal - requirements.keys()):
        raise Invalid(
            f"Requirement {missing[0]} is not decided; decide all {count} requirements or only "
            "the whole."
        )
