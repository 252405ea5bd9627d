"""Owns working copies: opening, reading and discarding them, saving text, settling what was late.

Nothing typed is lost: a save that names a number that is no longer the newest is set aside in the
same transaction, a save into a closed copy goes to the open copy that follows it. The same save
sent again has the same answer.
"""

from datetime import datetime

from curation.authoring.copy_views import (
    AsideView,
    Choice,
    CopyView,
    Difference,
    PartView,
    SavedPart,
    StalePart,
)
from curation.authoring.texts import (
    begin,
    check_sender,
    check_text,
    late_before,
    number_line,
    open_one,
    own_copy,
    repeated,
    retried,
    store,
    take_mine,
    take_theirs,
)
from curation.review.seeing import refuse_blind
from db.base import new_id
from db.contents import short_id
from db.engine import Engine, Session, writing
from db.errors import Conflict, Invalid, NotFound
from db.items import Revision
from db.queries.roles import require, require_on_item
from db.queries.working_copies import (
    CopyRow,
    current_revision,
    family_at,
    first_text,
    list_copy_rows,
    lock_copy,
    newest_texts,
    open_copy_of,
    revision_parts,
    set_asides,
    text_up_to,
)
from db.roles import Role
from db.working_copies import Closing, Part, SetAside, WorkingCopy


def open_new(engine: Engine, *, annotator_id: str, now: datetime, token: str = "") -> CopyView:
    """Open an empty copy for an item to be.

    Args:
        engine: The workspace.
        annotator_id: Who writes.
        now: The moment.
        token: Names the gesture, so that the same one sent twice opens one copy; without it every
            call opens another.

    Raises:
        Forbidden: The annotator is no author.
    """
    copy_id = short_id("copy", [annotator_id, token]) if token else new_id("copy")

    def attempt(session: Session) -> CopyView:
        require(session, annotator_id, Role.AUTHOR)
        if lock_copy(session, copy_id) is None:
            row = WorkingCopy(id=copy_id, annotator_id=annotator_id, opened_at=now, touched_at=now)
            begin(session, row, dict.fromkeys(Part, ""), before={})
        return load_copy(session, copy_id, annotator_id=annotator_id)

    return retried(engine, attempt)


def open_item(engine: Engine, item_id: str, *, annotator_id: str, now: datetime) -> CopyView:
    """Give the person's open copy of an item, else open one from the current revision.

    Raises:
        NotFound: There is no such item.
        Forbidden: The annotator is no author for its type and language, or judges it blindly now.
    """

    def attempt(session: Session) -> CopyView:
        require_on_item(session, annotator_id, Role.AUTHOR, item_id)
        found = open_copy_of(session, item_id, annotator_id=annotator_id)
        if found is None:
            refuse_blind(session, item_id, annotator_id=annotator_id)
            found = _open_item(session, item_id, annotator_id=annotator_id, now=now)
        return load_copy(session, found.id, annotator_id=annotator_id)

    return retried(engine, attempt)


def load_copy(session: Session, copy_id: str, *, annotator_id: str) -> CopyView:
    """Read a copy whole.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
    """
    row = own_copy(session, session.get(WorkingCopy, copy_id), copy_id, annotator_id=annotator_id)
    parts = {
        part: PartView(text=text.text, number=text.number, saved_at=text.saved_at)
        for part, text in newest_texts(session, [copy_id]).items()
    }
    current = current_revision(session, row.item_id) if row.item_id else None
    line = number_line(session, row)
    return CopyView(
        id=row.id,
        annotator_id=row.annotator_id,
        item_id=row.item_id,
        base_revision_id=row.base_revision_id,
        current_revision_id=current.id if current else None,
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        closed_as=row.closed_as,
        revision_id=row.revision_id,
        parts={part: parts[part] for part in Part},
        asides=tuple(
            AsideView(
                id=aside.id,
                part=aside.part,
                base_number=aside.base_number,
                base=text_up_to(session, line, aside.part, aside.base_number),
                text=aside.text,
                tab=aside.tab,
                saved_at=aside.saved_at,
                resolution=aside.resolution,
            )
            for aside in set_asides(session, copy_id)
        ),
        differences=find_differences(session, row, current),
    )


def list_copies(
    session: Session, *, annotator_id: str, include_closed: bool = False
) -> list[CopyRow]:
    """List a person's copies, the last touched first."""
    return list_copy_rows(session, annotator_id=annotator_id, include_closed=include_closed)


def discard(engine: Engine, copy_id: str, *, annotator_id: str, now: datetime) -> CopyView:
    """Close a copy without submitting it; its texts stay readable.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
        Conflict: It was submitted, or given up for a newer revision.
    """
    with writing(engine) as session:
        row = own_copy(session, lock_copy(session, copy_id), copy_id, annotator_id=annotator_id)
        if row.closed_as not in {None, Closing.DISCARDED}:
            raise Conflict(
                f"The working copy {copy_id!r} is closed ({row.closed_as}) and cannot be "
                "discarded; open the item again to go on."
            )
        if row.closed_as is None:
            row.closed_as, row.closed_at = Closing.DISCARDED, now
            session.flush()
        return load_copy(session, copy_id, annotator_id=annotator_id)


def save_part(
    engine: Engine,
    *,
    copy_id: str,
    annotator_id: str,
    part: Part,
    text: str,
    base_number: int,
    tab: str,
    now: datetime,
) -> SavedPart | StalePart:
    """Store what a person typed, whatever happened meanwhile.

    Args:
        engine: The workspace.
        copy_id: The copy, open or closed.
        annotator_id: Whose it is.
        part: What was typed.
        text: Its whole text.
        base_number: Number of the text that the person went on from.
        tab: Id of the browser tab; a repetition is told by it.
        now: The moment.

    Returns:
        Where the text is, or what it is to be compared with.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
        Invalid: The text, the tab's id or the number cannot be stored.
    """
    check_text(part.value, text)
    check_sender(tab, base_number)

    def attempt(session: Session) -> SavedPart | StalePart:
        row = own_copy(session, lock_copy(session, copy_id), copy_id, annotator_id=annotator_id)
        saved = repeated(session, row, part, text, base_number=base_number, tab=tab)
        if saved is not None:
            return saved
        if row.closed_at is not None:
            # Only then: a copy that is open may have come to the number that was named too early.
            late = late_before(session, row, part, text, base_number=base_number, tab=tab)
            if late is not None:
                return late
        row = open_one(session, row, now=now)
        return store(session, row, part, text, base_number=base_number, tab=tab, now=now)

    return retried(engine, attempt)


def settle_part(
    engine: Engine,
    *,
    aside_id: str,
    annotator_id: str,
    choice: Choice,
    theirs_number: int,
    tab: str,
    now: datetime,
    text: str | None = None,
) -> SavedPart | StalePart:
    """Decide about a text that was set aside; it stays readable for ever.

    Args:
        engine: The workspace.
        aside_id: The text that came too late.
        annotator_id: Whose it is.
        choice: Leave the newest text, put the late one over it, or put ``text`` over it.
        theirs_number: Number of the newest text that the person compared with.
        tab: Id of the browser tab.
        now: The moment.
        text: The merged text; only with ``merged``.

    Returns:
        What is newest now; stale again when yet another text was saved meanwhile.

    Raises:
        NotFound: There is no such text.
        Forbidden: It is another person's.
        Invalid: A merged text is missing, superfluous or cannot be stored, or the tab's id or the
            number cannot.
    """
    if (choice is Choice.MERGED) != (text is not None):
        raise Invalid(
            f"The choice is {choice.value!r} and the merged text "
            f"{'is missing' if text is None else 'was given'}; give a text exactly with 'merged'."
        )

    def attempt(session: Session) -> SavedPart | StalePart:
        aside = session.get(SetAside, aside_id)
        if aside is None:
            raise NotFound(f"There is no text {aside_id!r} set aside; load the working copy again.")
        row = own_copy(
            session, lock_copy(session, aside.copy_id), aside.copy_id, annotator_id=annotator_id
        )
        session.refresh(aside)
        if choice is Choice.THEIRS:
            return take_theirs(session, row, aside, theirs_number=theirs_number, now=now)
        return take_mine(
            session, row, aside, merged=text, theirs_number=theirs_number, tab=tab, now=now
        )

    if text is not None:
        check_text("merged text", text)
    check_sender(tab, theirs_number)
    return retried(engine, attempt)


def find_differences(
    session: Session, row: WorkingCopy, current: Revision | None
) -> tuple[Difference, ...]:
    """Compare an open copy with a newer revision than it started from, part by part."""
    if row.closed_at is not None or current is None or row.base_revision_id == current.id:
        return ()
    base_revision = session.get_one(Revision, row.base_revision_id)
    base, theirs = revision_parts(session, base_revision), revision_parts(session, current)
    mine = newest_texts(session, [row.id])
    found = [
        Difference(part=part, base=base[part], theirs=theirs[part], mine=mine[part].text)
        for part in Part
        if mine[part].text != theirs[part]
    ]
    # Who else is in the family now says nothing about this item: only a move of its own does.
    moved = family_at(session, base_revision) != family_at(session, current)
    started = first_text(session, row.id, Part.FAMILY)
    touched = started is not None and started.text != mine[Part.FAMILY].text
    return tuple(one for one in found if one.part is not Part.FAMILY or moved or touched)


def _open_item(session: Session, item_id: str, *, annotator_id: str, now: datetime) -> WorkingCopy:
    revision = current_revision(session, item_id)
    if revision is None:
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    row = WorkingCopy(
        id=new_id("copy"),
        annotator_id=annotator_id,
        item_id=item_id,
        base_revision_id=revision.id,
        opened_at=now,
        touched_at=now,
    )
    before = newest_texts(session, number_line(session, row))
    begin(session, row, revision_parts(session, revision), before=before)
    return row
