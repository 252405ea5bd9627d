"""Comments: on a field of a revision, hidden among blind reviewers, open until settled."""

import pytest
from sqlalchemy import update

from curation.comments.threads import (
    Added,
    Thread,
    add,
    add_in_work,
    mark,
    open_threads,
    own_threads,
    threads,
)
from db.comments import Comment
from db.engine import reading, writing
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.queries.slots import Claim
from db.reviews import ReviewDecision
from db.working_copies import Part
from tests.review.desk import EDIT, ON_SQLITE, TEXTS, Desk

RETURN = ReviewDecision.RETURN


def comment(
    desk: Desk,
    who: str,
    text: str = "Which sum?",
    *,
    part: Part = Part.PROMPT,
    quote: str = "this sum",
    parent: str | None = None,
    token: str = "t",
    revision: str = "starter-a.r1",
) -> Added:
    return add(
        desk.engine,
        "starter-a",
        annotator_id=desk.people[who],
        revision_id=revision,
        part=part,
        text=text,
        quote=quote,
        parent_id=parent,
        token=token,
        now=desk.now,
    )


def in_work(
    desk: Desk, who: str, work: Claim, *, part: Part = Part.PROMPT, quote: str = ""
) -> Added:
    return add_in_work(
        desk.engine,
        work.slot_id,
        annotator_id=desk.people[who],
        part=part,
        text=f"{who} says so.",
        quote=quote,
        token=f"{who} {part.value}",
        now=desk.now,
    )


def seen(desk: Desk, who: str) -> list[str]:
    """Give the texts that a person is shown."""
    found = shown(desk, who)
    return [one.text for thread in found for one in thread.comments]


def shown(desk: Desk, who: str) -> tuple[Thread, ...]:
    return threads(desk.engine, "starter-a", annotator_id=desk.people[who], now=desk.now)


def counted(desk: Desk) -> dict[str, int]:
    with reading(desk.engine) as session:
        return open_threads(session)


def settle(desk: Desk, who: str, comment_id: str, *, settled: bool = True) -> bool:
    return mark(
        desk.engine,
        comment_id,
        annotator_id=desk.people[who],
        is_settled=settled,
        now=desk.now,
    ).is_new


def test_a_comment_names_item_revision_and_field_to_jump_to(desk: Desk) -> None:
    comment(desk, "ann")
    [thread] = shown(desk, "ann")
    assert (thread.item_id, thread.revision_id) == ("starter-a", "starter-a.r1")
    assert (thread.part, thread.quote, thread.is_settled) == (Part.PROMPT, "this sum", False)


def test_a_comment_sent_again_is_one(desk: Desk) -> None:
    """Fails without the question for ``known`` in threads.py:add."""
    first, again = comment(desk, "ann"), comment(desk, "ann")
    assert (first.is_new, again.is_new, again.comment) == (True, False, first.comment)
    assert (desk.count("comment"), desk.actions("comment.add")) == (1, 1)
    with pytest.raises(Conflict, match="sent before with another text"):
        comment(desk, "ann", "Something else")


@pytest.mark.parametrize(
    ("text", "quote", "sentence"),
    [
        (" ", "", "is empty"),
        ("x" * 5_001, "", "at most 5,000"),
        ("Why?", "that sum", "'that sum' are not in the prompt"),
    ],
    ids=["empty", "long", "quote elsewhere"],
)
@ON_SQLITE
def test_a_comment_that_cannot_stand_is_refused(
    desk: Desk, text: str, quote: str, sentence: str
) -> None:
    """The last fails without ``if quote not in text`` in threads.py:_place."""
    with pytest.raises(Invalid, match=sentence):
        comment(desk, "ann", text, quote=quote)


@ON_SQLITE
def test_a_comment_on_what_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"no revision 'starter-a\.r9'"):
        comment(desk, "ann", revision="starter-a.r9")
    with pytest.raises(NotFound, match="no comment 'x'"):
        comment(desk, "ann", parent="x")
    with pytest.raises(NotFound, match="no comment 'x'"):
        settle(desk, "ann", "x")


@ON_SQLITE
def test_who_only_looks_neither_writes_nor_reads_comments(desk: Desk) -> None:
    """Fails without ``require`` in threads.py:_item."""
    written = comment(desk, "ann").comment
    with pytest.raises(Forbidden, match="does not hold the role"):
        comment(desk, "vic")
    with pytest.raises(Forbidden, match="does not hold the role"):
        shown(desk, "vic")
    with pytest.raises(Forbidden, match="does not hold the role"):
        settle(desk, "vic", written.id)


def test_blind_reviewers_see_their_own_comments_until_the_round_is_decided(desk: Desk) -> None:
    """Fails without ``self.is_blind`` in visibility.py:Sight.shows."""
    comment(desk, "ann", "Ann asks.")
    ben, cho = desk.begin("ben"), desk.begin("cho")
    in_work(desk, "ben", ben)
    in_work(desk, "cho", cho)
    assert (seen(desk, "ben"), seen(desk, "cho")) == (["ben says so."], ["cho says so."])
    desk.decide("ben", ben)
    assert seen(desk, "ben") == ["ben says so."]
    assert desk.count("item_reveal") == 0
    desk.decide("cho", cho)
    assert seen(desk, "ben") == ["Ann asks.", "ben says so.", "cho says so."]
    assert desk.count("item_reveal") == 1


def test_what_reviewers_write_in_an_open_round_only_leads_see_and_that_is_recorded(
    desk: Desk,
) -> None:
    """Fails without ``self.open_act_id`` in visibility.py:Sight.shows."""
    work = desk.begin("ben")
    in_work(desk, "ben", work)
    assert seen(desk, "ann") == seen(desk, "dee") == []
    assert desk.count("item_reveal") == 0
    assert seen(desk, "lee") == ["ben says so."]
    assert desk.count("item_reveal") == 1


@ON_SQLITE
def test_a_hidden_thread_is_neither_answered_nor_settled(desk: Desk) -> None:
    """Fails without ``_check_shown`` in threads.py."""
    work = desk.begin("ben")
    written = in_work(desk, "ben", work).comment
    with pytest.raises(Forbidden, match="hidden from you"):
        comment(desk, "ann", "Why?", parent=written.id)
    with pytest.raises(Forbidden, match="hidden from you"):
        settle(desk, "ann", written.id)


@ON_SQLITE
def test_a_blind_reviewer_comments_on_what_they_see(desk: Desk) -> None:
    """Fails without ``sight.is_blind and not shown`` in threads.py:_place: a quote would tell."""
    work = desk.take("ben")
    with pytest.raises(Forbidden, match="'reference' is hidden"):
        in_work(desk, "ben", work, part=Part.REFERENCE)
    in_work(desk, "ben", work, part=Part.PROMPT)
    desk.solve("ben", work)
    in_work(desk, "ben", work, part=Part.REFERENCE, quote="nothing else")
    with pytest.raises(Forbidden, match="'notes' is hidden"):
        in_work(desk, "ben", work, part=Part.NOTES, quote="secret")
    with reading(desk.engine) as session:
        own = own_threads(session, work.slot_id, annotator_id=desk.people["ben"])
        assert [thread.part for thread in own] == [Part.PROMPT, Part.REFERENCE]
        assert own_threads(session, work.slot_id, annotator_id=desk.people["cho"]) == ()
    assert comment(desk, "ann", part=Part.NOTES, quote="secret").is_new


@ON_SQLITE
def test_only_its_holder_comments_in_a_piece_of_work(desk: Desk) -> None:
    work = desk.begin("ben")
    with pytest.raises(Forbidden, match="not yours any more"):
        in_work(desk, "cho", work)


@ON_SQLITE
def test_an_answer_belongs_where_its_thread_does(desk: Desk) -> None:
    first = comment(desk, "ann").comment
    answer = comment(
        desk, "lee", "One and one.", parent=first.id, part=Part.NOTES, quote="", token="2"
    ).comment
    third = comment(desk, "ann", "I see.", parent=answer.id, token="3").comment
    assert (answer.part, answer.quote, answer.parent_id) == (Part.PROMPT, "this sum", first.id)
    assert third.parent_id == first.id
    [thread] = shown(desk, "ann")
    assert [one.text for one in thread.comments] == ["Which sum?", "One and one.", "I see."]


def test_threads_are_open_until_somebody_settles_them_whatever_revisions_follow(
    desk: Desk,
) -> None:
    """Fails without ``is_newest`` in db/queries/comments.py:open_threads."""
    assert counted(desk) == {}
    first = comment(desk, "ann").comment
    answer = comment(desk, "ann", "It is clear.", parent=first.id, token="2").comment
    comment(desk, "ann", "And here?", token="3")
    assert counted(desk) == {"starter-a": 2}
    desk.review("ben", EDIT, edit={Part.TWIN: "Answer: one and one?"})
    assert counted(desk) == {"starter-a": 2}
    assert [settle(desk, "lee", answer.id), settle(desk, "lee", first.id)] == [True, False]
    assert counted(desk) == {"starter-a": 1}
    assert [one.is_settled for one in shown(desk, "ann")] == [False, True]
    assert settle(desk, "ann", first.id, settled=False)
    assert counted(desk) == {"starter-a": 2}
    assert settle(desk, "ann", first.id)
    assert desk.actions("comment.mark") == 3


def test_a_comment_that_was_blanked_breaks_nothing(desk: Desk) -> None:
    comment(desk, "ann")
    with writing(desk.engine) as session:
        session.connection().execute(update(Comment.__table__).values(text=""))  # type: ignore[attr-defined]
    assert seen(desk, "ann") == [""]
    assert desk.actions("comment.add") == 1


@ON_SQLITE
def test_a_reviewer_of_the_next_round_does_not_see_what_the_last_one_said(desk: Desk) -> None:
    work = desk.begin("ben")
    in_work(desk, "ben", work)
    desk.decide("ben", work, RETURN)
    desk.review("cho", RETURN)
    desk.send("starter-a")
    assert "ben says so." in seen(desk, "ann")
    desk.take("dee")
    assert seen(desk, "dee") == []


@ON_SQLITE
def test_in_a_solo_workspace_everything_is_seen(solo: Desk) -> None:
    work = solo.take("local")
    in_work(solo, "local", work)
    comment(solo, "local", "A note.", part=Part.NOTES, quote=TEXTS[Part.NOTES][:5])
    assert seen(solo, "local") == ["local says so.", "A note."]
    assert solo.count("item_reveal") == 0
