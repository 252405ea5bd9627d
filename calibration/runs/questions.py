"""Owns runs of kind "questions": rows of a file, each a question to one model; answers as rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from calibration.llm.requests import ChatRequest, Message, Sampling
from calibration.runs.creating import PlannedCall
from calibration.runs.specs import Target
from db.engine import Session
from db.errors import Invalid
from db.hashing import Json, JsonObject
from db.intake.table import Row, Table, require_columns
from db.ledger.queries.watching import run_replies

PROMPT = "prompt"
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How the rows are asked.

    Attributes:
        repeats: How many answers to each question.
    """

    target: Target
    sampling: Sampling
    repeats: int = 1


def planned_calls(table: Table, asking: Asking) -> Iterator[PlannedCall]:
    """Make the calls of a table with a column ``prompt``, and perhaps ``system``.

    Every other column goes along and comes back beside the answer.

    Raises:
        FileRefused: It has no such column.
        Invalid: A prompt is empty or no text.
    """
    require_columns(table, [PROMPT])
    for index, row in enumerate(table.rows):
        messages = _messages(table, index, row)
        for repeat in range(asking.repeats):
            request = ChatRequest(
                provider_id=asking.target.provider.id,
                base_url=asking.target.provider.base_url,
                model=asking.target.spec.name,
                messages=messages,
                sampling=_sampling(asking, repeat),
                repeat=repeat,
            )
            yield PlannedCall(request=request, subject={**row, "repeat": repeat})


def answer_rows(session: Session, run_id: str) -> Iterator[dict[str, Json]]:
    """Give each place of a run as a row: what was handed in, the answer, and how it ended."""
    for one in run_replies(session, run_id):
        answer = one.answer
        yield {
            **cast("JsonObject", one.subject),
            "state": one.state.value,
            "reason": "" if answer is not None else one.fault_kind,
            "answer": None if answer is None else answer.text,
            "reasoning": None if answer is None else answer.reasoning,
            "finish": None if answer is None else answer.finish,
            "model": str(one.question["model"]),
            "snapshot": None if answer is None else answer.snapshot,
            "input_tokens": None if answer is None else answer.input_tokens,
            "output_tokens": None if answer is None else answer.output_tokens,
            "is_simulated": one.is_simulated,
        }


def _sampling(asking: Asking, repeat: int) -> Sampling:
    """Tell a simulator which repeat it answers: it would answer the same request alike."""
    if not asking.target.provider.is_simulated:
        return asking.sampling
    extra = {**asking.sampling.extra, "simulated": {"repeat": repeat}}
    return replace(asking.sampling, extra=extra)


def _messages(table: Table, index: int, row: Row) -> tuple[Message, ...]:
    prompt, system = row.get(PROMPT), row.get(SYSTEM)
    for name, text in ((PROMPT, prompt), (SYSTEM, system or " ")):
        if not isinstance(text, str) or (name == PROMPT and not text.strip()):
            raise Invalid(
                f"{table.subject} has {text!r} as {name} in {table.unit} "
                f"{table.row_number(index)}; write a text there, or leave the row out."
            )
    first = (Message(role="system", content=str(system)),) if system else ()
    return (*first, Message(role="user", content=str(prompt)))
