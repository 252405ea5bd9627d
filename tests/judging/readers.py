"""The rules by which three public programs fill a judge prompt and read the judge's reply.

Written anew from the rules those programs publish (``docs/readers.md``); no line is theirs.
They stand here, in the tests, because nothing in the product may read a reply this way.
"""

import json
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal[0, 1] | None
Row: TypeAlias = Mapping[str, str]
Messages: TypeAlias = list[str]

KEY = "answer_score"
FENCE = "```"


class ReaderCrash(Exception):
    """The real program would stop here with an error of its own."""


# How each fills the template: a list of messages, the first of them the system message.


def sieval_messages(row: Row, response: str) -> Messages:
    """One ``str.format``: braces inside the values stay as they are."""
    values = {"prompt": row["prompt"], "response_reference": row["response_reference"]}
    user = row["judge_prompt_template"].format(**values, response=response)
    return [row["judge_system_prompt"], user]


def opencompass_messages(row: Row, response: str) -> Messages:
    """Replace ``{name}`` for every column in the order of the row, the response last."""
    user = row["judge_prompt_template"]
    for name, value in [*row.items(), ("prediction", response), ("response", response)]:
        user = user.replace("{" + name + "}", value)
    return [row["judge_system_prompt"], user]


def opencompass_question(row: Row) -> str:
    """What the model under test is asked: every column is replaced inside the question as well."""
    asked = "{prompt}"
    for name, value in row.items():
        asked = asked.replace("{" + name + "}", value)
    return asked


def gage_messages(row: Row, response: str) -> Messages:
    """Replace three slots in a fixed order, join both texts, and cut at every line ``---``."""
    user = row["judge_prompt_template"]
    user = user.replace("{prompt}", row["prompt"].strip())
    user = user.replace("{response_reference}", row["response_reference"].strip())
    user = user.replace("{response}", response)
    whole = row["judge_system_prompt"] + "\n---\n" + user
    parts = re.split(r"(?m)^[ \t]*---[ \t]*$", whole)
    return [part.strip() for part in parts if part.strip()]


# How each reads the reply.


def sieval_verdict(reply: str) -> Verdict:
    """The last block after the last marker, else the last key there, else the last score line."""
    region = re.split(r"【\s*JSON\s*】", reply)[-1]
    blocks = [block for block in _fenced(region, language=r"[A-Za-z]*") if KEY in block]
    if blocks:
        return _two_tier(_numbers_after_key(blocks[-1]))
    return _two_tier(_numbers_after_key(region) or _score_lines(reply))


def sieval_verdict_before_markers(reply: str) -> Verdict:
    """An earlier rule of the same program: the last block, else the last key, else the line."""
    blocks = [block for block in _fenced(reply, language=r"[A-Za-z]*") if KEY in block]
    inside = _numbers_after_key(blocks[-1]) if blocks else []
    return _two_tier(inside or _numbers_after_key(reply) or _score_lines(reply))


def opencompass_verdict(reply: str) -> Verdict:
    """The first block, else object, that is JSON with a 0 or 1; else the first pattern."""
    objects = re.findall(r"\{[^\0]*?" + KEY + r"[^\0]*?\}", reply)
    for text in [*_fenced(reply, language=r"(?:[Jj][Ss][Oo][Nn])?"), *objects]:
        try:
            value = json.loads(text.strip())
        except json.JSONDecodeError:
            continue
        if not isinstance(value, dict):
            raise ReaderCrash(f"asks a {type(value).__name__} for its key")
        score = value.get(KEY)
        if isinstance(score, str) and score.strip() in ("0", "1"):
            return 1 if score.strip() == "1" else 0
        if score in (0, 1):
            return 1 if score else 0
    loose = (
        rf'"{KEY}"\s*:\s*"?([01])',
        rf'{KEY}\s*[:：]\s*"?([01])',
        r"评分】\s*[:：]\s*([01])\s*分",
        r"评分\s*[:：]\s*([01])\s*分",
    )
    for pattern in loose:
        if found := re.search(pattern, reply):
            return 1 if found[1] == "1" else 0
    return None


def gage_verdict(reply: str) -> Verdict:
    """Known words, else the first number of the reply, a hundred being full marks; else 0."""
    word = re.sub(r"\s+", "_", reply.strip().lower().replace("-", "_"))
    if word in {"true", "yes", "y", "pass", "passed", "correct", "compliant", "符合", "通过", "是"}:
        return 1
    number = re.search(r"[-+]?\d*\.?\d+", reply)
    if number is None:
        return 0
    score = float(number[0])
    return 1 if (score / 100 if score > 1 else score) >= 0.5 else 0


def _fenced(text: str, *, language: str) -> list[str]:
    return re.findall(FENCE + language + r"\s*([^\0]*?)" + FENCE, text)


def _numbers_after_key(text: str) -> list[str]:
    return re.findall(KEY + r"[\"']?\s*[:：]\s*[\"']?(-?\d+(?:\.\d+)?)", text)


def _score_lines(text: str) -> list[str]:
    return re.findall(r"【\s*评分\s*】\s*[:：]?\s*(-?\d+(?:\.\d+)?)", text)


def _two_tier(numbers: list[str]) -> Verdict:
    if not numbers or float(numbers[-1]) not in (0, 1):
        return None
    return 1 if float(numbers[-1]) == 1 else 0
