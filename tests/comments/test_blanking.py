"""What a reviewer wrote leaves with them when they ask for it, and the history still verifies."""

from sqlmodel import select

from curation.comments import threads
from curation.people.withdrawing import withdraw
from db.comments import Comment
from db.engine import reading
from db.reviews import Solution
from db.verification import verify_history
from db.working_copies import Part
from tests.review.desk import Desk


def test_a_reviewers_solution_and_quoted_words_are_blanked_with_their_comments(desk: Desk) -> None:
    """Fails without ``expected_hash`` in solving.py:solve, or ``quote_hash`` in threads.py:add."""
    ben = desk.people["ben"]
    work = desk.take("ben")
    desk.solve("ben", work, expected="I, Ben, would answer three.")
    said = threads.add_in_work(
        desk.engine,
        work.slot_id,
        annotator_id=ben,
        part=Part.PROMPT,
        text="Which sum?",
        quote="this sum",
        token="c",
        now=desk.now,
    )
    left = withdraw(
        desk.engine, ben, actor_id=desk.people["local"], now=desk.now, blanks_texts=True
    )
    assert left.texts == 3
    with reading(desk.engine) as session:
        (solution,) = session.exec(select(Solution).where(Solution.annotator_id == ben))
        comment = session.get_one(Comment, said.comment.id)
        assert (solution.expected, comment.text, comment.quote) == ("", "", "")
        assert None not in (solution.expected_hash, comment.text_hash, comment.quote_hash)
        assert verify_history(session).findings == ()
