"""The starter set as a whole, and what its loader refuses."""

import re
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path

import pytest

from curation.starter.content import StarterItem, load_starter_items, parse_starter_item
from db.errors import Invalid
from db.requirements import compose_reference, parse_requirements
from db.taxonomy.content import load_taxonomy

ITEMS = load_starter_items()
TAXONOMY = load_taxonomy()


def file_text(slug: str) -> str:
    folder = resources.files("curation.starter") / "items"
    return (folder / f"{slug}.toml").read_text(encoding="utf-8")


def texts_of(item: StarterItem) -> list[str]:
    return [item.prompt, *item.requirements, *(response.text for response in item.responses)]


def test_every_type_has_an_item_in_every_language() -> None:
    cells = {(item.type, item.language) for item in ITEMS}
    assert cells == {(t.id, lang.id) for t in TAXONOMY.types for lang in TAXONOMY.languages}


def test_the_items_are_22_split_evenly_over_19_domains() -> None:
    # 16 type x language cells, and six cells that hold two items.
    assert Counter(item.language for item in ITEMS) == {"en": 11, "zh": 11}
    assert len({item.domain for item in ITEMS}) == 19


def test_slugs_are_unique_and_in_order() -> None:
    slugs = [item.slug for item in ITEMS]
    assert slugs == sorted(set(slugs))


def test_a_family_of_two_is_one_task_in_both_languages() -> None:
    families = defaultdict(list)
    for item in ITEMS:
        families[item.family].append(item)
    pairs = [members for members in families.values() if len(members) > 1]
    assert {members[0].family for members in pairs} == {
        "chorus-headcount",
        "six-earth-questions",
        "glowing-moon",
    }
    for first, second in pairs:
        assert {first.language, second.language} == {"en", "zh"}
        assert (first.type, first.domain) == (second.type, second.domain)
        assert len(first.requirements) == len(second.requirements)
        assert re.findall(r"\d+", first.prompt) == re.findall(r"\d+", second.prompt)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_every_item_has_one_response_per_role_with_the_label_of_its_role(item: StarterItem) -> None:
    assert [response.role for response in item.responses] == [
        "follows",
        "conventional",
        "near_miss",
    ]
    follows, conventional, near_miss = item.responses
    assert (follows.label, follows.failed) == ("follows", ())
    assert conventional.label == "does_not_follow"
    assert conventional.failed
    assert near_miss.label == "does_not_follow"
    assert len(near_miss.failed) == 1
    assert len({response.text for response in item.responses}) == 3


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_every_item_is_written_in_its_language(item: StarterItem) -> None:
    joined = " ".join((item.prompt, item.twin, item.notes, *item.requirements))
    han = len(re.findall(r"[一-鿿]", joined))
    latin = len(re.findall(r"[A-Za-z]", joined))
    if item.language == "en":
        assert han == 0
    else:
        # Code names and calls are Latin in both languages.
        assert han > 2 * latin


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_the_reference_can_be_rendered_and_read_back(item: StarterItem) -> None:
    assert not set("{}") & set(item.reference)
    assert parse_requirements(item.reference) == list(item.requirements)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_no_text_holds_what_a_published_reader_would_trip_over(item: StarterItem) -> None:
    for text in (*texts_of(item), item.twin):
        assert not any(line.strip() == "---" for line in text.splitlines())
        assert not re.search(r"\{(prompt|response|response_reference)\}", text)
        assert "【" not in text
        assert not re.search(r"—.*—", text)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_the_twin_differs_from_the_prompt_and_no_prompt_announces_a_trap(item: StarterItem) -> None:
    assert item.twin != item.prompt
    giveaways = "trap|trick|careful|pitfall|convention|陷阱|小心|注意|当心|惯例|常规"
    assert not re.search(giveaways, item.prompt, re.IGNORECASE)


def test_no_sentence_is_shared_between_families() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for item in ITEMS:
        for text in [*texts_of(item), item.notes, *(r.reason for r in item.responses)]:
            for sentence in re.split(r"(?<=[.!?。！？])\s*|\n", text):
                words = re.sub(r"[\W_]+", " ", sentence).strip().casefold()
                if len(re.findall(r"[一-鿿]|\w+", words)) >= 5:
                    owners[words].add(item.family)
    shared = {words: sorted(slugs) for words, slugs in owners.items() if len(slugs) > 1}
    assert shared == {}
    assert len(owners) > 300


def test_item_files_hold_no_spaces_at_line_ends_and_no_tabs() -> None:
    for item in ITEMS:
        text = file_text(item.slug)
        assert "\t" not in text
        assert not re.search(r"[ 　]$", text, re.MULTILINE)


# One breach each of a file that is otherwise sound: what is replaced, by what, and the sentence.
BREACHES = {
    "not TOML": ('slug = "', "slug = ", "is not TOML"),
    "missing key": ('domain = "chemistry"\n', "", "the keys are ['checks', 'family'"),
    "unknown type": ('"question-correction"', '"question"', "type is 'question'; use one of:"),
    "unknown domain": ('"chemistry"', '"alchemy"', "domain is 'alchemy'; use one of:"),
    "unknown language": ('language = "en"', 'language = "fr"', "language is 'fr'; use one of:"),
    "other slug": ('slug = "liquid', 'slug = "solid', "make it the file name without .toml"),
    "bad family": ('family = "liquid-', 'family = "Liquid ', "family is 'Liquid element'"),
    "unknown role": ('role = "near_miss"', 'role = "nearly"', "response 3: role is 'nearly'"),
    "role twice": ('role = "near_miss"', 'role = "conventional"', "has the role ['near_miss']"),
    "unknown label": ('label = "follows"', 'label = "passes"', "label is 'passes'; use one of:"),
    "label not a text": ('label = "follows"', "label = []", "label is []; use one of:"),
    "label against failed": (
        'label = "follows"',
        'label = "does_not_follow"',
        "failed [] makes it 'follows'",
    ),
    "fact unknown": ('right = "yes"', 'right = "perhaps"', "factually_right is 'perhaps'"),
    "failed out of range": ("failed = [3]", "failed = [4]", "list numbers 1 to 3 ascending"),
    "near miss fails two": ("failed = [3]", "failed = [2, 3]", "'near_miss' exactly one"),
    "conventional fails none": (
        'label = "does_not_follow"\nfactually_right = "no"\nfailed = [1, 2, 3]',
        'label = "follows"\nfactually_right = "no"\nfailed = []',
        "'conventional' at least one",
    ),
    "braces": ('is a liquid at 25 °C."', 'is a {liquid} at 25 °C."', "without braces"),
    "checks not a text": ("checks = ''", "checks = []", "checks is []; write a text"),
    "empty reason": ('reason = "Explains', 'reason = " "\n#', "reason is ' '; write a text"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_file_that_breaks_a_rule_is_refused_with_its_name_and_the_way_out(name: str) -> None:
    old, new, sentence = BREACHES[name]
    sound = file_text("liquid-element")
    assert parse_starter_item("liquid-element.toml", text=sound, taxonomy=TAXONOMY)
    assert old in sound
    broken = sound.replace(old, new, 1)
    with pytest.raises(Invalid) as refused:
        parse_starter_item("liquid-element.toml", text=broken, taxonomy=TAXONOMY)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("Starter file 'liquid-element.toml'")


def test_a_requirement_stated_twice_is_refused() -> None:
    text = file_text("liquid-element")
    first = next(item for item in ITEMS if item.slug == "liquid-element").requirements[0]
    broken = text.replace("requirements = [", f'requirements = [\n  "{first}",', 1)
    with pytest.raises(Invalid, match="repeat one"):
        parse_starter_item("liquid-element.toml", text=broken, taxonomy=TAXONOMY)


def test_the_reference_of_an_item_is_composed_in_its_language() -> None:
    for item in ITEMS:
        assert item.reference == compose_reference(item.language, item.requirements)
        opening = item.reference.splitlines()[0]
        assert opening.isascii() == (item.language == "en")


def test_the_document_tables_every_item_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "starter.md").read_text(encoding="utf-8")
    rows = [re.findall(r"[^|]+?(?= \||$)", line) for line in page.splitlines() if "| " in line]
    cells = [[cell.strip() for cell in row] for row in rows]
    listed = [row[:5] for row in cells if len(row) > 5 and row[1] in {t.id for t in TAXONOMY.types}]
    expected = [[i.slug, i.type, i.domain, i.language, i.family] for i in ITEMS]
    assert sorted(listed) == sorted(expected)
    blind = page.split("## Blind reading")[1]
    assert all(f"| {item.slug} |" in blind for item in ITEMS)
    assert "machine-written and not human-reviewed" in page
    assert "19 of the 23 domains, 11 items in English and 11 in Chinese" in page
