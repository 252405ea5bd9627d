"""Owns the guess which type and which language a text is about.

A guess is good enough here: it picks wording. What is named in full wins over what is recognised by
words; the field ``simulated`` of a request wins over both.
"""

import re
from functools import cache
from typing import Final

from calibration.llm.simulator.asked import Asked
from calibration.llm.simulator.scenarios import LANGUAGES, asked_in, type_ids
from db.taxonomy.content import Taxonomy, load_taxonomy

FALLBACK: Final = "instructional-induction"

# In the order of trial: the first that matches is taken.
_WORDS: Final = (
    ("code-without-comments", r"\bcomments?\b.*|注释"),
    ("intentional-textual-flaws", r"misspel|\btypos?\b|spelling mistake|错别字|错字|病句"),
    (
        "deliberately-incorrect-answers",
        r"must be wrong|answers? .{0,20}wrong|exactly \w+ .{0,30}\bright\b|答错|答对",
    ),
    (
        "counterfactual-answering",
        r"passage|exchanged|only from the text|短文|材料|互换|对调|颠倒",
    ),
    (
        "mid-turn-instruction-modification",
        r"changed my mind|thought about it again|instead of what|a few things change"
        r"|改几处|改成|又想了想",
    ),
    (
        "counter-conventional-formatting",
        r"line breaks?|single block|list markers?|no capital|punctuation|不换行|不分段|标点|整段",
    ),
    ("question-correction", r"single choice|multiple choice|^A\.|单项选择|单选|选项"),
)


def type_of(asked: Asked) -> str:
    """Say which type a request is about."""
    own = asked.own.get("type")
    if own in type_ids():
        return str(own)
    scenario = asked_in(asked.question)
    if scenario is not None:
        return scenario.type_id
    return named_type(asked.text) or type_by_words(asked.question)


def named_type(text: str) -> str | None:
    """Find the type that is named last, by its id or by its name in either language."""
    low = text.lower()
    found = [(low.rfind(name), type_id) for name, type_id in _names() if name in low]
    return max(found)[1] if found else None


def type_by_words(question: str) -> str:
    """Guess the type of a question."""
    found = (
        type_id
        for type_id, words in _WORDS
        if re.search(words, question, re.IGNORECASE | re.MULTILINE)
    )
    return next(found, FALLBACK)


def named_domain(text: str) -> str:
    """Find the domain that is named first among the longest, as its English label; "" for none."""
    low = text.lower()
    domains = sorted(_taxonomy().domains, key=lambda one: len(one.label), reverse=True)
    hits = (one.label for one in domains if one.label.lower() in low or one.name_zh in text)
    return next(hits, "")


def domain_name(label: str) -> str:
    """Give the Chinese name of a domain."""
    return next(one.name_zh for one in _taxonomy().domains if one.label == label)


def language_of(asked: Asked) -> str:
    """Say in which language is answered."""
    own = asked.own.get("language")
    if own in LANGUAGES:
        return str(own)
    return script_of(asked.question)


def script_of(text: str) -> str:
    """Tell Chinese from English by the share of Chinese characters among characters and words."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    return "zh" if han > len(re.findall(r"[A-Za-z]+", text)) else "en"


@cache
def _taxonomy() -> Taxonomy:
    return load_taxonomy()


@cache
def _names() -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.lower(), one.id)
        for one in _taxonomy().types
        for name in (one.id, one.label, *(text.name for text in one.texts.values()))
    )
