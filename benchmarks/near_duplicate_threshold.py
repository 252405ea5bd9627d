"""Owns the figure "how alike edits are, and how alike unrelated texts", behind the threshold.

English: the instructions of LLMBar. Chinese: prompts, twins, notes, references and responses of
the starter items, where texts of different families are unrelated. No figure about speed.
"""

import json
import random
import re
from collections.abc import Callable
from typing import Final

from calibration.agreement.llmbar import llmbar_paths
from curation.authoring.near_duplicates import NEAR_DUPLICATE, NearDuplicateIndex
from curation.starter.content import load_starter_items

RANDOM_STATE: Final = 0
TIMES: Final = 5
SENTENCE: Final = re.compile(r"[^。！？.!?\n]+[。！？.!?\n]*\s*")

# A text with the group of texts that it is related to.
Texts = list[tuple[str, str]]
Edit = Callable[[str, str, random.Random], str]


def measure() -> dict[str, object]:
    """Return, by language, the share of edits that reach the threshold, and of unrelated pairs."""
    figures: dict[str, object] = {"name": "near_duplicate_threshold", "threshold": NEAR_DUPLICATE}
    for language, texts in {"en": _english(), "zh": _chinese()}.items():
        figures[f"unrelated_{language}"] = _unrelated(texts)
        for name, edit in EDITS.items():
            figures[f"{name}_{language}"] = _edited(texts, edit)
    return figures | {
        "aim": "edits above, unrelated texts below",
        "note": f"edits: least, 5th percentile, median, share at the threshold; {TIMES} of each "
        f"text that has it, random_state {RANDOM_STATE}",
    }


def _english() -> Texts:
    with llmbar_paths().pairs.open(encoding="utf-8") as lines:
        inputs = sorted({json.loads(line)["input"] for line in lines})
    return [(str(number), text) for number, text in enumerate(inputs)]


def _chinese() -> Texts:
    return [
        (item.family, text)
        for item in load_starter_items()
        if item.language == "zh"
        for text in (
            *(item.prompt, item.twin, item.notes, item.reference),
            *(response.text for response in item.responses),
        )
    ]


def _unrelated(texts: Texts) -> str:
    groups = [group for group, _ in texts]
    index = NearDuplicateIndex.build(
        (f"{number:04}", text) for number, (_, text) in enumerate(texts)
    )
    found = sorted(
        pair.similarity
        for pair in index.pairs(0.01)
        if groups[int(pair.first)] != groups[int(pair.second)]
    )
    total = sum(
        groups[second] != groups[first] for first in range(len(groups)) for second in range(first)
    )
    above = {step: sum(alike >= step for alike in found) for step in (0.2, 0.3, 0.4, 0.5)}
    return f"greatest {found[-1]:.2f}; of {total} pairs at least {above}"


def _edited(texts: Texts, edit: Edit) -> str:
    source = random.Random(RANDOM_STATE)
    alike = []
    for number, (_, text) in enumerate(texts):
        index = NearDuplicateIndex.build([("before", text)])
        other = texts[number - 1][1]
        for _ in range(TIMES):
            after = edit(text, other, source)
            if after != text:
                nearest = index.nearest(after)
                alike.append(nearest[0].similarity if nearest else 0.0)
    alike.sort()
    share = sum(value >= NEAR_DUPLICATE for value in alike) / len(alike)
    low, middle = alike[len(alike) // 20], alike[len(alike) // 2]
    return f"{alike[0]:.2f}, {low:.2f}, {middle:.2f}; {share:.3f} of {len(alike)}"


def _typo(text: str, _: str, source: random.Random) -> str:
    at = source.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _number(text: str, _: str, source: random.Random) -> str:
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return text
    chosen = source.choice(numbers)
    return text[: chosen.start()] + str(int(chosen[0]) + 1) + text[chosen.end() :]


def _added(text: str, other: str, source: random.Random) -> str:
    sentences = SENTENCE.findall(other)
    return f"{text.rstrip()}\n{source.choice(sentences)}" if sentences else text


def _removed(text: str, _: str, source: random.Random) -> str:
    sentences = SENTENCE.findall(text)
    if len(sentences) < 2:
        return text
    del sentences[source.randrange(len(sentences))]
    return "".join(sentences)


def _reordered(text: str, _: str, source: random.Random) -> str:
    sentences = SENTENCE.findall(text)
    source.shuffle(sentences)
    return "".join(sentences) or text


EDITS: Final = {
    "typo": _typo,
    "number": _number,
    "added": _added,
    "removed": _removed,
    "reordered": _reordered,
}
