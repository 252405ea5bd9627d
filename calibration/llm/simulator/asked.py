"""Owns what a chat completion request asks of the simulator, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.llm.redaction import as_list, as_mapping, as_text
from calibration.llm.requests import canonical
from calibration.llm.simulator.models import BY_NAME, CONTEXT_TOKENS, MOST_OUTPUT, SimulatedModel
from db.hashing import Json, content_hash

# What the simulator itself reads; a provider's client passes it on as any extra parameter.
OWN_FIELD: Final = "simulated"


class Refused(Exception):
    """A request that is no good; with the status and the words of the error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request.

    Attributes:
        system: All system messages together.
        question: All user messages together, the newest last.
        schema: The JSON schema of the answer, where one is asked for and the model honours it;
            an empty mapping stands for any object.
        own: The field ``simulated``: ``truth``, ``repeat``, ``type``, ``language``, ``count``.
        identity: Hash of the whole request: with the same seed, the same reply.
    """

    model: SimulatedModel
    system: str
    question: str
    schema: Mapping[str, Json] | None
    max_tokens: int
    stop: tuple[str, ...]
    thinking: bool
    own: Mapping[str, Json]
    identity: str

    @property
    def text(self) -> str:
        """Everything that was said."""
        return f"{self.system}\n\n{self.question}"


def read_request(body: Json) -> Asked:
    """Read the body of a request.

    Raises:
        Refused: It is none, or names what is not here.
    """
    outer = as_mapping(body)
    name = as_text(outer.get("model"))
    model = BY_NAME.get(name)
    if model is None:
        raise Refused(
            404,
            "model_not_found",
            f"The model {name!r} does not exist: GET /v1/models lists those there are.",
        )
    messages = [as_mapping(one) for one in as_list(outer.get("messages"))]
    if not messages or not all(isinstance(one.get("content"), str) for one in messages):
        raise Refused(400, "invalid_messages", "messages has to be a list of texts with roles.")
    if outer.get("stream"):
        raise Refused(400, "no_streaming", "The simulator does not stream: leave stream out.")
    if outer.get("n") not in (None, 1):
        raise Refused(400, "one_choice", "The simulator gives one choice: leave n out.")
    system = "\n".join(str(one["content"]) for one in messages if one.get("role") == "system")
    question = "\n".join(str(one["content"]) for one in messages if one.get("role") != "system")
    if tokens_of(system + question) > CONTEXT_TOKENS:
        raise Refused(
            400,
            "context_length_exceeded",
            f"This model's maximum context length is {CONTEXT_TOKENS} tokens: shorten the "
            "messages.",
        )
    return Asked(
        model=model,
        system=system,
        question=question,
        schema=_schema(outer) if model.supports_schema else None,
        max_tokens=_most(outer),
        stop=_stops(outer.get("stop")),
        thinking=outer.get("enable_thinking") is True,
        own=as_mapping(outer.get(OWN_FIELD)),
        identity=content_hash(canonical(body)),
    )


def tokens_of(text: str) -> int:
    """Count tokens as the simulator charges them: four ASCII characters, or one other."""
    plain = len(text.encode("ascii", "ignore"))
    return -(-plain // 4) + len(text) - plain


def _schema(outer: Mapping[str, Json]) -> Mapping[str, Json] | None:
    form = as_mapping(outer.get("response_format"))
    if form.get("type") == "json_schema":
        return as_mapping(as_mapping(form.get("json_schema")).get("schema"))
    return {} if form.get("type") == "json_object" else None


def _most(outer: Mapping[str, Json]) -> int:
    for name in ("max_completion_tokens", "max_tokens"):
        most = outer.get(name)
        if isinstance(most, int) and not isinstance(most, bool):
            if most < 1:
                raise Refused(400, "invalid_limit", f"{name} is {most}: it is 1 or more.")
            return min(most, MOST_OUTPUT)
    return MOST_OUTPUT


def _stops(stop: Json) -> tuple[str, ...]:
    if isinstance(stop, str):
        return (stop,)
    return tuple(str(one) for one in as_list(stop) if one)
