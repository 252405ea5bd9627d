"""Reading items: filters, search in both languages, the current revision, coverage."""

import pytest
from sqlalchemy import Engine

from db.engine import reading, writing
from db.errors import NotFound
from db.items import ItemOrigin
from db.queries.items import ItemFilter, count_items, get_item, list_items, page_of_items
from db.queries.status import ItemStatus
from db.queries.taxonomy import coverage
from tests.db.content import add_item, add_revision, fill


@pytest.fixture
def filled(engine: Engine) -> Engine:
    fill(engine)
    with writing(engine) as session:
        add_item(session, "b", prompt="请故意答错:月亮", type_id="qc", language_id="zh")
        add_item(
            session,
            "c",
            prompt="Say 100% wrong_things",
            domain_id="physics",
            origin=ItemOrigin.IMPORTED,
            family_id="family-a",
        )
    return engine


def ids(engine: Engine, wanted: ItemFilter) -> list[str]:
    with reading(engine) as session:
        rows = list_items(session, wanted)
        assert count_items(session, wanted) == len(rows)
        pages = [page_of_items(session, wanted, size=1, page=n + 1) for n in range(len(rows))]
        assert [row for page in pages for row in page.rows] == rows
        beyond = page_of_items(session, wanted, size=1, page=99)
        assert (beyond.found, beyond.page) == (len(rows), max(1, len(rows)))
    return [row.id for row in rows]


# Types in their order (qc before dia), then languages (zh before en), then id.
WANTED: dict[str, tuple[ItemFilter, list[str]]] = {
    "everything": (ItemFilter(), ["b", "a", "c"]),
    "type": (ItemFilter(type_ids=("dia",)), ["a", "c"]),
    "language": (ItemFilter(language_ids=("zh",)), ["b"]),
    "domain": (ItemFilter(domain_ids=("math",)), ["a"]),
    "unassigned": (ItemFilter(domain_ids=("unassigned",)), ["b"]),
    "domain or unassigned": (ItemFilter(domain_ids=("physics", "unassigned")), ["b", "c"]),
    "origin": (ItemFilter(origins=(ItemOrigin.IMPORTED,)), ["c"]),
    "family": (ItemFilter(family_id="family-a"), ["a", "c"]),
    "two Chinese characters": (ItemFilter(search="月亮"), ["b"]),
    "letter case": (ItemFilter(search="ANSWER WRONGLY"), ["a"]),
    "reference": (ItemFilter(search="answers 3"), ["b", "a", "c"]),
    "percent is a letter": (ItemFilter(search="100%"), ["c"]),
    "underscore is a letter": (ItemFilter(search="wrong_"), ["c"]),
    "only a percent": (ItemFilter(search="%%"), []),
    "id": (ItemFilter(search="family-b"), ["b"]),
}


@pytest.mark.parametrize("case", WANTED, ids=str)
def test_a_filter_lists_what_it_names(filled: Engine, case: str) -> None:
    wanted, expected = WANTED[case]
    assert ids(filled, wanted) == expected


def test_a_list_shows_the_current_revision_and_search_forgets_old_words(filled: Engine) -> None:
    with writing(filled) as session:
        add_revision(session, "a", number=2, prompt="Be mistaken about 2 + 2.")
    with reading(filled) as session:
        row = list_items(session, ItemFilter(family_id="family-a"))[0]
    assert (row.revision_id, row.revision_number) == ("a.r2", 2)
    assert row.prompt == "Be mistaken about 2 + 2."
    # The response belonged to the first revision.
    assert (row.responses, row.labels) == (0, {})
    assert ids(filled, ItemFilter(search="Answer wrongly")) == []


def test_an_item_is_shown_whole(filled: Engine) -> None:
    with reading(filled) as session:
        item = get_item(session, "a")
    assert item.row.status is ItemStatus.DRAFTED
    assert item.row.domain_label == "Math"
    assert item.row.labels == {"construction": 1}
    assert [revision.number for revision in item.revisions] == [1]
    assert item.revisions[0].requirements == ("It answers 3.",)
    (response,) = item.responses
    assert (response.role, response.labels[0].decision.value) == ("follows", "follows")
    factually_right = response.labels[0].factually_right
    assert factually_right is not None
    # A wrong answer that follows: the two questions are kept apart.
    assert factually_right.value == "no"
    assert item.siblings == ("c",)


def test_an_unknown_item_is_named(filled: Engine) -> None:
    with pytest.raises(NotFound, match="no item 'zz'"), reading(filled) as session:
        get_item(session, "zz")


def test_pages_of_a_list_meet_without_gap_or_overlap(filled: Engine) -> None:
    with reading(filled) as session:
        pages = [list_items(session, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[row.id for row in page] for page in pages] == [["b", "a"], ["c"], []]


def test_coverage_counts_items_against_targets_and_keeps_the_unassigned(filled: Engine) -> None:
    with reading(filled) as session:
        cells = {
            (cell.type_id, cell.domain_id, cell.language_id): (cell.items, cell.target)
            for cell in coverage(session)
        }
    assert cells == {
        ("dia", "math", "en"): (1, 3),
        ("dia", "physics", "en"): (1, 0),
        ("qc", None, "zh"): (1, 0),
    }
