"""A workspace that stands in a state, kept as bytes: every cell of a table begins from a copy.

What people do goes through the functions that the program calls, which open and commit their own
transactions; a copy in memory takes less time than building the state anew.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from db.annotators import Annotator
from db.engine import open_engine, reading, set_journal, sqlite_url, writing
from db.items import Revision
from db.labels import Reveal
from db.queries.item_facts import statuses
from db.queries.status import ItemStatus
from db.responses import Response
from db.reviews import ItemReveal
from db.roles import Role
from db.slots import Slot, Stage
from db.taxonomy.tables import InstructionType
from tests.db.content import NOON
from tests.people.team import give, join
from tests.workflow.bench import ACTORS, Bench
from tests.workflow.work_states import WORK_STATES

ITEM: Final = "a"
# A type with judge texts, without which nothing is released.
TYPE: Final = "question-correction"
# Beyond those of the other tables: who saw the item, whose roles are for another language, who
# holds none, and who withdrew.
OTHERS: Final = ("seer", "abroad", "newcomer", "leaver")
PEOPLE: Final = (*ACTORS, "first", "second", "third", *OTHERS, "local", "machine")
_AT_WORK: Final = (Role.REVIEWER, Role.LABELLER, Role.ADJUDICATOR)
_IS_THIRD_IN: Final = sa.text("(SELECT count(*) FROM review WHERE review.act_id = slot.act_id) > 2")
Step = Callable[["Prepared"], None]


@dataclass(slots=True)
class Prepared:
    """One workspace in memory that can be put into any state.

    Attributes:
        people: Annotator ids by name.
        folder: For files.
    """

    engine: Engine
    memory: sqlite3.Connection
    folder: Path
    people: dict[str, str] = field(default_factory=dict)
    _kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _moments: int = 0

    @classmethod
    def furnish(cls, file: Path) -> "Prepared":
        """Read a migrated file into memory and let people of every kind join."""
        plain = open_engine(sqlite_url(file))
        set_journal(plain, "DELETE")
        plain.dispose()
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        memory.deserialize(file.read_bytes())
        engine = open_engine(sqlite_url(file))
        sa.event.listen(engine, "do_connect", lambda *_: memory)
        made = cls(engine=engine, memory=memory, folder=file.parent)
        with writing(engine) as session:
            bench = Bench(session).furnish()
            session.add(InstructionType(id=TYPE, label="Corrected", abbreviation="COR", position=3))
            _let_others_join(bench)
            made.people = bench.people
        made._kept["", ""] = memory.serialize()
        return made

    @property
    def now(self) -> datetime:
        """A moment later than every one before."""
        self._moments += 1
        return NOON + timedelta(hours=1, seconds=self._moments)

    def close(self) -> None:
        """Let the memory go."""
        self.engine.dispose()
        self.memory.close()

    def stand(self, state: str, *, then: Step | None = None) -> None:
        """Put the item into a state, and do one thing more there; both are built only once."""
        key = (state, then.__name__ if then is not None else "")
        if key not in self._kept:
            if then is None:
                self.memory.deserialize(self._kept["", ""])
                self._lead_to(state)
            else:
                self.stand(state)
                then(self)
            self._kept[key] = self.memory.serialize()
        self.memory.deserialize(self._kept[key])

    def status(self) -> ItemStatus:
        """Read where the item stands."""
        with reading(self.engine) as session:
            return statuses(session, [ITEM])[ITEM]

    def one(self, query: str, *values: str) -> str | None:
        """Read one value; None when nothing is found."""
        row = self.memory.execute(query, values).fetchone()
        return None if row is None else row[0]

    @property
    def recorded(self) -> str | None:
        """The hash at the head of the history, which everything recorded moves on."""
        return self.one("SELECT hash FROM history_head")

    def _lead_to(self, state: str) -> None:
        with writing(self.engine) as session:
            bench = Bench(session, dict(self.people), TYPE)
            bench.item(ITEM)
            bench.item("kin", by="kin lead", family=f"family-{ITEM}")
            WORK_STATES[state][1](bench, ITEM)
            if bench.standing(ITEM).accepted_id is None:
                # A response to what nobody has accepted: nobody is asked about it.
                bench.response(ITEM, revision_id=f"{ITEM}.r1")
            bench.ask_for_labels()
            # Facts hand nothing in; that a third reviewer was at work is read from their slot.
            session.execute(
                sa.update(Slot)
                .where(Slot.stage == Stage.THIRD_REVIEW, Slot.closed_at.is_not(None), _IS_THIRD_IN)
                .values(
                    holder_id=bench.people["third"],
                    done_at=Slot.closed_at,
                    closed_at=None,
                    lease_until=Slot.closed_at,
                )
            )
            seer, now = bench.people["seer"], bench.now
            responses = session.execute(
                sa.select(Response.id)
                .join(Revision, Revision.id == Response.revision_id)
                .where(Revision.item_id == ITEM)
            )
            bench.record(
                "seer",
                [
                    ItemReveal(annotator_id=seer, item_id=ITEM, created_at=now),
                    *(
                        Reveal(annotator_id=seer, response_id=one, created_at=now)
                        for one in responses.scalars()
                    ),
                ],
            )


def _let_others_join(bench: Bench) -> None:
    session = bench.session
    # They would do any work, were the item not theirs; and who reviewed could rule and label.
    bench.grant("author", *_AT_WORK)
    bench.grant("kin lead", *_AT_WORK)
    bench.grant("first", Role.ADJUDICATOR)
    for name in ("seer", "leaver"):
        bench.people[name] = join(session, name, *_AT_WORK, Role.LEAD)
    bench.people["newcomer"] = join(session, "newcomer")
    bench.people["abroad"] = join(session, "abroad")
    give(session, bench.people["abroad"], *_AT_WORK, Role.LEAD, language_ids=("zh",))
    session.get_one(Annotator, bench.people["leaver"]).withdrawn_at = bench.now
    session.flush()
