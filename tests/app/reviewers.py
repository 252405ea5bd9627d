"""Owns a shared workspace in which two people review, for tests of the screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from curation.review.acting import act
from db.acts import ActKind
from db.engine import Engine, reading
from db.queries.decisions import last_own
from db.queries.reviews import ReviewView, find_review
from db.reviews import Withdrawn
from db.roles import Role
from tests.login.people import person, shared

ITEMS = (
    "starter-liquid-element",
    "starter-gc-windows",
    "starter-glowing-moon-en",
    "starter-down-jacket",
    "starter-income-tax-lines",
    "starter-lift-interview",
    "starter-pool-notice",
    "starter-run-length",
    "starter-salt-roads",
    "starter-swapped-words",
    "starter-poet-blank-proof",
)
ROLES: Mapping[str, Sequence[Role]] = {
    "ben": (Role.REVIEWER,),
    "cho": (Role.REVIEWER,),
    "dee": (Role.REVIEWER,),
    "ada": (Role.ADJUDICATOR,),
    "lee": (Role.LEAD,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewers:
    """A shared workspace with items in review.

    Attributes:
        people: Ids of ben, cho and dee, who review; ada, who adjudicates; lee, who leads.
    """

    engine: Engine
    people: Mapping[str, str]

    def reviews(self, who: str) -> list[ReviewView]:
        """Give what a person reviewed and did not take back, oldest first."""
        with reading(self.engine) as session:
            found = [
                find_review(session, one.id)
                for one in last_own(session, annotator_id=self.people[who], limit=99)
                if one.kind is Withdrawn.REVIEW
            ]
        return [one for one in reversed(found) if one is not None and one.is_live]


def gather(engine: Engine, items: Sequence[str], *, now: datetime | None = None) -> Reviewers:
    """Share a workspace of starter items and send some of them to review."""
    moment = now or datetime.now(UTC)
    admin = shared(engine, now=moment)
    people = {
        handle: person(engine, handle, admin_id=admin, roles=roles, now=moment)
        for handle, roles in ROLES.items()
    }
    for item_id in items:
        act(engine, item_id, ActKind.SUBMIT, annotator_id=people["lee"], now=datetime.now(UTC))
    return Reviewers(engine=engine, people=people)
