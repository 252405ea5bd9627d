"""Authors who are killed while they save, settle and submit: what was acknowledged is there."""

import sys
from pathlib import Path

from sqlalchemy import Engine

from tests.reliability.crew import Crew, crew, figures, refused
from tests.reliability.scene import Scene, make_scene
from tests.reliability.stored_labels import log_pages
from tests.reliability.stored_texts import assert_texts_are_as_told

KILLS = 20
# Answers of everybody after the last kill: two tabs that work at one time meet.
TOGETHER = 15
RANDOM_STATE = 20_260_504
# What a tab is told when the other one has submitted the copy that it was about to settle.
CLOSED = "is closed (submitted)"


def add_authors(workers: Crew, scene: Scene) -> None:
    """Start two people at one item, and one person with two tabs at another."""
    ann, ben, cho, _ = scene.people
    for name, annotator_id, item_id in (
        ("author-ann", ann, "a"),
        ("author-ben", ben, "a"),
        ("author-cho", cho, "b"),
        ("author-cho-too", cho, "b"),
    ):
        workers.add(name, "copy_writer", annotator_id, item_id)


def write_and_be_killed(engine: Engine, url: str, folder: Path, *, kills: int) -> None:
    scene = make_scene(engine)
    with crew(url, folder, random_state=RANDOM_STATE) as workers:
        workers.add_reader()
        add_authors(workers, scene)
        workers.kill_at_random(kills)
        for name in workers.all_entries():
            workers.wait_for(name, TOGETHER)
        workers.finish()
        journals = workers.all_entries()
        assert [one for one in refused(journals) if CLOSED not in one] == []
        sys.stdout.write(f"{engine.dialect.name}: {figures(workers, journals)}")
        assert workers.kills == kills
        assert workers.caught > kills / 2
    told = {str(entry.told.get("answer")) for lines in journals.values() for entry in lines}
    assert told >= {"saved", "stale", "submitted"}
    assert_texts_are_as_told(engine, journals)
    if engine.dialect.name == "sqlite":
        assert log_pages(engine) == (0, 0, 0)


def test_what_killed_authors_were_told_is_stored_exactly_once(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """Fails without curation/authoring/texts.py:repeated, which finds a save that is sent again."""
    write_and_be_killed(engine, migrated_url, tmp_path / "crew", kills=KILLS)
