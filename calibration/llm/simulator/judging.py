"""Owns the verdicts: what a judge decides about a response, and how it says so."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from calibration.judging.texts import VERDICT_KEY
from calibration.llm.simulator.asked import Asked
from calibration.llm.simulator.blocks import Blocks, read_blocks
from calibration.llm.simulator.chance import dice, share
from calibration.llm.simulator.habits import HABITS, MOOD
from calibration.llm.simulator.kinds import named_type, script_of, type_by_words
from calibration.llm.simulator.scenarios import asked_in, plain, type_ids
from calibration.llm.simulator.settings import Settings
from calibration.llm.simulator.shapes import filled
from calibration.llm.simulator.traits import Trait, traits_of
from calibration.llm.simulator.truth import truth_of
from calibration.llm.simulator.written import Written
from db.hashing import Json, canonical_json
from db.requirements import parse_requirements

MOST_LINES: Final = 20
_NO_RESPONSE: Final = "[simulated] There is no response to judge in what was sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    score: int
    basis: str
    lines: tuple[str, ...]


def judge(asked: Asked, settings: Settings) -> Written:
    """Judge the response in a prompt."""
    blocks = read_blocks(asked.question)
    stream = dice(settings.seed, "judge", asked.model.name, asked.identity)
    if not blocks.response:
        return Written(text=_plainly(asked, _NO_RESPONSE, stream))
    traits = traits_of(asked, blocks, _type(asked, blocks))
    verdict = _verdict(asked, blocks, traits, settings, stream)
    if asked.schema is not None:
        return Written(text=canonical_json(filled(asked.schema, _known(verdict), stream)))
    rate = HABITS[asked.model.habits].rate("unreadable", traits, skill=settings.skill)
    if stream.random() < rate:
        return Written(text=_unreadable(verdict, stream))
    return Written(text=_readable(asked, verdict))


def _verdict(
    asked: Asked,
    blocks: Blocks,
    traits: frozenset[Trait],
    settings: Settings,
    stream: random.Random,
) -> _Verdict:
    habits = HABITS[asked.model.habits]
    truth = truth_of(blocks, _type(asked, blocks), said=asked.own.get("truth"), seed=settings.seed)
    luck = _luck(asked, blocks, settings.seed)
    target = truth.follows
    if Trait.NO_REFERENCE in traits and luck("facts") < habits.fact_checker:
        target = truth.is_right
    rate = habits.rate(
        "alarm" if target else "miss", traits, is_near=truth.is_near, skill=settings.skill
    )
    follows = target != (luck("error") < rate)
    return _with_lines(int(follows), blocks, stream)


def _luck(asked: Asked, blocks: Blocks, seed: int) -> Callable[[str], float]:
    """Give numbers that mostly stay with the response and partly change with the request."""
    name, response = asked.model.name, [blocks.question, plain(blocks.response)]

    def draw(what: str) -> float:
        if share(seed, "mood", what, name, response) < MOOD:
            return share(seed, "request", what, name, asked.identity)
        return share(seed, "response", what, name, response)

    return draw


def _with_lines(score: int, blocks: Blocks, stream: random.Random) -> _Verdict:
    language = script_of(blocks.reference or blocks.response)
    count = len(parse_requirements(blocks.reference)[:MOST_LINES]) if blocks.reference else 1
    failed = 0 if score else stream.randrange(1, count + 1)
    if language == "zh":
        basis = (
            "[simulated] 全部要求都满足。" if score else f"[simulated] 第{failed}条要求没有满足。"
        )
        lines = tuple(
            f"第{number}条{'不满足' if number == failed else '满足'}。"
            for number in range(1, count + 1)
        )
    else:
        basis = (
            "[simulated] Every requirement is met."
            if score
            else f"[simulated] Requirement {failed} is not met."
        )
        lines = tuple(
            f"Requirement {number}: {'not met' if number == failed else 'met'}."
            for number in range(1, count + 1)
        )
    return _Verdict(score=score, basis=basis, lines=lines)


def _type(asked: Asked, blocks: Blocks) -> str:
    own = asked.own.get("type")
    if own in type_ids():
        return str(own)
    scenario = asked_in(blocks.question)
    if scenario is not None:
        return scenario.type_id
    named = named_type(asked.system)
    return named or type_by_words(f"{blocks.question}\n{blocks.reference}")


def _known(verdict: _Verdict) -> dict[str, Json]:
    passed = bool(verdict.score)
    return {
        **dict.fromkeys(
            (VERDICT_KEY, "score", "verdict", "value", "follows", "met"), verdict.score
        ),
        **dict.fromkeys(("reason", "basis", "explanation", "reasoning"), verdict.basis),
        "result": "PASS" if passed else "FAIL",
        "label": "follows" if passed else "does_not_follow",
        "requirements": list(verdict.lines),
    }


def _readable(asked: Asked, verdict: _Verdict) -> str:
    said = "\n".join([verdict.basis, *verdict.lines])
    block = f'```json\n{{"{VERDICT_KEY}": {verdict.score}}}\n```'
    if "【JSON】" in asked.text:
        return f"【评分依据】：{said}\n【评分】：{verdict.score}分\n【JSON】：\n{block}"
    if '"PASS"' in asked.text and '"FAIL"' in asked.text:
        return f'{said}\n{{"result": "{"PASS" if verdict.score else "FAIL"}"}}'
    if VERDICT_KEY in asked.text or "json" in asked.text.lower():
        return f"{said}\n{block}"
    return f"{said}\nScore: {verdict.score}"


def _unreadable(verdict: _Verdict, stream: random.Random) -> str:
    said = "\n".join([verdict.basis, *verdict.lines])
    match stream.choice(("prose", "cut", "no_key", "both")):
        case "prose":
            return f"{said}\nAll in all, it could be seen either way."
        case "cut":
            return f'【评分依据】：{said}\n【JSON】：\n```json\n{{"{VERDICT_KEY[:6]}'
        case "no_key":
            return f"{said}\n```json\n{{}}\n```"
        case _:
            return f"{said}\nThe score is 0 for some requirements and 1 for others."


def _plainly(asked: Asked, sentence: str, stream: random.Random) -> str:
    if asked.schema is None:
        return sentence
    return canonical_json(filled(asked.schema, {"text": sentence, "answer": sentence}, stream))
