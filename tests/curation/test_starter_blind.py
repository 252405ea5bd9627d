"""What a blind reader of the starter set sees, and that nothing gives a label away."""

import re
from dataclasses import asdict
from itertools import pairwise

from curation.starter.blind import blind_prompts, blind_responses, prompt_key, response_key
from curation.starter.content import load_starter_items

ITEMS = {item.slug: item for item in load_starter_items()}


def test_every_prompt_is_shown_once_under_a_meaningless_identifier() -> None:
    prompts, key = blind_prompts(), prompt_key()
    assert list(prompts) == list(key) == sorted(prompts)
    assert sorted(key.values()) == sorted(ITEMS)
    for identifier, text in prompts.items():
        assert text == ITEMS[key[identifier]].prompt
        assert re.fullmatch(r"p[0-9a-f]{8}", identifier)


def test_every_response_is_shown_once_with_its_own_prompt_and_reference() -> None:
    sheet, key = blind_responses(7), response_key(7)
    assert list(sheet) == list(key)
    shown = {(key[i].slug, key[i].response.role) for i in sheet}
    assert len(sheet) == len(shown) == 3 * len(ITEMS)
    for identifier, entry in sheet.items():
        item = ITEMS[key[identifier].slug]
        assert (entry.prompt, entry.reference) == (item.prompt, item.reference)
        assert entry.text == key[identifier].response.text


def test_a_sheet_shows_prompt_reference_and_text_only() -> None:
    for identifier, entry in blind_responses(7).items():
        assert set(asdict(entry)) == {"prompt", "reference", "text"}
        assert re.fullmatch(r"r[0-9a-f]{8}", identifier)


def test_the_seed_sets_the_order_and_the_identifiers() -> None:
    assert blind_responses(7) == blind_responses(7)
    assert list(blind_responses(7)) == list(blind_responses(7))
    assert not set(blind_responses(7)) & set(blind_responses(8))
    assert [r.text for r in blind_responses(7).values()] != [
        r.text for r in blind_responses(8).values()
    ]


def test_the_order_does_not_show_which_response_follows() -> None:
    # 22 of 66 follow; in file order every third would, so gaps of 3 only. A shuffle has other gaps.
    labels = [entry.response.label for entry in response_key(7).values()]
    places = [place for place, label in enumerate(labels) if label == "follows"]
    gaps = {second - first for first, second in pairwise(places)}
    assert len(places) == 22
    assert len(gaps) > 3
