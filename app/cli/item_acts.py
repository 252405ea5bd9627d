"""Owns the verbs of `gainsay items` that act on items as a whole, from `send` to `unmark-seed`.

They act as the person of the first start, under the same guards as the page Items; several items
are one transaction: all of them or none.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.actor import local_annotator
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from curation.review.acting import Acted
    from db.acts import ActKind

ItemIds = Annotated[list[str], typer.Argument(metavar="ITEM...", help="Ids of items.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]

RULINGS = ("accept", "return", "reject")


def send(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Send items to review: drafts, starter and imported items, texts nobody was asked about."""
    from db.acts import ActKind

    _act(ActKind.SUBMIT, item_ids, reason="", as_json=as_json, db=db)


def recall(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take items back from review, while no review is in."""
    from db.acts import ActKind

    _act(ActKind.RECALL, item_ids, reason="", as_json=as_json, db=db)


def flag(
    item_ids: ItemIds, reason: Reason, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Say that items are too easy or broken and need a lead's decision."""
    from db.acts import ActKind

    _act(ActKind.FLAG, item_ids, reason=reason, as_json=as_json, db=db)


def rule(
    ruling: Annotated[str, typer.Argument(metavar="RULING", help="accept, return or reject.")],
    item_ids: ItemIds,
    reason: Reason,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Rule on items that were escalated or flagged."""
    from db.acts import ActKind

    if ruling not in RULINGS:
        raise wrong_option("RULING", f"{ruling!r} is unknown; use one of: {', '.join(RULINGS)}")
    _act(ActKind(f"rule_{ruling}"), item_ids, reason=reason, as_json=as_json, db=db)


def reopen(
    item_ids: ItemIds, reason: Reason, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Let items be reviewed anew, whatever was decided."""
    from db.acts import ActKind

    _act(ActKind.REOPEN, item_ids, reason=reason, as_json=as_json, db=db)


def retire(
    item_ids: ItemIds, reason: Reason, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Take items out of use: no release takes them, nobody is asked about them."""
    from db.acts import ActKind

    _act(ActKind.RETIRE, item_ids, reason=reason, as_json=as_json, db=db)


def reinstate(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take retired items into use again, where they stood."""
    from db.acts import ActKind

    _act(ActKind.REINSTATE, item_ids, reason="", as_json=as_json, db=db)


def discard(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Give up drafts and returned items of one's own: nobody is asked, no release takes them."""
    from db.acts import ActKind

    _act(ActKind.DISCARD, item_ids, reason="", as_json=as_json, db=db)


def restore(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take discarded items up again, where they stood."""
    from db.acts import ActKind

    _act(ActKind.RESTORE, item_ids, reason="", as_json=as_json, db=db)


def mark_seed(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Mark items as seeds, before a review is in: their reviewers have to agree, all of them."""
    from db.acts import ActKind

    _act(ActKind.MARK_SEED, item_ids, reason="", as_json=as_json, db=db)


def unmark_seed(item_ids: ItemIds, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take the mark of a seed off items, before a review is in."""
    from db.acts import ActKind

    _act(ActKind.UNMARK_SEED, item_ids, reason="", as_json=as_json, db=db)


def _act(
    kind: "ActKind", item_ids: Sequence[str], *, reason: str, as_json: bool, db: str | None
) -> None:
    from app.workspace import existing
    from curation.review.acting import act_in
    from db.engine import writing

    now = datetime.now(UTC)
    with existing(db) as engine:
        annotator_id = local_annotator(engine)
        with writing(engine) as session:
            # In one order everywhere, so that two people with the same items never wait in a ring.
            done = {
                item_id: act_in(
                    session, item_id, kind, annotator_id=annotator_id, now=now, reason=reason
                )
                for item_id in sorted(set(item_ids))
            }
    answer(
        {
            "act": kind.value,
            "items": [
                {"id": item_id, "status": acted.status.value, "is_new": acted.is_new}
                for item_id, acted in done.items()
            ],
        },
        as_json=as_json,
        lines=_lines(done),
    )


def _lines(done: "dict[str, Acted]") -> Iterator[str]:
    for item_id, acted in done.items():
        yield f"{item_id:<36}  {acted.status.value}{'' if acted.is_new else ' (as before)'}"
