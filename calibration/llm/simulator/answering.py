"""Owns the answers: what an answerer says to a question of any of the eight types.

Whether it follows is drawn first: the usual thing by the model's inertia, else a near miss by its
slips, else what was asked.
"""

from typing import Final

from calibration.llm.simulator.asked import Asked
from calibration.llm.simulator.chance import dice
from calibration.llm.simulator.generic import generic_answer
from calibration.llm.simulator.kinds import language_of, type_of
from calibration.llm.simulator.scenarios import asked_in
from calibration.llm.simulator.settings import Settings
from calibration.llm.simulator.shapes import filled
from calibration.llm.simulator.written import Written
from db.hashing import canonical_json

_THOUGHTS: Final = {
    "en": "[simulated] The question asks for something unusual, so its wording comes first.",
    "zh": "[simulated] 这道题的要求不合常规，应当以字面要求为准。",
}


def answer(asked: Asked, settings: Settings) -> Written:
    """Answer a question."""
    type_id, language_id = type_of(asked), language_of(asked)
    stream = dice(settings.seed, "answer", asked.identity)
    role = _role(asked, settings, type_id, language_id, stream.random(), stream.random())
    scenario = asked_in(asked.question)
    if scenario is not None:
        text = scenario.responses[role]
    else:
        text = generic_answer(type_id, language_id, role, question=asked.question, stream=stream)
    if asked.schema is not None:
        text = canonical_json(filled(asked.schema, {"answer": text, "text": text}, stream))
    thinks = asked.thinking and asked.model.can_think
    return Written(text=text, reasoning=_THOUGHTS[language_id] if thinks else "")


def _role(
    asked: Asked, settings: Settings, type_id: str, language_id: str, first: float, second: float
) -> str:
    usual = asked.model.p_conventional(type_id, language_id, thinking=asked.thinking)
    if first < usual / settings.skill:
        return "conventional"
    return "near_miss" if second < asked.model.slip / settings.skill else "follows"
