"""Whoever leaves takes their name along; their work stays, and the history still verifies."""

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from curation.authoring.copies import load_copy, open_new, save_part
from curation.labelling.deciding import Decided, decide
from curation.people.competence import Description, describe
from curation.people.granting import Wanted, grant
from curation.people.withdrawing import Left, withdraw
from db.base import new_id
from db.engine import Session, reading, writing
from db.errors import Conflict, Forbidden, NotFound
from db.hashing import content_hash
from db.history import append_event
from db.labels import Decision
from db.queries.roles import roles_of
from db.recording import recording
from db.roles import Role
from db.sign_ins import Identity, LoginSession
from db.slots import Skip, SkipReason, Slot, SlotText, Stage
from db.working_copies import Closing, Part, WorkingCopy
from db.workspace import ensure_machine
from tests.labelling.workspace import Place
from tests.people.crew import Crew
from tests.people.team import MOMENT, give_password

BACKGROUND = "beekeeper from Uppsala"
SECRET = "I know the author"
EVENT_REASON = "because it is mine"


@pytest.fixture
def mei(crew: Crew) -> str:
    """A person who has left something in every place where a person can."""
    mei = crew.add("mei", *Role, background=BACKGROUND, language_ids=("zh",), domain_ids=("math",))
    give_password(crew.engine, mei)
    place = Place(engine=crew.engine, ann=crew.admin, ben=mei, machine="")
    (response, *_) = place.add_item("b", author=crew.admin)
    said = decide(
        crew.engine,
        annotator_id=mei,
        response_id=response,
        decision=Decision.FOLLOWS,
        reason=SECRET,
        token="t",
        now=MOMENT,
    )
    assert isinstance(said, Decided)
    copy = open_new(crew.engine, annotator_id=mei, now=MOMENT, token="copy")
    save_part(
        crew.engine,
        copy_id=copy.id,
        annotator_id=mei,
        part=Part.PROMPT,
        text="half a question",
        base_number=0,
        tab="tab",
        now=MOMENT,
    )
    _leave_traces(crew, mei)
    return mei


def _leave_traces(crew: Crew, mei: str) -> None:
    with writing(crew.engine) as session:
        session.add(
            Identity(
                id="identity-1",
                annotator_id=mei,
                issuer="https://id.example",
                subject="mei@mei.example",
                created_at=MOMENT,
            )
        )
        session.add(
            LoginSession(
                token_hash="0" * 64,
                annotator_id=mei,
                created_at=MOMENT,
                seen_at=MOMENT,
                expires_at=MOMENT.replace(year=2030),
            )
        )
        _skip(session, mei)


def _slot(mei: str, number: int) -> Slot:
    return Slot(
        id=f"slot-{number}",
        stage=Stage.REVIEW,
        subject_id="a.r1",
        item_id="a",
        number=number,
        created_at=MOMENT,
        holder_id=mei,
        fence=3,
        lease_until=MOMENT,
        claimed_at=MOMENT,
        heartbeat_at=MOMENT,
        round=number,
    )


def _skip(session: Session, mei: str) -> None:
    """Hold one slot, have handed in another, and pass the first on with a note."""
    with recording(
        session,
        now=MOMENT,
        actor_id=mei,
        action="item.skip",
        subject_kind="item",
        subject_id="a",
        reason=EVENT_REASON,
    ) as record:
        held, done = _slot(mei, 1), _slot(mei, 2)
        done.done_at = MOMENT
        session.add_all([held, done])
        session.flush()
        session.add(
            SlotText(
                slot_id=held.id,
                annotator_id=mei,
                field="reason",
                number=1,
                text=SECRET,
                saved_at=MOMENT,
            )
        )
        record.add(_passed_on(held.id, mei))


def _passed_on(slot_id: str, mei: str) -> Skip:
    return Skip(
        id="skip-1",
        slot_id=slot_id,
        annotator_id=mei,
        reason=SkipReason.KNOWN,
        note=SECRET,
        note_hash=content_hash(SECRET),
        created_at=MOMENT,
    )


def _everything(engine: Engine) -> str:
    """Give the text of every cell of every table."""
    from db.tables import METADATA

    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def leave(crew: Crew, who: str, *, actor: str | None = None, blanks: bool = False) -> Left:
    return withdraw(crew.engine, who, actor_id=actor or crew.admin, now=MOMENT, blanks_texts=blanks)


def test_what_names_a_person_goes_and_what_they_decided_stays(crew: Crew, mei: str) -> None:
    found = _everything(crew.engine)
    for word in ("'mei'", BACKGROUND, "mei@mei.example", "unusable", "0" * 64, SECRET):
        assert word in found, word
    answer = leave(crew, mei, actor=mei)
    assert (answer.is_new, answer.texts) == (True, None)
    row = crew.person(mei)
    assert row.handle == answer.handle
    assert row.handle.startswith("person-")
    assert len(row.handle) == len("person-") + 8
    assert (row.background, row.language_ids, row.domain_ids, row.daily_cap) == ("", (), (), None)
    assert (row.held, row.can_sign_in, row.is_person) == ((), False, False)
    left = _everything(crew.engine)
    for word in ("'mei'", BACKGROUND, "mei@mei.example", "0" * 64):
        assert word not in left, word
    # The decision stays, and so do texts that nobody asked to blank.
    assert SECRET in left
    with reading(crew.engine) as session:
        (label,) = session.execute(
            sa.text("SELECT decision FROM label WHERE annotator_id = :who"), {"who": mei}
        )
        assert label[0] == "follows"
        assert roles_of(session, mei) == ()
    last = crew.history()[-1]
    assert (last.action, last.actor_id, last.subject_id) == ("annotator.withdraw", mei, mei)
    assert last.after == {"roles": [], "slots_given_back": 1, "copies_closed": 1, "texts": None}
    assert last.facts["role_revocation"]["count"] == len(Role)  # type: ignore[index,call-overload]


def test_open_work_is_given_back_and_open_copies_are_closed_and_kept(crew: Crew, mei: str) -> None:
    leave(crew, mei)
    with reading(crew.engine) as session:
        held, done = session.get_one(Slot, "slot-1"), session.get_one(Slot, "slot-2")
        assert (held.holder_id, held.lease_until, held.fence) == (None, None, 3)
        assert done.holder_id == mei
        copies = session.execute(
            sa.select(WorkingCopy.__table__.c.id)  # type: ignore[attr-defined]
        ).scalars()
        copy = session.get_one(WorkingCopy, copies.one())
        assert copy.closed_as is Closing.DISCARDED
        with pytest.raises(Forbidden, match="has withdrawn"):
            load_copy(session, copy.id, annotator_id=mei)
    assert "half a question" in _everything(crew.engine)


def test_texts_are_blanked_when_they_ask_and_the_history_still_verifies(
    crew: Crew, mei: str
) -> None:
    answer = leave(crew, mei, blanks=True)
    # The label's reason, the skip's note, the unfinished text and the event's reason.
    assert answer.texts == 4
    left = _everything(crew.engine)
    assert SECRET not in left
    assert EVENT_REASON not in left
    assert crew.history()[-1].after is not None


def test_texts_can_be_blanked_later_and_leaving_twice_is_leaving_once(crew: Crew, mei: str) -> None:
    first = leave(crew, mei)
    before = len(crew.history())
    again = leave(crew, mei)
    assert (again.handle, again.is_new) == (first.handle, False)
    assert len(crew.history()) == before
    later = leave(crew, mei, blanks=True)
    assert (later.is_new, later.texts) == (False, 4)
    assert crew.history()[-1].action == "annotator.blank_texts"
    before = len(crew.history())
    assert leave(crew, mei, blanks=True).texts == 0
    assert len(crew.history()) == before
    with pytest.raises(Forbidden, match="has withdrawn"):
        leave(crew, mei, actor=mei)


def test_a_reason_that_somebody_else_gave_too_stays_theirs(crew: Crew, mei: str) -> None:
    with writing(crew.engine) as session:
        append_event(
            session,
            event_id=new_id("event"),
            now=MOMENT,
            actor_id=crew.admin,
            action="item.skip",
            subject_kind="item",
            subject_id="a",
            reason=EVENT_REASON,
        )
    ann = crew.add("ann", background=BACKGROUND)
    leave(crew, mei, blanks=True)
    assert EVENT_REASON in _everything(crew.engine)
    crew.history()
    leave(crew, ann)
    assert BACKGROUND not in _everything(crew.engine)
    # Somebody who says the same later is told in full again.
    bee = crew.add("bee", background=BACKGROUND)
    wanted = Description(handle="bee", background="")
    describe(crew.engine, bee, wanted, actor_id=crew.admin, now=MOMENT)
    assert BACKGROUND in _everything(crew.engine)
    crew.history()


def test_who_may_let_whom_leave(crew: Crew, mei: str) -> None:
    lead = crew.add("lead", Role.LEAD)
    with pytest.raises(Forbidden, match="'lead' does not hold the role 'admin'"):
        leave(crew, mei, actor=lead)
    with pytest.raises(NotFound, match="'nobody'"):
        leave(crew, "nobody")
    with writing(crew.engine) as session:
        machine = ensure_machine(session, "robot", now=MOMENT).id
    for actor in (crew.admin, machine):
        with pytest.raises(Forbidden, match="'robot' is a machine"):
            leave(crew, machine, actor=actor)


def test_the_last_admin_does_not_leave(crew: Crew) -> None:
    with pytest.raises(Conflict, match="'local' is the last admin"):
        leave(crew, crew.admin)
    mei = crew.add("mei", Role.ADMIN)
    with pytest.raises(Conflict, match="'local' is the last admin"):
        leave(crew, crew.admin)
    give_password(crew.engine, mei)
    assert leave(crew, crew.admin, actor=mei).is_new
    with pytest.raises(Forbidden, match="has withdrawn"):
        grant(crew.engine, mei, Wanted(roles=(Role.LEAD,)), actor_id=crew.admin, now=MOMENT)


def test_nobody_who_left_is_granted_described_or_recorded(crew: Crew, mei: str) -> None:
    leave(crew, mei)
    with pytest.raises(Forbidden, match="has withdrawn"):
        crew.grant(mei, Role.LABELLER)
    with pytest.raises(Forbidden, match="has withdrawn"):
        describe(crew.engine, mei, Description(handle="mei"), actor_id=crew.admin, now=MOMENT)
    # Their name is free again.
    assert crew.person(crew.add("mei")).handle == "mei"
