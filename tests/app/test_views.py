"""The views: what the screens say, without a screen; read from both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.components.history_list import ACTIONS
from app.views.agreement import (
    StudyFiles,
    confusion_cells,
    content_of,
    group_rows,
    llmbar_files,
    study_choices,
)
from app.views.happenings import load_happenings
from app.views.item_list import PAGE_SIZE, load_choices, load_item_list
from app.views.item_page import load_item_page
from app.views.overview import GridCell, Step, load_overview
from app.views.releases import load_releases
from app.views.workspace_head import load_workspace_head
from calibration.agreement.retrospective import retrospect
from calibration.agreement.study import Options
from curation.starter.content import load_starter_items
from curation.starter.loading import load_starter
from db.contents import build_revision
from db.engine import Engine, reading, writing
from db.errors import NotFound
from db.intake import FileRefused, read_upload
from db.items import Family, Item, ItemOrigin
from db.queries.items import UNASSIGNED, ItemFilter
from db.queries.totals import totals
from db.recording import recording
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.workspace import ensure_workspace
from exports.cutting import preview_release
from tests.workflow.bench import Bench
from tests.workflow.states import ACCEPT, both

NOW = datetime(2026, 3, 4, tzinfo=UTC)
STARTER = load_starter_items()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A workspace with the starter items, on SQLite and on PostgreSQL."""
    with writing(engine) as session:
        ensure_workspace(session, now=NOW)
        install_taxonomy(session, load_taxonomy(), now=NOW)
        load_starter(session, now=NOW)
    return engine


def add_items(engine: Engine, count: int, *, origin: ItemOrigin = ItemOrigin.IMPORTED) -> None:
    """Add items without a domain."""
    with writing(engine) as session:
        actor = load_workspace_head(session).annotator_id
        with recording(
            session,
            now=NOW,
            actor_id=actor,
            action="items.import",
            subject_kind="workspace",
            subject_id="1",
        ) as record:
            for number in range(count):
                name = f"item-{number:05}"
                record.add(Family(id=f"family-{name}", created_at=NOW))
                head = Item(
                    id=name,
                    family_id=f"family-{name}",
                    type_id="question-correction",
                    domain_id=None,
                    language_id="en",
                    origin=origin,
                    created_at=NOW,
                )
                record.add(head)
                made = build_revision(
                    head,
                    number=1,
                    prompt=f"Question {number}?",
                    reference="1. It answers.",
                    requirements=["It answers."],
                    author_id=actor,
                    now=NOW,
                    event_id=record.event_id,
                )
                record.add(made.revision)
                for requirement in made.requirements:
                    record.add(requirement)


def test_totals_count_construction_apart_from_people(filled: Engine) -> None:
    with reading(filled) as session:
        counted = totals(session)
    assert counted.items_by_origin == {"starter": len(STARTER)}
    assert counted.labels_by_source == {
        "construction": sum(len(item.responses) for item in STARTER)
    }
    assert counted.human_labels == 0
    assert (counted.unreleased, counted.releases) == (len(STARTER), 0)


def test_the_grid_adds_up_languages_and_keeps_items_without_a_domain(filled: Engine) -> None:
    add_items(filled, 3)
    with reading(filled) as session:
        view = load_overview(session)
    grid = {(cell.type_id, cell.domain_id): cell for cell in view.grid(None)}
    assert len(grid) == 8 * 23 + 1
    unassigned = grid["question-correction", None]
    assert (unassigned.items, unassigned.target, unassigned.missing) == (3, 0, 0)
    assert sum(cell.items for cell in view.grid(None)) == len(STARTER) + 3
    assert sum(cell.items for cell in view.grid("zh")) == sum(
        item.language == "zh" for item in STARTER
    )
    # Items without a domain fill no target.
    assert view.toward_target(None) <= len(STARTER)
    assert view.target("en") == 506


def test_the_emptiest_cells_miss_the_most(filled: Engine) -> None:
    with reading(filled) as session:
        view = load_overview(session)
    missing = sorted((cell.missing for cell in view.grid(None)), reverse=True)
    assert [cell.missing for cell in view.emptiest(None)] == missing[:3]
    assert GridCell(type_id="t", domain_id="d", items=5, target=3).missing == 0


def test_the_steps_follow_from_the_state(filled: Engine) -> None:
    with reading(filled) as session:
        before = load_overview(session).steps
    add_items(filled, 1)
    with reading(filled) as session:
        after = load_overview(session).steps
    assert before == (Step.IMPORT, Step.FILL, Step.AGREEMENT, Step.CUT)
    assert after == (Step.FILL, Step.AGREEMENT, Step.CUT)


def test_an_empty_workspace_has_nothing_to_cut(engine: Engine) -> None:
    with writing(engine) as session:
        ensure_workspace(session, now=NOW)
        install_taxonomy(session, load_taxonomy(), now=NOW)
    with reading(engine) as session:
        assert Step.CUT not in load_overview(session).steps


def test_the_list_gives_one_page_and_never_one_beyond_the_last(filled: Engine) -> None:
    add_items(filled, PAGE_SIZE + 1)
    with reading(filled) as session:
        wanted = ItemFilter(domain_ids=(UNASSIGNED,))
        first = load_item_list(session, wanted, page=1)
        beyond = load_item_list(session, wanted, page=99)
        choices = load_choices(session)
    assert (first.found, first.total) == (PAGE_SIZE + 1, PAGE_SIZE + 1 + len(STARTER))
    assert (len(first.rows), first.pages) == (PAGE_SIZE, 2)
    assert (beyond.page, len(beyond.rows)) == (2, 1)
    assert choices.domain_ids[-1] == UNASSIGNED


def test_a_page_says_whether_reviewers_accepted_the_text_that_it_shows(engine: Engine) -> None:
    """Fails when ``is_accepted`` looks at the item and not at the text."""
    with writing(engine) as session:
        bench = Bench(session).furnish()
        bench.item("starter-a", origin=ItemOrigin.STARTER, by="machine")
        both(bench, "starter-a", ACCEPT, ACCEPT)
        accepted = load_item_page(session, "starter-a")
        bench.revise("starter-a", by="author")
        changed = load_item_page(session, "starter-a")
    assert (accepted.machine_written, accepted.is_accepted) == (True, True)
    assert (changed.machine_written, changed.is_accepted) == (True, False)


def test_an_item_has_default_judge_texts_and_its_history(filled: Engine) -> None:
    with reading(filled) as session:
        page = load_item_page(session, "starter-liquid-element")
    assert page.machine_written
    assert not page.is_accepted
    assert page.judge_texts is not None
    assert not page.judge_texts.own
    assert "{response}" in page.judge_texts.template
    assert [event.action for event in page.happenings] == ["starter.load"]
    assert page.responses[0].role == "follows"


def test_happenings_say_who_and_how_much(filled: Engine) -> None:
    with reading(filled) as session:
        found = load_happenings(session)
    newest = found[0]
    (created,) = (one for one in found if one.action == "workspace.create")
    assert (newest.action, newest.by_machine) == ("starter.load", True)
    assert newest.facts["revision"] == len(STARTER)
    assert (created.actor, created.by_machine) == ("local", False)
    assert {one.action for one in found} <= ACTIONS.keys()


def test_a_database_without_a_workspace_names_the_command(engine: Engine) -> None:
    with (
        reading(engine) as session,
        pytest.raises(NotFound, match="gainsay db upgrade --starter"),
    ):
        load_workspace_head(session)


def test_releases_count_rows_by_type(filled: Engine, tmp_path: Path) -> None:
    view = load_releases(filled, preview=preview_release(filled), data_folder=tmp_path)
    assert sum(sum(line.by_language.values()) for line in view.lines) == len(STARTER)
    assert view.preview.next_version == "1.0.0"
    assert view.releases == ()


def test_the_bundled_study_offers_its_judges_and_filters() -> None:
    choices = study_choices(llmbar_files())
    assert len(choices.judges) == 65
    assert choices.filters["order"] == ("original", "swapped")
    assert len(choices.filters["subset"]) == 5
    # 419 items: an identity, not a filter.
    assert "item_id" not in choices.filters
    assert choices.keys == ("subset", "item_id")


def test_figures_of_the_bundled_study_are_the_published_ones() -> None:
    files = llmbar_files()
    options = Options(judge="GPT-4/Vanilla", where=("order=original",), by=("subset",))
    result = retrospect(files.gold, files.verdicts, options)
    whole, *groups = group_rows(result)
    # published.csv, correct_False of GPT-4/Vanilla: 95/100, 104/134, 78/92, 35/47, 35/46.
    assert (whole.right, whole.n) == (347, 419)
    assert {row.name: (row.right, row.n) for row in groups}["Natural"] == (95, 100)
    assert sum(row.right for row in groups) == 347
    cells = {(cell.gold, cell.verdict): cell.count for cell in confusion_cells(result)}
    assert cells["1", "1"] + cells["2", "2"] == 347
    assert sum(cells.values()) == 419
    key = result.study.disagreements[0].key
    assert content_of(key, result.study.ground.key) is not None
    assert content_of(key, ("item_id",)) is None


def test_unscored_verdicts_have_a_column_of_their_own() -> None:
    result = retrospect(
        read_upload("g.csv", b"item_id,label\na,1\nb,0\n", what="gold"),
        read_upload("v.csv", b"item_id,judge_id,verdict\na,j,1\nb,j,\n"),
        Options(judge="j"),
    )
    assert {cell.verdict for cell in confusion_cells(result)} == {"0", "1", None}


def test_files_without_the_needed_columns_are_refused() -> None:
    good = llmbar_files()
    with pytest.raises(FileRefused, match="lacks the column 'label'"):
        study_choices(StudyFiles(gold=good.verdicts, verdicts=good.verdicts))
    with pytest.raises(FileRefused, match="lacks the columns 'judge_id', 'verdict'"):
        study_choices(StudyFiles(gold=good.gold, verdicts=good.gold))
