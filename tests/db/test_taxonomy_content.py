"""The shipped taxonomy: exact labels and totals, both languages complete and alike."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from db.taxonomy.content import Taxonomy, TypeText, load_taxonomy

# Label, abbreviation and items per language: the published sizes, 506 per language.
TYPES = (
    ("Question Correction", "QC", 45),
    ("Intentional Textual Flaws", "ITF", 43),
    ("Code without Comments", "CC", 99),
    ("Counter-Conventional Formatting", "CCF", 41),
    ("Deliberately Incorrect Answers", "DIA", 93),
    ("Instructional Induction", "II", 77),
    ("Mid-turn Instruction Modification", "MIM", 54),
    ("Counterfactual Answering", "CA", 54),
)
DOMAINS = [
    "Interdisciplinary",
    "Chemistry",
    "Math",
    "Computer Science",
    "Philology",
    "Sociology",
    "Medical Health",
    "History",
    "Philosophy",
    "Humanities and Arts",
    "Earth Science",
    "Jurisprudence",
    "Biology",
    "Comprehensive",
    "Literature",
    "Astronomy",
    "Media Studies",
    "Pedagogy",
    "Daily Life",
    "Physics",
    "Psychology",
    "Physical Education",
    "Economics",
]
TRIPLE = {"computer-science"}
DOUBLE = {
    "chemistry",
    "math",
    "medical-health",
    "earth-science",
    "biology",
    "astronomy",
    "physics",
    "economics",
}


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower())


def texts_of(taxonomy: Taxonomy, language_id: str) -> Iterator[tuple[str, TypeText]]:
    for entry in taxonomy.types:
        yield entry.id, entry.texts[language_id]


def passages(text: TypeText) -> list[str]:
    cases = [part for case in text.borderline for part in (case.case, case.why)]
    return [text.definition, text.convention, text.guideline, *cases]


def han_share(text: str) -> float:
    """Share of Han characters among the letters of a text."""
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    return han / (han + len(re.findall(r"[A-Za-z]", text)))


def test_the_eight_types_carry_the_exact_labels_in_order(taxonomy: Taxonomy) -> None:
    assert [(t.label, t.abbreviation) for t in taxonomy.types] == [row[:2] for row in TYPES]
    assert [t.position for t in taxonomy.types] == list(range(1, 9))


def test_the_twenty_three_domains_carry_the_exact_labels_in_order(taxonomy: Taxonomy) -> None:
    assert [d.label for d in taxonomy.domains] == DOMAINS
    assert [d.position for d in taxonomy.domains] == list(range(1, 24))


def test_ids_are_the_slugs_of_the_labels(taxonomy: Taxonomy) -> None:
    for entry in (*taxonomy.types, *taxonomy.domains):
        assert entry.id == slug(entry.label)


def test_the_two_languages_carry_the_released_values(taxonomy: Taxonomy) -> None:
    assert [(g.id, g.label, g.name, g.english_name, g.script) for g in taxonomy.languages] == [
        ("zh", "chinese", "中文", "Chinese", "han"),
        ("en", "english", "English", "English", "latin"),
    ]


def test_every_cell_of_the_grid_has_one_target(taxonomy: Taxonomy) -> None:
    cells = [(t.type_id, t.domain_id, t.language_id) for t in taxonomy.targets]
    # 8 types x 23 domains x 2 languages, in that order.
    assert cells == [
        (t.id, d.id, g.id)
        for t in taxonomy.types
        for d in taxonomy.domains
        for g in taxonomy.languages
    ]
    assert len(cells) == 368


def test_targets_add_up_to_the_published_sizes_in_each_language(taxonomy: Taxonomy) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for cell in taxonomy.targets:
        sums[cell.type_id, cell.language_id] += cell.target
    assert dict(sums) == {
        (slug(label), language): size for label, _, size in TYPES for language in ("zh", "en")
    }
    assert sum(cell.target for cell in taxonomy.targets) == 1012


def test_targets_follow_the_documented_rule(taxonomy: Taxonomy) -> None:
    domain_ids = [d.id for d in taxonomy.domains]
    expected: dict[tuple[str, str], int] = {}
    start = 0
    for label, _, size in TYPES:
        if slug(label) == "code-without-comments":
            # 1 triple, 8 double, 14 single shares: 3 + 16 + 14 = 33 shares of 99 / 33 = 3 items.
            for d in domain_ids:
                expected[slug(label), d] = 9 if d in TRIPLE else 6 if d in DOUBLE else 3
            continue
        floor, extras = divmod(size, 23)
        lucky = {domain_ids[(start + k) % 23] for k in range(extras)}
        start += extras
        for d in domain_ids:
            expected[slug(label), d] = floor + (d in lucky)
    for cell in taxonomy.targets:
        assert cell.target == expected[cell.type_id, cell.domain_id]


def test_extra_items_are_dealt_out_evenly_over_the_domains(taxonomy: Taxonomy) -> None:
    totals: Counter[str] = Counter()
    for cell in taxonomy.targets:
        if cell.language_id == "en" and cell.type_id != "code-without-comments":
            totals[cell.domain_id] += cell.target
    # 506 - 99 = 407 items over 23 domains is 17 each and 16 over: nobody gets every remainder.
    assert sorted(totals.values()) == [17] * 7 + [18] * 16


@pytest.mark.parametrize("language_id", ["en", "zh"])
def test_every_type_has_at_least_two_borderline_cases_with_legal_rulings(
    taxonomy: Taxonomy, language_id: str
) -> None:
    ids = {t.id for t in taxonomy.types}
    for type_id, text in texts_of(taxonomy, language_id):
        assert len(text.borderline) >= 2
        for case in text.borderline:
            if case.belongs_to is None:
                assert case.ruling in {"follows", "does_not_follow", "cannot_tell"}
            else:
                assert case.belongs_to in ids - {type_id}
                assert case.ruling == f"belongs to {case.belongs_to}"


def test_every_type_shows_a_follower_a_failure_and_a_neighbour(taxonomy: Taxonomy) -> None:
    for _, text in texts_of(taxonomy, "en"):
        rulings = {case.ruling for case in text.borderline}
        assert {"follows", "does_not_follow"} <= rulings
        assert any(case.belongs_to for case in text.borderline)


def test_both_languages_rule_alike(taxonomy: Taxonomy) -> None:
    for entry in taxonomy.types:
        en, zh = entry.texts["en"], entry.texts["zh"]
        assert [c.ruling for c in en.borderline] == [c.ruling for c in zh.borderline]


def test_no_text_is_the_same_in_both_languages(taxonomy: Taxonomy) -> None:
    for entry in taxonomy.types:
        assert not set(passages(entry.texts["en"])) & set(passages(entry.texts["zh"]))
        assert entry.texts["en"].name != entry.texts["zh"].name
    for domain in taxonomy.domains:
        assert domain.label != domain.name_zh
        assert domain.scope_en != domain.scope_zh


def test_chinese_text_is_mostly_han_and_english_text_has_none(taxonomy: Taxonomy) -> None:
    for type_id, text in texts_of(taxonomy, "zh"):
        for passage in (text.name, *passages(text)):
            # The floor leaves room for a snippet of code inside a short case.
            assert han_share(passage) > 0.75, (type_id, passage)
        assert han_share(text.guideline) > 0.95
    for type_id, text in texts_of(taxonomy, "en"):
        for passage in (text.name, *passages(text)):
            assert han_share(passage) == 0, (type_id, passage)
    for domain in taxonomy.domains:
        assert han_share(domain.name_zh + domain.scope_zh) == 1
        assert han_share(domain.scope_en) == 0


def test_chinese_text_holds_no_english_phrase_outside_code(taxonomy: Taxonomy) -> None:
    for type_id, text in texts_of(taxonomy, "zh"):
        for passage in passages(text):
            prose = re.sub(r"`[^`]*`", "", passage)
            assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", prose), (type_id, passage)


def test_guidelines_have_the_length_of_a_page_people_read(taxonomy: Taxonomy) -> None:
    for type_id, text in texts_of(taxonomy, "en"):
        assert 200 <= len(text.guideline.split()) <= 350, type_id
    for type_id, text in texts_of(taxonomy, "zh"):
        assert 350 <= len(re.sub(r"[\s*]", "", text.guideline)) <= 600, type_id


LEADS = {
    "en": (
        "A good item",
        "Prompt",
        "Reference",
        "Conventional twin",
        "Following response",
        "Conventional response",
        "Near miss",
        "Common mistakes",
        "Choose another type",
        "Follows or factually right",
    ),
    "zh": (
        "好题的样子",
        "题面",
        "评分参考",
        "常规对照题",
        "遵循回答",
        "常规回答",
        "差一点的回答",
        "常见错误",
        "何时换类型",
        "遵循与事实正确",
    ),
}


@pytest.mark.parametrize("language_id", ["en", "zh"])
def test_every_guideline_has_the_ten_paragraphs_in_order(
    taxonomy: Taxonomy, language_id: str
) -> None:
    for type_id, text in texts_of(taxonomy, language_id):
        found = re.findall(r"^\*\*(.+?)\.?\*\*", text.guideline, flags=re.MULTILINE)
        assert tuple(found) == LEADS[language_id], type_id


@pytest.mark.parametrize(
    ("language_id", "pattern"),
    [("en", r"[.!?]+(\s|$)"), ("zh", r"[。！？]")],
)
def test_definitions_and_conventions_stay_short(
    taxonomy: Taxonomy, language_id: str, pattern: str
) -> None:
    for type_id, text in texts_of(taxonomy, language_id):
        assert 2 <= len(re.findall(pattern, text.definition)) <= 3, type_id
        assert 1 <= len(re.findall(pattern, text.convention)) <= 2, type_id


def test_no_dollar_or_underline_run_can_be_read_as_markup(taxonomy: Taxonomy) -> None:
    for language_id in ("en", "zh"):
        for type_id, text in texts_of(taxonomy, language_id):
            for passage in passages(text):
                assert not re.search(r"\$|__|~~", passage), (type_id, passage)


def test_loading_twice_gives_the_same_taxonomy(taxonomy: Taxonomy) -> None:
    assert load_taxonomy() == taxonomy
