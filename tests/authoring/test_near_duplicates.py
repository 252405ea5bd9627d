import itertools
import random
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.authoring import overlaps
from curation.authoring.near_duplicates import (
    NEAR_DUPLICATE,
    Near,
    NearDuplicateIndex,
    Pair,
    grams,
)
from curation.starter.content import load_starter_items
from db.errors import Invalid

PROMPTS = {item.slug: item.prompt for item in load_starter_items()}
FAMILIES = {item.slug: item.family for item in load_starter_items()}
# Short, from few characters of both scripts: many alike texts, many ties, some without grams.
ALIKE_TEXTS = st.lists(st.text("ab 甲乙", max_size=9), max_size=14)


def similarity(one: str, other: str) -> float:
    """Count by plain sets what the index counts by matrices."""
    first, second = grams(one), grams(other)
    return len(first & second) / len(first | second) if first & second else 0.0


def numbered(texts: list[str]) -> dict[str, str]:
    return {f"t{number:02}": text for number, text in enumerate(texts)}


def all_pairs(texts: dict[str, str], threshold: float) -> list[Pair]:
    return [
        Pair(first=first, second=second, similarity=alike)
        for first, second in itertools.combinations(sorted(texts), 2)
        if (alike := similarity(texts[first], texts[second])) >= threshold
    ]


@given(texts=ALIKE_TEXTS, threshold=st.sampled_from([0.1, 1 / 3, 0.4, 0.5, 2 / 3, 0.75, 1]))
@settings(max_examples=200, deadline=None)
def test_the_pairs_are_those_of_a_comparison_of_each_with_each(
    texts: list[str], threshold: float
) -> None:
    rows = numbered(texts)

    assert NearDuplicateIndex.build(rows.items()).pairs(threshold) == all_pairs(rows, threshold)


@given(texts=ALIKE_TEXTS, asked=st.text("ab 甲乙", max_size=9), limit=st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_the_nearest_are_those_of_a_comparison_with_each(
    texts: list[str], asked: str, limit: int
) -> None:
    rows = numbered(texts)
    every = [Near(id=id_, similarity=similarity(asked, text)) for id_, text in rows.items()]
    expected = sorted(
        (near for near in every if near.similarity), key=lambda near: (-near.similarity, near.id)
    )

    assert NearDuplicateIndex.build(rows.items()).nearest(asked, limit=limit) == expected[:limit]


@given(texts=ALIKE_TEXTS, seed=st.integers(0, 9))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_rows_and_how_they_came_in_change_nothing(
    texts: list[str], seed: int
) -> None:
    rows = list(numbered(texts).items())
    whole = NearDuplicateIndex.build(rows)
    random.Random(seed).shuffle(rows)
    half = len(rows) // 2
    grown = NearDuplicateIndex.build(rows[:half]).with_rows(rows[half:])

    assert grown.ids == whole.ids
    assert grown.pairs(0.2) == whole.pairs(0.2)
    assert grown.nearest("a甲 b", limit=9) == whole.nearest("a甲 b", limit=9)


@pytest.mark.parametrize("threshold", [0.2, NEAR_DUPLICATE, 0.7])
def test_pairs_are_exact_across_tiles_of_real_texts(
    threshold: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 22 items in up to four states of writing: 88 texts in tiles of seven, copied in small steps.
    monkeypatch.setattr(overlaps, "_TILE", 7)
    monkeypatch.setattr(overlaps, "_MOST_COPIED", 500)
    rows = {
        f"{slug}/{part}": prompt[: len(prompt) * part // 4]
        for slug, prompt in PROMPTS.items()
        for part in range(1, 5)
    }
    found = NearDuplicateIndex.build(rows.items()).pairs(threshold)

    assert found == all_pairs(rows, threshold)
    assert len(found) >= 22


@pytest.mark.parametrize("copies", [12, 13, 20])
def test_equal_texts_are_paired_across_tiles(copies: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlaps, "_TILE", 7)
    rows = numbered(["月亮自己会发光", "潮汐", ""] + ["写一首诗"] * copies)

    assert NearDuplicateIndex.build(rows.items()).pairs(1) == all_pairs(rows, 1)


EDITS = {
    "typo": lambda text: text[:20] + text[21] + text[20] + text[22:],
    "other number": lambda text: text.replace("4", "5").replace("3", "7"),
    "new last sentence": lambda text: f"{text} {'请只回答一次。' if '，' in text else 'Be brief.'}",
    "without its end": lambda text: text[: len(text) * 4 // 5],
    "halves exchanged": lambda text: text[len(text) // 2 :] + text[: len(text) // 2],
    "capitals": str.upper,
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("slug", PROMPTS)
def test_an_edited_prompt_is_found_as_the_nearest_near_duplicate(slug: str, edit: str) -> None:
    index = NearDuplicateIndex.build(PROMPTS.items())

    nearest = index.nearest(EDITS[edit](PROMPTS[slug]))

    assert nearest[0].id == slug
    assert nearest[0].similarity >= NEAR_DUPLICATE


def test_prompts_of_different_families_are_no_near_duplicates() -> None:
    pairs = NearDuplicateIndex.build(PROMPTS.items()).pairs(NEAR_DUPLICATE)

    assert [pair for pair in pairs if FAMILIES[pair.first] != FAMILIES[pair.second]] == []


def test_the_text_of_the_same_family_can_be_left_out() -> None:
    index = NearDuplicateIndex.build(
        [("a", "月亮自己会发光"), ("b", "月亮自己不发光"), ("c", "月亮")]
    )

    # 月亮, 亮自, 自己, 发光 of eight; 月亮 of six.
    assert index.nearest("月亮自己会发光", leave_out={"a"}) == [
        Near(id="b", similarity=4 / 8),
        Near(id="c", similarity=1 / 6),
    ]
    assert index.nearest("月亮自己会发光", limit=1, leave_out=["a", "b", "unknown"]) == [
        Near(id="c", similarity=1 / 6)
    ]


def test_a_gram_is_two_han_characters_or_four_of_anything_else() -> None:
    assert grams("月亮上 GC 含量") == {"月亮", "亮上", " gc ", "含量"}
    assert grams("a moon") == {"a mo", " moo", "moon"}
    assert grams("ひらカナ") == {"ひら", "らカ", "カナ"}
    assert grams("한국어") == {"한국", "국어"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＧＣ　１２３，对吗？", "gc 123,对吗?"),
        ("Straße  and\n\tCAFÉ", "STRASSE and cafe\u0301"),
        ("zero\u200bwidth \u202ebidi\u202c soft\u00adhyphen", "zerowidth bidi softhyphen"),
        ("ﾊﾝｶｸ ｶﾅ", "ハンカク カナ"),
        ("\u2f08類", "人類"),
    ],
    ids=["full width", "case and accents", "unseen signs", "half-width kana", "radical"],
)
def test_variants_of_the_same_characters_are_the_same(one: str, other: str) -> None:
    assert NearDuplicateIndex.build([("a", one)]).nearest(other) == [Near(id="a", similarity=1.0)]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d", "\u3000"])
def test_a_text_without_grams_is_like_nothing(text: str) -> None:
    index = NearDuplicateIndex.build([("a", text), ("b", text), ("c", "月亮")])

    assert index.nearest(text) == []
    assert index.pairs(0.01) == []
    assert len(index) == 3


@pytest.mark.parametrize("text", ["月", "a", "ok?", "🌕", "42", "！？", "月亮"])
def test_a_short_text_is_like_itself(text: str) -> None:
    index = NearDuplicateIndex.build([("a", text), ("b", text), ("c", "something else")])

    assert index.pairs(1) == [Pair(first="a", second="b", similarity=1.0)]
    assert index.nearest(text, limit=1) == [Near(id="a", similarity=1.0)]


def test_an_index_of_nothing_answers_nothing() -> None:
    index = NearDuplicateIndex.build([])

    assert (len(index), index.nearest("月亮"), index.pairs(0.5)) == (0, [], [])


def test_a_new_text_replaces_the_one_before_and_the_old_index_stays() -> None:
    before = NearDuplicateIndex.build([("a", "月亮自己会发光"), ("b", "潮汐")])
    after = before.with_rows([("a", "红鲤鱼"), ("c", "绿鲤鱼")], without=["b"])

    assert after.ids == ("a", "c")
    assert after.nearest("月亮自己会发光") == []
    # 鲤鱼 of three.
    assert after.pairs(0.3) == [Pair(first="a", second="c", similarity=1 / 3)]
    assert before.nearest("潮汐") == [Near(id="b", similarity=1.0)]
    assert before.nearest("红鲤鱼") == []


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="'a' comes twice"):
        NearDuplicateIndex.build([("a", "one"), ("a", "two")])


@pytest.mark.parametrize("threshold", [0, -0.1, 1.0001, float("nan")])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(Invalid, match="above 0 and at most 1"):
        NearDuplicateIndex.build([("a", "月亮")]).pairs(threshold)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>" * 4_000,
        "\ud800\udfff\udc00 lone",
        "\x00\x1b[31m\x07",
        "e" + "\u0301" * 20_000,
        "﷽" * 5_000,
        "".join(map(chr, range(0x4E00, 0x9FFF))),
        "".join(unicodedata.normalize("NFKD", chr(code)) for code in range(0xAC00, 0xB400)),
    ],
    ids=["script", "surrogates", "control", "accents", "expanding", "all of Han", "jamo"],
)
def test_hostile_text_is_a_text_like_any_other(text: str) -> None:
    started = time.process_time()
    index = NearDuplicateIndex.build([("a", text), ("b", "月亮 moon"), ("c", text)])

    assert index.nearest(text, limit=1) == [Near(id="a", similarity=1.0)]
    assert index.pairs(1) == [Pair(first="a", second="c", similarity=1.0)]
    assert time.process_time() - started < 5
