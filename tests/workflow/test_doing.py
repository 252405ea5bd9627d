"""What people do beside acts, reviews and rulings: the whole table of states, events and people.

``doing.csv`` has one row per state and event and one column per person. A cell is the status that
follows; or one word where the item stays as it is; or the guard that refuses it, whose error and
sentence ``GUARDS`` names; or ``nothing``, where the state has no such thing.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from curation.review.undoing import SENTENCES, WhyNot
from db.errors import Conflict, Forbidden, GainsayError, Invalid
from db.queries.slot_rules import Why
from db.queries.status import ItemStatus
from tests.workflow.doing import EVENTS, NOTHING, Event, NotGiven
from tests.workflow.prepared import PEOPLE, Prepared
from tests.workflow.states import STATES
from tests.workflow.work_states import WORK_STATES

TABLE = Path(__file__).with_name("doing.csv")
# What depends on more than the state: tests/review/test_undoing.py asks for these.
_ELSEWHERE = {WhyNot.TAKEN_BACK, WhyNot.SURPLUS, WhyNot.OLD, WhyNot.SEEN}
# A status has that name.
_NAMES = {WhyNot.RELEASED: "in a release"}
# The guard by its error and what its sentence says; the first that fits.
GUARDS: dict[str, tuple[type[GainsayError], str]] = {
    "role": (Forbidden, "does not hold the role"),
    "all": (Forbidden, "for some types or languages only"),
    "no person": (Forbidden, "is a machine"),
    "withdrawn": (Forbidden, "has withdrawn"),
    "not theirs": (Forbidden, "is not yours any more"),
    "not asked": (Forbidden, "is not awaited"),
    "another's": (Forbidden, "is another person's"),
    "can be undone": (Forbidden, "can still be taken back"),
    "own": (Forbidden, "who wrote in the family of"),
    "status": (Conflict, "stands at"),
    "hidden": (Forbidden, "is hidden from you"),
    "ruled on": (Forbidden, "An adjudicator has ruled"),
    "threads": (Invalid, "Comment threads are not settled"),
    "empty": (Invalid, "There is nothing to release"),
    **{
        _NAMES.get(why, why.value): (Forbidden, SENTENCES[why])
        for why in WhyNot
        if why not in _ELSEWHERE
    },
}
# Where the item stays as it is.
WORDS = {
    "asked",
    "as the lead",
    "freed",
    "open",
    "passed on",
    "said before",
    "said otherwise",
    "settled",
    "taken",
    "written",
}
# Said before it matters which of the events that are alike it is.
ALIKE = {"role", "withdrawn", "no person", "not asked", *Why, NOTHING}


def rows(place: Prepared) -> Iterator[list[str]]:
    yield ["state", "event", *PEOPLE]
    for state in WORK_STATES:
        known: dict[tuple[str, str], str] = {}
        for name, event in EVENTS.items():
            if event.finely or state in STATES:
                yield [state, name, *cells(place, state, event, known)]


def cells(
    place: Prepared, state: str, event: Event, known: dict[tuple[str, str], str]
) -> Iterator[str]:
    place.stand(state, then=event.after)
    for name in PEOPLE:
        if (event.alike, name) in known:
            yield known[event.alike, name]
            continue
        before = place.recorded
        try:
            found = event.do(place, name)
        except (GainsayError, NotGiven) as error:
            found = guard(error) if isinstance(error, GainsayError) else str(error)
            if event.alike and found in ALIKE:
                known[event.alike, name] = found
        yield found or place.status().value
        if event.moves and (place.recorded != before or found in {*Why, NOTHING}):
            # Looking for work closes what is no longer asked.
            place.stand(state, then=event.after)
    if not event.moves:
        assert place.status() is WORK_STATES[state][0]


def guard(error: GainsayError) -> str:
    """Name the guard that refused something."""
    for name, (kind, words) in GUARDS.items():
        if isinstance(error, kind) and words in str(error):
            return name
    raise error


def test_every_state_event_and_person_gives_what_the_table_says(prepared: Prepared) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        says = list(csv.reader(file))
    does = list(rows(prepared))
    assert does[0] == says[0]
    assert [row[:2] for row in does] == [row[:2] for row in says]
    differing = [
        f"{state}, {event}, {name}: the table says {wanted!r}, the program does {found!r}"
        for (state, event, *cells), (_, _, *wanted_cells) in zip(does[1:], says[1:], strict=True)
        for name, found, wanted in zip(PEOPLE, cells, wanted_cells, strict=True)
        if found != wanted
    ]
    assert differing == []


def stored() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_names_every_guard_and_no_other() -> None:
    cells = {row[name] for row in stored() for name in PEOPLE}
    statuses = {status.value for status in ItemStatus}
    whys = {Why.ROLE, Why.OWN_FAMILY, Why.SEEN, Why.ALREADY_DONE}
    assert cells - statuses - WORDS == set(GUARDS) | {why.value for why in whys} | {NOTHING}


def test_no_machine_and_nobody_who_withdrew_does_anything() -> None:
    refused = {"no person", "withdrawn", "another's", NOTHING}
    assert {row[name] for row in stored() for name in ("machine", "leaver")} == refused
    for row in stored():
        assert row["newcomer"] in {"role", "another's", NOTHING}
        assert row["viewer"] == row["newcomer"]


def test_nobody_settles_what_is_their_own_familys() -> None:
    for row in stored():
        if row["event"].startswith(("label:", "hand in")):
            assert row["author"] in {"own_family", "role", NOTHING}
        if row["event"].startswith("grant"):
            assert row["kin lead"] in {"own", NOTHING}


def test_what_comes_too_late_moves_nothing() -> None:
    for row in stored():
        if row["event"] == "hand in too late":
            stands = WORK_STATES[row["state"]][0].value
            moved = {row[name] for name in PEOPLE} & {status.value for status in ItemStatus}
            assert moved <= {stands}
