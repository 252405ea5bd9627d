"""Owns the figure "what the model door costs": asking through it, and with the bare package.

Both ask one server here that answers at once, in turns, so that other work falls on both.
The package is given its own aiohttp client, its quickest.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from openai import AsyncOpenAI, DefaultAioHttpClient

from calibration.llm.openai_client import OpenAIModel
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.requests import ChatRequest, Message, Sampling

CALLS: Final = 2000
AT_ONCE: Final = (32, 128)
ROUNDS: Final = 3
MANY: Final = 10_000
AIM_RATIO: Final = 1.0
KEY: Final = "no-key-of-anybody"
TEXT: Final = "hello " * 200

# The answer stays the same, so that the server costs as little as it can. It keeps idle connections
# for a minute: with uvicorn's five seconds the bare client loses requests.
SERVER: Final = """
import json, socket, sys, uvicorn
body = sys.argv[1].encode()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
config = uvicorn.Config(app, log_level="error", timeout_keep_alive=60, lifespan="off")
uvicorn.Server(config).run(sockets=[listening])
"""
ANSWER: Final = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "model-a",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "x" * 600},
        }
    ],
    "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pace:
    per_second: float
    cpu_milliseconds: float


def measure() -> dict[str, object]:
    """Ask 2,000 times in each way, 32 and 128 at once, three times over."""
    with _server() as base_url:
        return asyncio.run(_compare(base_url))


async def _compare(base_url: str) -> dict[str, object]:
    provider = Provider(id="local", name="Local", base_url=base_url, key_name="KEY")
    spec = ModelSpec(provider_id="local", name="model-a")
    request = ChatRequest(
        provider_id="local",
        base_url=base_url,
        model="model-a",
        messages=(Message(role="user", content=TEXT),),
        sampling=Sampling(max_tokens=50),
    )
    package = AsyncOpenAI(
        api_key=KEY, base_url=base_url, max_retries=0, http_client=DefaultAioHttpClient()
    )
    found: dict[str, object] = {"name": "model_door"}
    ratios = []
    async with package, OpenAIModel(provider, KEY, specs=[spec]) as door:

        async def by_package() -> object:
            return await package.chat.completions.create(
                model="model-a", messages=[{"role": "user", "content": TEXT}], max_tokens=50
            )

        async def by_door() -> object:
            return await door.ask(request, timeout=60)

        for at_once in AT_ONCE:
            paces = [
                (await _pump(CALLS, at_once, by_package), await _pump(CALLS, at_once, by_door))
                for _ in range(ROUNDS)
            ]
            bare = _median([one for one, _ in paces])
            ours = _median([two for _, two in paces])
            found |= {
                f"door_per_second_{at_once}": ours.per_second,
                f"package_per_second_{at_once}": bare.per_second,
                f"door_cpu_ms_{at_once}": ours.cpu_milliseconds,
                f"package_cpu_ms_{at_once}": bare.cpu_milliseconds,
            }
            ratios.append(bare.cpu_milliseconds / ours.cpu_milliseconds)
        before = _most_memory()
        await _pump(MANY, AT_ONCE[0], by_door)
    return found | {
        "mib_grown_over_10000_calls": _most_memory() - before,
        "aim": "no more of the processor per call than the package alone",
        "met": min(ratios) >= AIM_RATIO,
        "note": "medians of three rounds in turns; the server is a process of its own",
    }


async def _pump(calls: int, at_once: int, ask: Callable[[], Awaitable[object]]) -> _Pace:
    left = iter(range(calls))

    async def one_after_another() -> None:
        for _ in left:
            await ask()

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return _Pace(
        per_second=calls / (time.perf_counter() - began),
        cpu_milliseconds=(time.process_time() - used) / calls * 1000,
    )


def _median(paces: list[_Pace]) -> _Pace:
    return _Pace(
        per_second=statistics.median(one.per_second for one in paces),
        cpu_milliseconds=statistics.median(one.cpu_milliseconds for one in paces),
    )


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, json.dumps(ANSWER)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.terminate()
        process.communicate()
