"""A lead's desk holds what they may decide, and a second ruling on an item is another ruling."""

from datetime import UTC, datetime

from app.views.lead_desk import load_lead_desk
from curation.comments.threads import add
from curation.review.acting import act
from db.acts import ActKind
from db.engine import Engine, reading, writing
from db.roles import Role
from db.working_copies import Part
from tests.app.reviewers import gather
from tests.login.people import person
from tests.people.team import give

ITEM = "starter-liquid-element"
TYPE, OTHER = "question-correction", "counterfactual-answering"


def test_a_lead_sees_what_waits_in_their_types_and_languages_alone(starter_engine: Engine) -> None:
    """Fails without ``led`` in lead_desk.py:load_lead_desk."""
    team, now = gather(starter_engine, [ITEM]), datetime.now(UTC)
    lee = team.people["lee"]
    narrow = {
        name: person(team.engine, name, admin_id=lee, password=None, now=now)
        for name in ("same", "type", "language")
    }
    with writing(team.engine) as session:
        give(session, narrow["same"], Role.LEAD, type_ids=[TYPE], language_ids=["en"], now=now)
        give(session, narrow["type"], Role.LEAD, type_ids=[OTHER], now=now)
        give(session, narrow["language"], Role.LEAD, language_ids=["zh"], now=now)
    add(
        team.engine,
        ITEM,
        annotator_id=lee,
        revision_id=f"{ITEM}.r1",
        part=Part.PROMPT,
        text="Too easy?",
        token="comment",
        now=now,
    )
    act(team.engine, ITEM, ActKind.FLAG, annotator_id=lee, reason="Too easy.", now=now)
    with reading(team.engine) as session:
        desks = {
            name: load_lead_desk(session, annotator_id=who)
            for name, who in {**narrow, "lee": lee, "ben": team.people["ben"]}.items()
        }
    assert desks["ben"] is None
    seen = {
        name: ([one.item_id for one in desk.to_rule], [one.item_id for one in desk.commented])
        for name, desk in desks.items()
        if desk is not None
    }
    both: tuple[list[str], list[str]] = ([ITEM], [ITEM])
    assert seen == {"same": both, "lee": both, "type": ([], []), "language": ([], [])}


def test_the_desk_says_which_act_a_ruling_answers(starter_engine: Engine) -> None:
    """Two rulings on one item differ by it: the second is no repetition of the first."""
    team, now = gather(starter_engine, [ITEM]), datetime.now(UTC)
    seen = []
    for _ in range(2):
        act(team.engine, ITEM, ActKind.FLAG, annotator_id=team.people["lee"], reason="No.", now=now)
        with reading(team.engine) as session:
            desk = load_lead_desk(session, annotator_id=team.people["lee"])
        assert desk is not None
        (one,) = desk.to_rule
        seen.append(one.seen)
        act(
            team.engine,
            ITEM,
            ActKind.RULE_ACCEPT,
            annotator_id=team.people["lee"],
            reason="It is fine.",
            token=str(one.seen),
            seen=one.seen,
            now=now,
        )
    # Sent, flagged, ruled, flagged: the second flag is the fourth act.
    assert seen == [2, 4]
