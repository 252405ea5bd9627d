"""Ask a simulator: over plain HTTP, or its code without a server where many calls are counted."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scipy.stats import binom

from calibration.judging.default_texts import default_judge_texts
from calibration.llm.simulator.asked import read_request
from calibration.llm.simulator.replying import complete
from calibration.llm.simulator.settings import Settings
from tests.programs import program

PATIENCE_SECONDS = 60
# What a right rate falls outside of once in a million times.
RARELY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def content(self) -> str:
        assert self.status == 200, self.text
        return str(self.json["choices"][0]["message"]["content"])


class Client:
    """Plain HTTP; a connection for each question, for idle ones are closed."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._host = urlsplit(base_url).netloc

    def get(self, path: str) -> Answered:
        return self._ask("GET", path, None)

    def post(self, body: object, *, key: str = "") -> Answered:
        return self._ask("POST", "/v1/chat/completions", body, key=key)

    def ask(self, model: str, question: str, *, system: str = "", **more: object) -> Answered:
        return self.post(asked(model, question, system=system, **more))

    def post_without_waiting(self, body: object, *, key: str) -> http.client.HTTPConnection:
        """Ask on another connection and leave the answer there."""
        connection = http.client.HTTPConnection(self._host, timeout=PATIENCE_SECONDS)
        headers = {"Authorization": f"Bearer {key}"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
        return connection

    def _ask(self, method: str, path: str, body: object, *, key: str = "") -> Answered:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        connection = http.client.HTTPConnection(self._host, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request(method, path, sent, headers)
            response = connection.getresponse()
            return Answered(
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                text=response.read().decode(),
            )


@contextmanager
def simulator(*options: str) -> Iterator[Client]:
    """Run a simulator; at the end of the block it is gone."""
    with program("tests.simulator.server_program", *options) as running:
        lines = [running.line()]
        while lines[-1] != "}":
            lines.append(running.line())
        yield Client(json.loads("\n".join(lines))["address"])


def asked(model: str, question: str, *, system: str = "", **more: object) -> dict[str, object]:
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": question})
    return {"model": model, "messages": messages, **more}


def said(body: dict[str, Any], settings: Settings | None = None) -> str:
    """Give the reply to a body without a server."""
    done = complete(read_request(body), settings or Settings())
    choice: Any = done.body["choices"]
    return str(choice[0]["message"]["content"])


def score(text: str) -> int | None:
    """Read a verdict as strictly as it was asked for."""
    for value in (0, 1):
        if f'{{"answer_score": {value}}}' in text:
            return value
    return None


def judged(
    judge: str, *, type_id: str, language_id: str, prompt: str, reference: str, response: str
) -> dict[str, Any]:
    """Write the request of a judge with the default texts."""
    texts = default_judge_texts(type_id, language_id)
    question = texts.template.format(prompt=prompt, response_reference=reference, response=response)
    return asked(judge, question, system=texts.system_prompt)


def likely(rate: float, n: int, *, rarely: float = RARELY) -> tuple[int, int]:
    """Bound what a right rate gives in n draws, but for one time in a million.

    Exact: P(X < low) and P(X > high) are at most rarely / 2 each for X ~ Binomial(n, rate).
    """
    return int(binom.ppf(rarely / 2, n, rate)), int(binom.ppf(1 - rarely / 2, n, rate))
