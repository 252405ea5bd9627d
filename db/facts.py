"""Owns the rule that facts are append-only.

A session that writes refuses to change or delete a row of these tables; a correction is a new row
that supersedes. Saved texts of working copies are no facts, but are kept in the same way. What is
done behind the session's back is found by the history's hashes.
"""

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from db.acts import ItemAct
from db.base import Table
from db.comments import Comment, ThreadMark
from db.errors import Forbidden
from db.history import Event, EventText
from db.items import Family, Placement, Requirement, Revision, SystemPrompt, Template
from db.labels import Label, LabelWithdrawal, RequirementLabel, Reveal
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import (
    Adjudication,
    Confirmation,
    ItemReveal,
    ReopenAnswer,
    ReopenRequest,
    Review,
    ReviewAxis,
    Solution,
    Withdrawal,
)
from db.roles import RoleGrant, RoleRevocation
from db.slots import Skip, SlotText
from db.taxonomy.tables import Guideline
from db.verdicts import Judge, Verdict
from db.working_copies import WorkingText

FACTS: tuple[type[Table], ...] = (
    Family,
    Revision,
    Requirement,
    Template,
    SystemPrompt,
    Placement,
    Response,
    Label,
    RequirementLabel,
    LabelWithdrawal,
    Reveal,
    Judge,
    Verdict,
    RoleGrant,
    RoleRevocation,
    ItemAct,
    Skip,
    Solution,
    Review,
    ReviewAxis,
    Confirmation,
    Adjudication,
    Withdrawal,
    ReopenRequest,
    ReopenAnswer,
    ItemReveal,
    Comment,
    ThreadMark,
    Release,
    ReleaseRow,
    Event,
    EventText,
    Guideline,
    WorkingText,
    SlotText,
)


def guard(session: Session) -> None:
    """Make a session refuse to change or delete facts."""
    sa.event.listen(session, "before_flush", _refuse_changes)
    sa.event.listen(session, "do_orm_execute", _refuse_statements)


def _refuse_changes(session: Session, context: object, instances: object) -> None:
    del context, instances
    for row in (*session.dirty, *session.deleted):
        changed = row in session.deleted or session.is_modified(row)
        if isinstance(row, FACTS) and changed:
            raise Forbidden(
                f"A row of {row.__tablename__!r} is a fact and is never changed or deleted; "
                "record a new one that supersedes it."
            )


def _refuse_statements(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, FACTS):
        raise Forbidden(
            f"The rows of {mapper.class_.__tablename__!r} are facts and are never changed or "
            "deleted; record new ones that supersede them."
        )
