"""Owns the texts of working copies: the numbered line of each part, and what is late.

Every function here works on a copy that the caller has locked. Numbers of a part never go back,
over all copies that a person has of an item, so that a number names one text.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar

from curation.authoring.copy_views import SavedPart, StalePart
from db.contents import short_id
from db.engine import Engine, Session, writing
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.queries.roles import require
from db.queries.working_copies import (
    all_texts,
    copies_of,
    lock_copy,
    newest_text,
    newest_texts,
    numbered_texts,
    open_copy_of,
    tabs_after,
    text_up_to,
)
from db.roles import Role
from db.working_copies import Part, Resolution, SetAside, WorkingCopy, WorkingText

T = TypeVar("T")
LONGEST: Final = 200_000
# A transaction that another process overtook is tried again and then finds the other's rows: the
# second round decides. The rest are for copies that close meanwhile.
_ROUNDS: Final = 5
LAST_NUMBER: Final = 2**31 - 2  # the one after it is the last that a database stores


def retried(engine: Engine, attempt: Callable[[Session], T]) -> T:
    """Run one short transaction, again when another process was first; it then finds its rows."""
    for _ in range(_ROUNDS - 1):
        with suppress(Conflict), writing(engine) as session:
            return attempt(session)
    with writing(engine) as session:
        return attempt(session)


def own_copy(
    session: Session, row: WorkingCopy | None, copy_id: str, *, annotator_id: str
) -> WorkingCopy:
    """Give the row when it exists and is this person's, and the person may write.

    Where the item's own type and language count, ``open_item`` and ``submit`` ask for them: what is
    typed meanwhile is kept, whatever type is chosen.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's, or the person is no author.
    """
    require(session, annotator_id, Role.AUTHOR)
    if row is None:
        raise NotFound(f"There is no working copy {copy_id!r}; open the item again.")
    if row.annotator_id != annotator_id:
        raise Forbidden(
            f"The working copy {copy_id!r} is another person's; open the item to get your own."
        )
    return row


def check_text(what: str, text: str) -> None:
    """Refuse a text that not every database and file stores as it is."""
    if len(text) > LONGEST:
        raise Invalid(
            f"The {what} has {len(text):,} characters and at most {LONGEST:,} are stored; "
            "shorten it."
        )
    if "\0" in text:
        raise Invalid(
            f"The {what} holds a NUL character at {text.index(chr(0)) + 1:,}, which no "
            "database stores; delete it."
        )
    for place, character in enumerate(text, start=1):
        if "\ud800" <= character <= "\udfff":
            raise Invalid(
                f"The {what} holds half a character ({character!r}) at {place:,}, which no "
                "file stores; delete it."
            )


def check_sender(tab: str, number: int) -> None:
    """Refuse what no tab of ours sends and not every database stores."""
    check_text("tab's id", tab)
    if not 0 <= number <= LAST_NUMBER:
        raise Invalid(
            f"The number {number!r} names no text; send one from 0 to {LAST_NUMBER:,}, as it was "
            "answered."
        )


def append_text(
    session: Session, row: WorkingCopy, part: Part, text: str, *, tab: str, now: datetime
) -> int:
    """Make a text the newest of its part in a locked copy; give its number."""
    check_text(part.value, text)
    newest = _newest(session, row, part)
    if newest.text == text:
        return newest.number
    _insert(session, row, part, text, number=newest.number + 1, tab=tab, now=now)
    return newest.number + 1


def begin(
    session: Session,
    row: WorkingCopy,
    texts: Mapping[Part, str],
    *,
    before: Mapping[Part, WorkingText],
) -> None:
    """Insert a copy with the texts it begins with, their numbers after those of copies before."""
    session.add(row)
    session.flush()
    for part in Part:
        number, tab = 0, ""
        if part in before:
            goes_on = before[part].text == texts[part]
            number = before[part].number + (0 if goes_on else 1)
            tab = before[part].tab if goes_on else ""
        _insert(session, row, part, texts[part], number=number, tab=tab, now=row.opened_at)


def _insert(
    session: Session,
    row: WorkingCopy,
    part: Part,
    text: str,
    *,
    number: int,
    tab: str,
    now: datetime,
) -> None:
    """Insert a text; the primary key refuses a number that is taken."""
    session.add(
        WorkingText(copy_id=row.id, part=part, number=number, text=text, tab=tab, saved_at=now)
    )
    row.touched_at = now
    session.flush()


def number_line(session: Session, row: WorkingCopy) -> list[str]:
    """Name the copies whose numbers are one line."""
    if row.item_id is None:
        return [row.id]
    return copies_of(session, row.item_id, annotator_id=row.annotator_id)


def repeated(
    session: Session, row: WorkingCopy, part: Part, text: str, *, base_number: int, tab: str
) -> SavedPart | None:
    """Answer a save whose text is there already: sent twice, or typed alike."""
    newest = _newest(session, row, part)
    if newest.text == text:
        return _saved(newest)
    # This tab's own save, upon which another one has gone on since: nothing is late. When it went
    # on itself, it has typed its way back to this text.
    if tabs_after(session, number_line(session, row), part, base_number + 1) <= {tab}:
        return None
    return _sent(session, row, part, text, base_number=base_number, tab=tab)


def _sent(
    session: Session, row: WorkingCopy, part: Part, text: str, *, base_number: int, tab: str
) -> SavedPart | None:
    """Find what this tab saved as the next text after a number, in whichever copy it went into."""
    sent = {
        one.copy_id: one
        for one in numbered_texts(session, number_line(session, row), part, base_number + 1)
        if (one.tab, one.text) == (tab, text)
    }
    return _saved(sent.get(row.id) or next(iter(sent.values()))) if sent else None


def late_before(
    session: Session, row: WorkingCopy, part: Part, text: str, *, base_number: int, tab: str
) -> StalePart | None:
    """Answer a save that was set aside before, in this copy or another one of its line."""
    for holder in _line(session, row):
        aside_id = _aside_id(holder, part, text, base_number=base_number, tab=tab)
        if session.get(SetAside, aside_id) is not None:
            newest = _newest(session, holder, part)
            return _stale(session, holder, newest, text, base_number=base_number, aside_id=aside_id)
    return None


def _line(session: Session, row: WorkingCopy) -> Iterator[WorkingCopy]:
    """Give the copies whose numbers are one line, and of an item to be those that follow."""
    if row.item_id is not None:
        for copy_id in number_line(session, row):
            yield session.get_one(WorkingCopy, copy_id)
        return
    found: WorkingCopy | None = row
    while found is not None:
        yield found
        found = session.get(WorkingCopy, _follower_id(found))


def _newest(session: Session, row: WorkingCopy, part: Part) -> WorkingText:
    found = newest_text(session, row.id, part)
    if found is None:
        raise Conflict(
            f"The working copy {row.id!r} has no text for {part.value!r}; run 'gainsay db check'."
        )
    return found


def _saved(row: WorkingText) -> SavedPart:
    return SavedPart(copy_id=row.copy_id, part=row.part, number=row.number, saved_at=row.saved_at)


def open_one(session: Session, row: WorkingCopy, *, now: datetime) -> WorkingCopy:
    """Give the copy itself while it is open, else the open one that follows it."""
    while row.closed_at is not None:
        follower = (
            open_copy_of(session, row.item_id, annotator_id=row.annotator_id)
            if row.item_id
            else None
        )
        copy_id = follower.id if follower else _follower_id(row)
        found = lock_copy(session, copy_id)
        row = _follow_up(session, row, copy_id, now=now) if found is None else found
    return row


def _follower_id(row: WorkingCopy) -> str:
    return short_id("copy", ["after", row.id])


def _follow_up(session: Session, row: WorkingCopy, copy_id: str, *, now: datetime) -> WorkingCopy:
    """Open a copy that goes on where a closed one stands."""
    new = WorkingCopy(
        id=copy_id,
        annotator_id=row.annotator_id,
        item_id=row.item_id,
        # A submitted copy says what its revision says, so that is what it goes on from.
        base_revision_id=row.revision_id or row.base_revision_id,
        opened_at=now,
        touched_at=now,
    )
    if row.item_id is None:
        session.add(new)
        session.flush()
        for text in all_texts(session, row.id):
            _insert(session, new, text.part, text.text, number=text.number, tab=text.tab, now=now)
        return new
    texts = {part: text.text for part, text in newest_texts(session, [row.id]).items()}
    begin(session, new, texts, before=newest_texts(session, number_line(session, row)))
    return new


def store(
    session: Session,
    row: WorkingCopy,
    part: Part,
    text: str,
    *,
    base_number: int,
    tab: str,
    now: datetime,
) -> SavedPart | StalePart:
    """Put a text into a locked open copy: as the newest of its part, or aside."""
    saved = repeated(session, row, part, text, base_number=base_number, tab=tab)
    if saved is not None:
        return saved
    newest = _newest(session, row, part)
    # A tab that lost an answer goes on from a text that it knows: only its own saves lie between,
    # in the closed copies before this one too.
    writers = tabs_after(session, number_line(session, row), part, base_number)
    if base_number <= newest.number and writers <= {tab}:
        number = newest.number + 1
        _insert(session, row, part, text, number=number, tab=tab, now=now)
        return SavedPart(copy_id=row.id, part=part, number=number, saved_at=now)
    aside_id = _put_aside(session, row, part, text, base_number=base_number, tab=tab, now=now)
    return _stale(session, row, newest, text, base_number=base_number, aside_id=aside_id)


def keep_late(
    session: Session, row: WorkingCopy, part: Part, text: str, *, tab: str, now: datetime
) -> None:
    """Set a text aside that came after the decision it belongs to, unless it is there already."""
    check_text(part.value, text)
    texts = [one for one in all_texts(session, row.id) if one.part is part]
    if texts[-1].text != text and not any((one.tab, one.text) == (tab, text) for one in texts):
        _put_aside(session, row, part, text, base_number=texts[-1].number, tab=tab, now=now)


def _aside_id(row: WorkingCopy, part: Part, text: str, *, base_number: int, tab: str) -> str:
    return short_id("aside", [row.id, part.value, base_number, tab, text])


def _put_aside(
    session: Session,
    row: WorkingCopy,
    part: Part,
    text: str,
    *,
    base_number: int,
    tab: str,
    now: datetime,
) -> str:
    aside_id = _aside_id(row, part, text, base_number=base_number, tab=tab)
    if session.get(SetAside, aside_id) is None:
        session.add(
            SetAside(
                id=aside_id,
                copy_id=row.id,
                part=part,
                base_number=base_number,
                text=text,
                tab=tab,
                saved_at=now,
            )
        )
        row.touched_at = now
        session.flush()
    return aside_id


def _stale(
    session: Session,
    row: WorkingCopy,
    newest: WorkingText,
    mine: str,
    *,
    base_number: int,
    aside_id: str,
) -> StalePart:
    return StalePart(
        copy_id=row.id,
        part=newest.part,
        base=text_up_to(session, number_line(session, row), newest.part, base_number),
        theirs=newest.text,
        mine=mine,
        theirs_number=newest.number,
        aside_id=aside_id,
    )


def take_theirs(
    session: Session, row: WorkingCopy, aside: SetAside, *, theirs_number: int, now: datetime
) -> SavedPart | StalePart:
    """Leave the newest text; tell when it is no longer the one that was compared with."""
    newest = _newest(session, row, aside.part)
    if newest.number != theirs_number:
        return _stale(
            session,
            row,
            newest,
            aside.text,
            base_number=aside.base_number,
            aside_id=aside.id,
        )
    _resolve(session, aside, Resolution.THEIRS, now=now)
    return _saved(newest)


def take_mine(
    session: Session,
    row: WorkingCopy,
    aside: SetAside,
    *,
    merged: str | None,
    theirs_number: int,
    tab: str,
    now: datetime,
) -> SavedPart | StalePart:
    """Put the late or the merged text over the newest one; set a merged one aside when late too."""
    text = aside.text if merged is None else merged
    resolution = Resolution.MINE if merged is None else Resolution.MERGED
    if row.closed_at is not None:
        # Sent again after somebody closed the copy: what follows it takes the text only once.
        told: SavedPart | StalePart | None = _sent(
            session, row, aside.part, text, base_number=theirs_number, tab=tab
        )
        if told is None and merged is not None:
            told = late_before(session, row, aside.part, text, base_number=theirs_number, tab=tab)
        if told is not None:
            _resolve(session, aside, resolution, now=now)
            return told
    row = open_one(session, row, now=now)
    newest = _newest(session, row, aside.part)
    saved = _saved(newest) if newest.text == text else None
    saved = saved or _sent(session, row, aside.part, text, base_number=theirs_number, tab=tab)
    if merged is None and saved is None and newest.number != theirs_number:
        return _stale(session, row, newest, text, base_number=aside.base_number, aside_id=aside.id)
    _resolve(session, aside, resolution, now=now)
    return saved or store(
        session, row, aside.part, text, base_number=theirs_number, tab=tab, now=now
    )


def _resolve(session: Session, aside: SetAside, resolution: Resolution, *, now: datetime) -> None:
    # Once it went over the newest text, that stays told, whatever another tab decides later.
    if aside.resolution is Resolution.MINE:
        return
    aside.resolution, aside.resolved_at = resolution, now
    session.flush()
