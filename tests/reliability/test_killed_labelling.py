"""Labellers who are killed while they decide and undo: what was acknowledged is there, once."""

import json
import sys
from pathlib import Path

from sqlalchemy import Engine

from tests.reliability.crew import Crew, crew, figures, refused
from tests.reliability.scene import Scene, make_scene
from tests.reliability.stored_labels import assert_labels_are_as_told, log_pages

KILLS = 20
RANDOM_STATE = 20_260_304
# What two tabs of one person may be told when both undo: the other one's is out of reach by then.
BEATEN = "Forbidden: The label"


def add_labellers(workers: Crew, scene: Scene) -> None:
    """Start four people, the last of them with two tabs."""
    names = ("ann", "ben", "cho", "dee", "dee-too")
    for name, annotator_id in zip(names, [*scene.people, scene.people[-1]], strict=True):
        workers.add(name, "label_writer", annotator_id, json.dumps(scene.responses))


def label_and_be_killed(engine: Engine, url: str, folder: Path, *, kills: int) -> None:
    scene = make_scene(engine)
    with crew(url, folder, random_state=RANDOM_STATE) as workers:
        workers.add_reader()
        add_labellers(workers, scene)
        workers.kill_at_random(kills)
        for name in workers.all_entries():
            workers.wait_for(name, 1)
        workers.finish()
        journals = workers.all_entries()
        assert [one for one in refused(journals) if not one.startswith(BEATEN)] == []
        sys.stdout.write(f"{engine.dialect.name}: {figures(workers, journals)}")
        assert workers.kills == kills
        # Labellers do little else than decide, so the moments were the dangerous ones.
        assert workers.caught > kills / 2
    assert_labels_are_as_told(engine, journals)
    if engine.dialect.name == "sqlite":
        assert log_pages(engine) == (0, 0, 0)


def test_what_killed_labellers_were_told_is_stored_exactly_once(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """Fails without `said_before or` in curation/labelling/deciding.py:_decide (sent again).

    Also without the write-ahead log of db/engine.py:set_journal: a reader is there all the time.
    """
    label_and_be_killed(engine, migrated_url, tmp_path / "crew", kills=KILLS)
