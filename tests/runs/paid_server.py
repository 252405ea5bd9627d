"""A provider that keeps an account of its own; a program: log folder, then options as JSON.

Every request it charges for is a line of its log, written before the answer goes out: the tests
judge by it what was paid. It prints its port. Faults are drawn from the request's own text, so
that the same question fares alike in every run of the tests.
"""

import asyncio
import json
import os
import random
import sys
from pathlib import Path

from aiohttp import web

INPUT_TOKENS, OUTPUT_TOKENS = 10, 5


class Account:
    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, **line: object) -> None:
        os.write(self._file, (json.dumps(line) + "\n").encode())


class Server:
    def __init__(self, folder: Path, options: dict[str, float]) -> None:
        self.account = Account(folder / "account.jsonl")
        self.options = options
        self.folder = folder
        self.random = random.Random(int(options.get("seed", 1)))
        self.at_once = 0

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        question = body["messages"][-1]["content"]
        self.at_once += 1
        try:
            return await self._answer(body, question)
        finally:
            self.at_once -= 1

    def _fault(self) -> str:
        draw, at = self.random.random(), 0.0
        for name in ("429", "500", "garbage", "hang"):
            at += self.options.get(name, 0.0)
            if draw < at:
                return name
        return ""

    async def _answer(self, body: dict[str, object], question: str) -> web.StreamResponse:
        now = asyncio.get_running_loop().time()
        switch = self.folder / "say"
        fault = switch.read_text().strip() if switch.exists() else self._fault()
        most = self.options.get("most_at_once")
        if most and self.at_once > most:
            fault = "429"
        if fault in ("429", "401", "402", "503"):
            self.account.write(question=question, paid=False, status=fault, at=now)
            headers = {"Retry-After": "0"} if fault == "429" else {}
            error = {"message": "no", "code": "insufficient_quota" if fault == "402" else "no"}
            return web.json_response({"error": error}, status=int(fault), headers=headers)
        self.account.write(
            question=question, paid=True, status=fault or "200", at=now, at_once=self.at_once
        )
        await asyncio.sleep(self.options.get("latency", 0.0))
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "500":
            return web.json_response({"error": {"message": "broken"}}, status=500)
        if fault == "garbage":
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        return web.json_response(reply(str(body["model"]), question))


def reply(model: str, question: str) -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": f"answer to {question}"},
            }
        ],
        "usage": {
            "prompt_tokens": INPUT_TOKENS,
            "completion_tokens": OUTPUT_TOKENS,
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    }


async def main(folder: str, options: str) -> None:
    server = Server(Path(folder), json.loads(options))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(server.options.get("port", 0)))
    await site.start()
    assert site._server is not None
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    # Whoever started it closes its standard input, or is gone.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
