"""States that the table of work needs beside those of the table of acts.

They differ in what is asked of whom: an edit whose round went on, responses with none, one or two
labels, rulings that somebody may want back.
"""

from collections.abc import Callable, Mapping
from typing import Final

from db.acts import ActKind
from db.labels import Decision
from db.queries.status import ItemStatus
from db.reviews import Ruling
from tests.workflow.bench import Bench
from tests.workflow.states import ACCEPT, EDIT, STATES, accepted, both, labelled

FOLLOWS, FAILS, UNTOLD = Decision.FOLLOWS, Decision.DOES_NOT_FOLLOW, Decision.CANNOT_TELL


def edited(bench: Bench, item: str) -> str:
    """Leave an edit of the first reviewer to be confirmed by the second."""
    both(bench, item, EDIT, ACCEPT)
    outcome = bench.standing(item).outcome
    assert outcome is not None
    assert outcome.edit_review_id is not None
    return outcome.edit_review_id


def edit_answered(bench: Bench, item: str, *, yes: bool) -> None:
    bench.confirm(item, edited(bench, item), by="second", yes=yes)


def edit_then(bench: Bench, item: str, *acts: ActKind) -> None:
    edited(bench, item)
    for kind in acts:
        bench.act(item, kind)


def edit_then_sent_anew(bench: Bench, item: str) -> None:
    edited(bench, item)
    bench.revise(item)
    bench.act(item, ActKind.SUBMIT, by="author")


def edit_recalled_by_ruling(bench: Bench, item: str) -> None:
    edit_then(bench, item, ActKind.FLAG, ActKind.RULE_RETURN)


def ruled(bench: Bench, item: str, ruling: Ruling) -> None:
    STATES["adjudication of reviews"][1](bench, item)
    bench.rule(item, ruling)


def to_label(bench: Bench, item: str) -> str:
    accepted(bench, item)
    return bench.response(item)


def to_label_then(bench: Bench, item: str, kind: ActKind) -> None:
    to_label(bench, item)
    # Somebody looked for work before: the slots are there.
    bench.ask_for_labels()
    bench.act(item, kind)


def one_label(bench: Bench, item: str, decision: Decision) -> str:
    response = to_label(bench, item)
    bench.label(item, response, decision, by="first")
    return response


def released_to_label(bench: Bench, item: str) -> None:
    one_label(bench, item, FOLLOWS)
    bench.release(item, "1.0.0")


def labels_then_sent_anew(bench: Bench, item: str) -> None:
    one_label(bench, item, FOLLOWS)
    bench.ask_for_labels()
    bench.revise(item)
    bench.act(item, ActKind.SUBMIT, by="author")


def then_labelled(bench: Bench, item: str, lead_there: Callable[[Bench, str], object]) -> None:
    lead_there(bench, item)
    bench.label(item, bench.response(item), FOLLOWS, by="labeller")


def labels_ruled(bench: Bench, item: str) -> None:
    labelled(bench, item, FOLLOWS, FAILS)
    (response,) = bench.standing(item).to_label
    bench.rule(item, Ruling.FOLLOWS, subject=response.id)


MORE: Final[Mapping[str, tuple[ItemStatus, Callable[[Bench, str], object]]]] = {
    "in review: edit refused": (
        ItemStatus.IN_REVIEW,
        lambda b, i: edit_answered(b, i, yes=False),
    ),
    "accepted: edit confirmed": (
        ItemStatus.ACCEPTED,
        lambda b, i: edit_answered(b, i, yes=True),
    ),
    "needs decision: edit to confirm": (
        ItemStatus.NEEDS_DECISION,
        lambda b, i: edit_then(b, i, ActKind.FLAG),
    ),
    "accepted: by a lead over an edit": (
        ItemStatus.ACCEPTED,
        lambda b, i: edit_then(b, i, ActKind.FLAG, ActKind.RULE_ACCEPT),
    ),
    "returned: by a lead over an edit": (ItemStatus.RETURNED, edit_recalled_by_ruling),
    "retired: edit to confirm": (
        ItemStatus.RETIRED,
        lambda b, i: edit_then(b, i, ActKind.RETIRE),
    ),
    "in review: sent anew over an edit": (ItemStatus.IN_REVIEW, edit_then_sent_anew),
    "accepted: ruled": (ItemStatus.ACCEPTED, lambda b, i: ruled(b, i, Ruling.ACCEPT)),
    "returned: ruled": (ItemStatus.RETURNED, lambda b, i: ruled(b, i, Ruling.RETURN)),
    "labelling: none in": (ItemStatus.LABELLING, to_label),
    "labelling: one does not follow": (
        ItemStatus.LABELLING,
        lambda b, i: one_label(b, i, FAILS),
    ),
    "labelling: one cannot tell": (
        ItemStatus.LABELLING,
        lambda b, i: one_label(b, i, UNTOLD),
    ),
    "released: one label in": (ItemStatus.RELEASED, released_to_label),
    "needs decision: to label": (
        ItemStatus.NEEDS_DECISION,
        lambda b, i: to_label_then(b, i, ActKind.FLAG),
    ),
    "retired: to label": (
        ItemStatus.RETIRED,
        lambda b, i: to_label_then(b, i, ActKind.RETIRE),
    ),
    "in review: sent anew over a label": (ItemStatus.IN_REVIEW, labels_then_sent_anew),
    "labelling: edit confirmed": (
        ItemStatus.LABELLING,
        lambda b, i: then_labelled(b, i, lambda b, i: edit_answered(b, i, yes=True)),
    ),
    "labelling: ruled": (
        ItemStatus.LABELLING,
        lambda b, i: then_labelled(b, i, lambda b, i: ruled(b, i, Ruling.ACCEPT)),
    ),
    "ready: labels ruled": (ItemStatus.READY, labels_ruled),
}
WORK_STATES: Final = {**STATES, **MORE}
