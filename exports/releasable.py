"""Owns which items a release takes, at which revision, and what all others wait for.

Accepted items go in at the revision that was accepted; starter and imported items about which
nobody decided here go in as they are and say so: never sent to review, or taken back before a
review was in and not edited. Nothing of a demonstration person goes in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from db.acts import ActKind
from db.engine import Session
from db.items import ITEMS_IMPORTED, ItemOrigin
from db.queries.acts import RevisionWriter, revision_writers
from db.queries.comments import open_threads
from db.queries.item_facts import load_item_facts
from db.queries.status import ItemStatus, Standing, accepted_revision
from exports.provenance import NOT_REVIEWED, ReviewStory, evidence_of, story_of

UNREVIEWED_ORIGINS: Final = (ItemOrigin.STARTER, ItemOrigin.IMPORTED)
_AS_THEY_ARE: Final = (ItemStatus.DRAFTED, ItemStatus.RELEASED)
_DECIDING: Final = (
    ActKind.REOPEN,
    ActKind.FLAG,
    ActKind.RULE_ACCEPT,
    ActKind.RULE_RETURN,
    ActKind.RULE_REJECT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasable:
    """One item that a release takes."""

    revision_id: str
    story: ReviewStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a release takes and what it leaves out.

    Attributes:
        taken: By item id.
        waiting: How many items are left out, by status.
        threads: Unsettled comment threads of items that are taken, by item id.
    """

    taken: Mapping[str, Releasable]
    waiting: Mapping[ItemStatus, int]
    threads: Mapping[str, int]


def select_items(session: Session) -> Selection:
    """Read what a release would take now."""
    standings = {item_id: Standing(facts) for item_id, facts in load_item_facts(session).items()}
    wanted = {
        item_id: revision_id
        for item_id, standing in standings.items()
        if (revision_id := _candidate(standing)) is not None
    }
    writers = revision_writers(session, list(wanted.values()))
    taken = {
        item_id: Releasable(
            revision_id=revision_id, story=_story(standings[item_id], writers[revision_id])
        )
        for item_id, revision_id in wanted.items()
        if not writers[revision_id].is_demonstration
        and not _is_kept_back(standings[item_id], writers[revision_id])
    }
    left = [
        standing.explanation.status
        for item_id, standing in standings.items()
        if item_id not in taken
    ]
    counts = Counter(left)
    threads = open_threads(session)
    return Selection(
        taken=taken,
        waiting={status: counts[status] for status in ItemStatus if counts[status]},
        threads={item_id: threads[item_id] for item_id in sorted(threads) if item_id in taken},
    )


def evidence_now(session: Session, item_ids: Sequence[str]) -> dict[str, str]:
    """Say of items what stands behind them now, by item id, whether a release takes them or not."""
    found = {}
    facts = load_item_facts(session, item_ids)
    standings = {item_id: Standing(one) for item_id, one in facts.items()}
    texts = {
        item_id: _candidate(standing) or facts[item_id].current_revision_id
        for item_id, standing in standings.items()
    }
    writers = revision_writers(session, list(texts.values()))
    for item_id, standing in standings.items():
        writer = writers[texts[item_id]]
        said = evidence_of(facts[item_id].origin, _story(standing, writer))
        is_taken = _candidate(standing) is not None and not _is_kept_back(standing, writer)
        if _was_sent(standing) and not is_taken:
            status = standing.explanation.status.value.replace("_", " ")
            said = f"{said.partition(',')[0]}, {status}"
        found[item_id] = said
    return found


def _candidate(standing: Standing) -> str | None:
    """Give what a release would take of an item, unless it is kept back for who wrote it."""
    facts = standing.facts
    accepted = accepted_revision(facts)
    if accepted is not None:
        return accepted
    if _is_as_it_came(standing) and standing.explanation.status in _AS_THEY_ARE:
        return facts.current_revision_id
    return None


def _is_as_it_came(standing: Standing) -> bool:
    """Say whether nobody here decided about an item that came with the program or from a file."""
    facts = standing.facts
    return (
        facts.origin in UNREVIEWED_ORIGINS
        and standing.round is None
        and all(review.is_withdrawn for review in facts.reviews)
        and not any(act.kind in _DECIDING for act in facts.acts)
    )


def _is_kept_back(standing: Standing, writer: RevisionWriter) -> bool:
    """Say whether a text is one that a person wrote here, sent to review and took back."""
    return standing.accepted_id is None and _was_sent(standing) and _has_hand(writer)


def _was_sent(standing: Standing) -> bool:
    return any(act.opens_round for act in standing.facts.acts)


def _has_hand(writer: RevisionWriter) -> bool:
    return writer.is_human and writer.action != ITEMS_IMPORTED


def _story(standing: Standing, writer: RevisionWriter) -> ReviewStory:
    has_hand = _has_hand(writer)
    if standing.accepted_id is None:
        return NOT_REVIEWED if not has_hand else _WITH_A_HAND
    return story_of(standing, author_id=writer.annotator_id, has_hand=has_hand)


_WITH_A_HAND: Final = ReviewStory(kind=NOT_REVIEWED.kind, has_hand=True)
