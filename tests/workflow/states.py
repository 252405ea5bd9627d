"""Every state that the workflow's table has a row for, and how facts lead there."""

from collections.abc import Callable, Mapping
from typing import Final

from db.acts import ActKind
from db.labels import Decision
from db.queries.status import ItemStatus
from db.reviews import ReviewDecision
from tests.workflow.bench import Bench

ACCEPT = ReviewDecision.ACCEPT
EDIT = ReviewDecision.ACCEPT_WITH_EDIT
RETURN = ReviewDecision.RETURN
REJECT = ReviewDecision.REJECT
ESCALATE = ReviewDecision.ESCALATE


def nothing(bench: Bench, item: str) -> None:
    del bench, item


def in_review(bench: Bench, item: str) -> None:
    bench.act(item, ActKind.SUBMIT, by="author")


def both(bench: Bench, item: str, one: ReviewDecision, other: ReviewDecision) -> None:
    in_review(bench, item)
    bench.review(item, one, by="first")
    bench.review(item, other, by="second")


def one_review_in(bench: Bench, item: str, decision: ReviewDecision = ACCEPT) -> None:
    in_review(bench, item)
    bench.review(item, decision, by="first")


def accepted(bench: Bench, item: str) -> None:
    both(bench, item, ACCEPT, ACCEPT)


def labelling(bench: Bench, item: str) -> None:
    accepted(bench, item)
    response = bench.response(item)
    bench.label(item, response, Decision.FOLLOWS, by="first")


def labelled(bench: Bench, item: str, one: Decision, other: Decision) -> None:
    accepted(bench, item)
    response = bench.response(item)
    bench.label(item, response, one, by="first")
    bench.label(item, response, other, by="second")


def adjudication(bench: Bench, item: str) -> None:
    both(bench, item, ACCEPT, RETURN)
    bench.review(item, REJECT, by="third")


def needs_decision(bench: Bench, item: str) -> None:
    accepted(bench, item)
    bench.act(item, ActKind.FLAG)


def released(bench: Bench, item: str) -> None:
    accepted(bench, item)
    bench.release(item, f"1.0.{len(item)}{sum(map(ord, item))}")


def retired(bench: Bench, item: str) -> None:
    accepted(bench, item)
    bench.act(item, ActKind.RETIRE)


def recalled(bench: Bench, item: str) -> None:
    in_review(bench, item)
    bench.act(item, ActKind.RECALL, by="author")


STATES: Final[Mapping[str, tuple[ItemStatus, Callable[[Bench, str], object]]]] = {
    "drafted": (ItemStatus.DRAFTED, nothing),
    "drafted: recalled": (ItemStatus.DRAFTED, recalled),
    "in review": (ItemStatus.IN_REVIEW, in_review),
    "in review: one in": (ItemStatus.IN_REVIEW, one_review_in),
    "in review: edit to confirm": (ItemStatus.IN_REVIEW, lambda b, i: both(b, i, EDIT, ACCEPT)),
    "in review: third asked": (ItemStatus.IN_REVIEW, lambda b, i: both(b, i, ACCEPT, RETURN)),
    "adjudication of reviews": (ItemStatus.ADJUDICATION, adjudication),
    "accepted": (ItemStatus.ACCEPTED, accepted),
    "labelling": (ItemStatus.LABELLING, labelling),
    "adjudication of labels": (
        ItemStatus.ADJUDICATION,
        lambda b, i: labelled(b, i, Decision.FOLLOWS, Decision.DOES_NOT_FOLLOW),
    ),
    "ready": (ItemStatus.READY, lambda b, i: labelled(b, i, Decision.FOLLOWS, Decision.FOLLOWS)),
    "released": (ItemStatus.RELEASED, released),
    "returned": (ItemStatus.RETURNED, lambda b, i: both(b, i, RETURN, RETURN)),
    "returned: undecidable": (
        ItemStatus.RETURNED,
        lambda b, i: labelled(b, i, Decision.CANNOT_TELL, Decision.CANNOT_TELL),
    ),
    "rejected": (ItemStatus.REJECTED, lambda b, i: both(b, i, REJECT, REJECT)),
    "escalated": (ItemStatus.ESCALATED, lambda b, i: both(b, i, ACCEPT, ESCALATE)),
    "needs decision": (ItemStatus.NEEDS_DECISION, needs_decision),
    "discarded": (
        ItemStatus.DISCARDED,
        lambda b, i: b.act(i, ActKind.DISCARD, by="author"),
    ),
    "retired": (ItemStatus.RETIRED, retired),
}

# Rounds with one review in, for the table of reviews: what the second makes of the first.
ROUNDS: Final[Mapping[str, tuple[ItemStatus, Callable[[Bench, str], object]]]] = {
    "in review: one returned": (ItemStatus.IN_REVIEW, lambda b, i: one_review_in(b, i, RETURN)),
    "in review: one rejected": (ItemStatus.IN_REVIEW, lambda b, i: one_review_in(b, i, REJECT)),
    "in review: one edited": (ItemStatus.IN_REVIEW, lambda b, i: one_review_in(b, i, EDIT)),
}
