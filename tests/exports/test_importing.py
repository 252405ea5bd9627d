import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from curation.authoring.submitting import Submitted, submit
from db.engine import reading
from db.history import events
from db.intake import FileRefused, RowsRefused, Table, read_upload
from db.queries.items import ItemRow, get_item, list_items
from db.verification import check_database, verify_history
from db.working_copies import Part
from exports.importing import ImportForm, plan_import
from tests.authoring.desk import Desk
from tests.authoring.workspace import LATER
from tests.exports.conftest import NOW, Place
from tests.exports.rows import HOSTILE, NO_QUESTION, SYSTEM, TEMPLATE, hostile_rows, six

TableOf = Callable[..., Table]


def items_of(place: Place) -> list[ItemRow]:
    with reading(place.engine) as session:
        return list_items(session)


def test_six_columns_become_items_with_their_texts_as_they_stand(
    workspace: Place, table_of: TableOf
) -> None:
    report = workspace.take(table_of(hostile_rows()))

    assert (report.rows, report.created, report.written) == (len(HOSTILE), len(HOSTILE), True)
    stored = {row.prompt: row for row in items_of(workspace)}
    assert set(stored) == set(HOSTILE)
    for row in hostile_rows():
        item = stored[row["prompt"]]
        assert item.reference == row["response_reference"]
        assert item.template == row["judge_prompt_template"]
        assert item.system_prompt == row["judge_system_prompt"]
        assert (item.domain_id, item.domain_label) == (None, "unassigned")
        assert item.origin.value == "imported"


def test_the_same_file_again_changes_nothing_and_records_nothing(
    workspace: Place, table_of: TableOf
) -> None:
    table = table_of([six("One?"), six("Two?")])
    workspace.take(table)
    with reading(workspace.engine) as session:
        before = [event.hash for event in events(session)]

    report = workspace.take(table)

    assert (report.created, report.revised, report.unchanged, report.written) == (0, 0, 2, False)
    with reading(workspace.engine) as session:
        assert [event.hash for event in events(session)] == before


def test_the_same_question_with_other_judge_texts_is_a_new_revision(
    workspace: Place, table_of: TableOf
) -> None:
    workspace.take(table_of([six("One?"), six("Two?")]))

    report = workspace.take(table_of([six("One?", judge_system_prompt="Other."), six("Two?")]))

    assert (report.created, report.revised, report.unchanged) == (0, 1, 1)
    numbers = {row.prompt: (row.revision_number, row.system_prompt) for row in items_of(workspace)}
    assert numbers == {"One?": (2, "Other."), "Two?": (1, SYSTEM)}
    # The first file again: that revision exists already, and nobody's later work is undone.
    assert workspace.take(table_of([six("One?")])).unchanged == 1


def test_an_import_is_one_event_with_the_files_name_and_hash(
    workspace: Place, table_of: TableOf
) -> None:
    table = table_of([six()], name="my rows.jsonl")
    workspace.take(table)
    with reading(workspace.engine) as session:
        event = events(session)[0]
        checked = verify_history(session)

    assert event.action == "items.import"
    assert event.after == {
        "file": "my rows.jsonl",
        "sha256": table.sha256,
        "rows": 1,
        "created": 1,
        "revised": 0,
        "unchanged": 0,
    }
    assert event.facts["revision"]["count"] == 1  # type: ignore[call-overload,index]
    assert checked.ok


def test_a_plan_says_what_an_import_would_do_and_writes_nothing(
    workspace: Place, table_of: TableOf
) -> None:
    workspace.take(table_of([six("One?")]))

    plan = plan_import(
        workspace.engine, table_of([six("One?", judge_system_prompt="Other."), six("Two?")])
    )

    assert (plan.created, plan.revised, plan.written) == (1, 1, False)
    assert [row.prompt for row in items_of(workspace)] == ["One?"]


BAD: dict[str, tuple[list[dict[str, Any]], str]] = {
    "unknown type": (
        [six(), six("b", instruction_types="Question correction")],
        "the unknown instruction type 'Question correction' in line 2; the types are "
        "'Question Correction', 'Intentional Textual Flaws', 'Code without Comments', "
        "'Counter-Conventional Formatting', 'Deliberately Incorrect Answers', "
        "'Instructional Induction', 'Mid-turn Instruction Modification', "
        "'Counterfactual Answering'; mend these places",
    ),
    "unknown language": (
        [six(language="en")],
        "the unknown language 'en' in line 1; the languages are 'chinese', 'english'; mend",
    ),
    "empty prompt": ([six(" \n")], "an empty prompt in line 1; mend"),
    "null reference": (
        [six(response_reference=None)],
        "an empty response_reference in line 1; mend",
    ),
    "number as prompt": ([six(7)], "a prompt that is no text in line 1; mend"),  # type: ignore[arg-type]
    "control character": ([six("a\x1b[31mb")], "a control character in prompt in line 1; mend"),
    "half a character in a cell": (
        [six("a\ud800b")],
        "half a character (a lone surrogate) in line 1",
    ),
    "NUL": ([six("a\0b")], "a NUL character in line 1"),
    "the same row twice": (
        [six("a"), six("b"), six("a", judge_system_prompt="Other.")],
        "a question that an earlier row has already in line 3; mend",
    ),
    "template without a slot": (
        [six(judge_prompt_template="Grade {response}.")],
        "a judge_prompt_template that no reader can render in line 1; The judge prompt template "
        "has no slot '{response_reference}'",
    ),
    "template with another slot": (
        [six(judge_prompt_template=TEMPLATE + " {score}")],
        "a judge_prompt_template that no reader can render in line 1; The judge prompt template "
        "has braces at ' {score}'",
    ),
    "too large": (
        [six("长" * 700_000)],
        "more than 2,000,000 bytes as a row of a release in line 1",
    ),
    "several at once": (
        [six(" ", language="fr"), six("b", language="fr")],
        "the unknown language 'fr' in lines 1 and 2; an empty prompt in line 1; the languages",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_with_its_number_and_nothing_is_written(
    place: Place, name: str
) -> None:
    rows, words = BAD[name]
    data = "\n".join(json.dumps(row) for row in rows).encode()

    with pytest.raises(RowsRefused) as refused:
        place.take(read_upload("bad.jsonl", data, what="items"))

    sentence = str(refused.value)
    problems, _, rest = sentence.partition("; ")
    assert sentence.startswith("The items file 'bad.jsonl' is refused: ")
    assert all(part in sentence for part in words.split("; ")), sentence
    assert "\n" not in sentence
    assert problems
    assert rest
    assert items_of(place) == []


def test_one_bad_row_keeps_all_good_rows_out(workspace: Place, table_of: TableOf) -> None:
    with pytest.raises(RowsRefused):
        workspace.take(table_of([six("good"), six("")]))
    assert items_of(workspace) == []


def test_at_most_twenty_bad_rows_are_named_and_all_are_counted(
    place: Place, table_of: TableOf
) -> None:
    with pytest.raises(RowsRefused) as refused:
        place.take(table_of([six("") for _ in range(50)]))
    # 20 are named, 50 - 20 = 30 are counted.
    assert "in lines 1, 2, 3" in str(refused.value)
    assert "20 and 30 more; mend" in str(refused.value)


def test_missing_columns_are_named(place: Place) -> None:
    data = b"prompt,response_reference\na,b\n"
    with pytest.raises(FileRefused, match="lacks the columns 'instruction_types', 'language'"):
        place.take(read_upload("x.csv", data, what="items"))


def test_columns_beyond_the_six_are_left_out_and_named(place: Place, table_of: TableOf) -> None:
    report = place.take(table_of([{**six(), "Unnamed: 0": "0"}]))
    assert report.ignored_columns == ("Unnamed: 0",)
    assert report.form is ImportForm.SIX_COLUMNS
    assert report.created == 1


def test_a_row_without_judge_texts_takes_the_defaults(place: Place, table_of: TableOf) -> None:
    report = place.take(table_of([six(judge_prompt_template="", judge_system_prompt=None)]))
    (item,) = items_of(place)
    assert (item.template, item.system_prompt) == (None, None)
    assert [advice.kind for advice in report.advice] == ["default_judge_texts"]


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_every_format_gives_the_same_items(
    place: Place, ending: str, hostile_file: Callable[[str], Table]
) -> None:
    report = place.take(hostile_file(ending))
    stored = sorted((row.prompt, row.reference, row.system_prompt) for row in items_of(place))
    expected = [
        (row["prompt"], row["response_reference"], row["judge_system_prompt"])
        for row in hostile_rows()
    ]
    assert report.created == len(HOSTILE)
    assert stored == sorted(expected)


def test_advice_tells_what_is_legal_and_doubtful(place: Place, table_of: TableOf) -> None:
    report = place.take(
        table_of(
            [
                six("a", judge_prompt_template=NO_QUESTION),
                six("b", judge_prompt_template=NO_QUESTION),
                six("c", response_reference="Must:\n1. Say so.\n3. Say why."),
                six(
                    "d",
                    instruction_types="Code without Comments",
                    response_reference="def f(x):\nreturn x",
                ),
                six("A sub-question that stands here twice\nA sub-question that stands here twice"),
            ]
        )
    )
    found = {advice.kind: advice.numbers for advice in report.advice}
    assert found["question_not_shown"] == (1, 2)
    assert found["numbering_gap"] == (3,)
    assert found["lost_indentation"] == (4,)
    assert found["repeated_line"] == (5,)
    assert report.created == 5


def test_sound_rows_get_no_advice(place: Place, table_of: TableOf) -> None:
    sound = six(
        "Write code.",
        instruction_types="Code without Comments",
        response_reference="def f(x):\n    return x\n\n1. a\n3. b",
    )
    assert place.take(table_of([six(), sound])).advice == ()


def test_rows_are_counted_by_type_and_language_in_the_order_of_the_taxonomy(
    place: Place, table_of: TableOf
) -> None:
    report = place.take(
        table_of(
            [
                six("a", instruction_types="Counterfactual Answering"),
                six("b"),
                six("c", language="chinese"),
                six("d"),
            ]
        )
    )
    assert [(row.type_id, row.language_id, row.rows) for row in report.counts] == [
        ("question-correction", "zh", 1),
        ("question-correction", "en", 2),
        ("counterfactual-answering", "en", 1),
    ]


def test_ids_follow_from_the_question_in_every_workspace(
    new_place: Callable[[], Place], table_of: TableOf
) -> None:
    first, second = new_place(), new_place()
    first.take(table_of([six("a"), six("b")]))
    second.take(table_of([six("b", judge_system_prompt="Other."), six("a")]))
    assert {row.id for row in items_of(first)} == {row.id for row in items_of(second)}


def full(**changes: Any) -> dict[str, Any]:
    return {
        **six("Question?"),
        "id": "river-trap",
        "family": "family-river",
        "domain": "Earth Science",
        "requirements": ["Say so.", "Say why."],
        "twin": "Normal question?",
        "notes": "Checked.",
        "origin": "imported",
        **changes,
    }


def test_our_own_form_keeps_what_a_row_says_about_itself(
    workspace: Place, table_of: TableOf
) -> None:
    report = workspace.take(table_of([full()]))

    with reading(workspace.engine) as session:
        row = get_item(session, "river-trap").row
    assert report.form is ImportForm.FULL
    assert (row.family_id, row.domain_id) == ("family-river", "earth-science")
    assert row.requirements == ("Say so.", "Say why.")
    assert (row.twin, row.notes) == ("Normal question?", "Checked.")


def test_a_revision_keeps_its_number_and_the_workspace_stays_sound(
    workspace: Place, table_of: TableOf
) -> None:
    # What a release holds of an item that was revised where it was cut: the newest text alone.
    workspace.take(table_of([{**full(), "revision": 3}]))
    workspace.take(table_of([{**full(), "prompt": "Newer?", "revision": 7}]))
    with reading(workspace.engine) as session:
        numbers = [one.number for one in get_item(session, "river-trap").revisions]
    assert numbers == [3, 7]
    assert check_database(workspace.engine).findings == ()


def test_columns_that_a_later_file_lacks_stay_as_they_are(place: Place, table_of: TableOf) -> None:
    place.take(table_of([full()]))
    report = place.take(table_of([{**six("Better question?"), "id": "river-trap"}]))

    with reading(place.engine) as session:
        detail = get_item(session, "river-trap")
    assert report.revised == 1
    assert [revision.prompt for revision in detail.revisions] == ["Question?", "Better question?"]
    assert (detail.row.twin, detail.row.requirements) == (
        "Normal question?",
        ("Say so.", "Say why."),
    )


def test_an_older_question_from_a_six_column_file_does_not_undo_an_edit(
    place: Place, table_of: TableOf
) -> None:
    place.take(table_of([six("Old?")]))
    (item,) = items_of(place)
    place.take(table_of([{**six("New?"), "id": item.id}]))

    assert place.take(table_of([six("Old?", judge_system_prompt="Other.")])).unchanged == 1
    assert [row.prompt for row in items_of(place)] == ["New?"]


OWN_BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown domain": (full(domain="Geology"), "the unknown domain 'Geology' in line 1"),
    "bad family": (full(family="../x"), "the family '../x' in line 1"),
    "bad id": (full(id="7"), "the id '7' in line 1"),
    "unknown origin": (full(origin="found"), "the unknown origin 'found' in line 1"),
    "starter id without its origin": (
        full(id="starter-x"),
        "an id and an origin that do not fit each other in line 1",
    ),
    "empty requirement": (full(requirements=["a", ""]), "an empty requirement in line 1"),
    "requirements as text": (full(requirements="a"), "requirements that are no list of texts"),
    "bad revision": (full(revision=0), "the revision 0, which is no number from 1 to 999999"),
    "other abbreviation": (full(type_abbreviation="CC"), "a type_abbreviation of another type"),
}


@pytest.mark.parametrize("name", OWN_BAD)
def test_a_bad_side_column_is_refused(place: Place, table_of: TableOf, name: str) -> None:
    row, words = OWN_BAD[name]
    with pytest.raises(RowsRefused) as refused:
        place.take(table_of([row]))
    assert words in str(refused.value)
    assert items_of(place) == []


def test_an_unknown_column_in_our_own_form_is_refused_by_name(
    place: Place, table_of: TableOf
) -> None:
    with pytest.raises(FileRefused, match=r"columns that our own form does not know \('domian'\)"):
        place.take(table_of([{**full(), "domian": "Math"}]))


def moved(place: Place, item_id: str, texts: dict[Part, str]) -> None:
    """Move an item as the page for writing does."""
    desk = Desk(engine=place.engine, annotator_id=place.actor_id)
    copy = desk.item(item_id)
    for part, text in texts.items():
        desk.saved(copy.id, text, base=copy.parts[part].number, part=part)
    done = submit(place.engine, copy.id, annotator_id=place.actor_id, now=LATER)
    assert isinstance(done, Submitted)


def test_a_file_of_before_an_item_was_moved_here_changes_nothing(
    workspace: Place, table_of: TableOf
) -> None:
    ours, shared = table_of([full()]), table_of([six("Six?")], "six.jsonl")
    workspace.take(ours)
    workspace.take(shared)
    others = {item.prompt: item.id for item in items_of(workspace)}
    elsewhere = {Part.TYPE: "instructional-induction", Part.DOMAIN: "physics"}
    moved(workspace, "river-trap", {**elsewhere, Part.FAMILY: others["Six?"], Part.TWIN: "New?"})
    moved(workspace, others["Six?"], elsewhere)

    for table in (ours, shared):
        report = workspace.take(table)
        assert (report.unchanged, report.written) == (1, False)
    with reading(workspace.engine) as session:
        assert get_item(session, "river-trap").row.domain_id == "physics"

    # Neither as it was nor as it is: that a file cannot say.
    for changes in ({"prompt": "Other?"}, {"twin": "Other?"}, {"domain": "Physics"}):
        with pytest.raises(RowsRefused, match="another type or language than its item has here"):
            workspace.take(table_of([full(**changes)], "other.jsonl"))
    assert check_database(workspace.engine).ok


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"domain": "Math"}, "another domain than its item has here in line 1"),
        ({"family": "family-x"}, "another family than its item has here in line 1"),
        ({"language": "chinese"}, "another type or language than its item has here in line 1"),
    ],
    ids=["domain", "family", "language"],
)
def test_a_row_that_contradicts_its_item_is_refused(
    workspace: Place, table_of: TableOf, change: dict[str, str], words: str
) -> None:
    workspace.take(table_of([full()]))
    with pytest.raises(RowsRefused) as refused:
        workspace.take(table_of([full(**change)]))
    assert words in str(refused.value)


def test_a_machine_stays_the_author_of_starter_rows(place: Place, table_of: TableOf) -> None:
    place.take(table_of([full(id="starter-x", origin="starter")]))
    with reading(place.engine) as session:
        detail = get_item(session, "starter-x")
    assert detail.row.origin.value == "starter"
    assert detail.revisions[0].author_id != place.actor_id


def test_a_question_of_the_starter_set_is_pointed_out(place: Place, table_of: TableOf) -> None:
    place.take(table_of([full(id="starter-x", origin="starter")]))
    report = place.take(table_of([six("Question?"), six("Another?")]))
    assert {entry.kind: entry.numbers for entry in report.advice} == {"starter_question": (1,)}


def test_progress_is_told_up_to_the_last_row(place: Place, table_of: TableOf) -> None:
    told: list[tuple[int, int]] = []
    table = table_of([six(f"{number}?") for number in range(1_500)])
    plan_import(place.engine, table, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 1_500), (1_000, 1_500), (1_500, 1_500)]


def test_two_imports_of_one_file_at_once_give_its_items_once(
    workspace: Place, table_of: TableOf
) -> None:
    table = table_of([six(f"{number}?") for number in range(300)])
    start = threading.Barrier(2)

    def take(_: int) -> tuple[int, int]:
        start.wait()
        report = workspace.take(table)
        return report.created, report.unchanged

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(take, range(2)))

    # The second waits for the first and finds every row.
    assert outcomes == [(0, 300), (300, 0)]
    assert len(items_of(workspace)) == 300
    with reading(workspace.engine) as session:
        assert verify_history(session).ok


def test_now_is_the_time_of_what_is_new(workspace: Place, table_of: TableOf) -> None:
    workspace.take(table_of([six()]))
    (item,) = items_of(workspace)
    assert item.created_at == NOW
