"""Owns the figure "import of 100,000 rows": items, then responses, labels and verdicts of them.

Each import is the verb as a person runs it, in a process of its own: seconds from its start to its
end, rows per second, peak memory. The rows are generated from a seed and deleted afterwards.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large import sentence

ROWS = 100_000
PROGRAM = Path(sys.executable).with_name("gainsay")
TYPES = ("Question Correction", "Deliberately Incorrect Answers", "Instructional Induction")
LANGUAGES = {"en": "english", "zh": "chinese"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What one import took.

    Attributes:
        own: Seconds of the processor, whatever else the machine does.
        peak_mib: Largest memory of the process.
    """

    kind: str
    seconds: float
    own: float
    peak_mib: float


def measure() -> dict[str, object]:
    """Import 100,000 rows of each kind; seconds, rows per second, MiB."""
    with tempfile.TemporaryDirectory(prefix="gainsay-bench-") as folder:
        place = Path(folder)
        environment = {**os.environ, "GAINSAY_HOME": str(place / "home")}
        subprocess.run(
            [str(PROGRAM), "db", "upgrade"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        found = list(_imports(place, environment))
    told = {
        each.kind: f"{ROWS / each.seconds:,.0f} rows/s ({each.seconds:.1f} s, "
        f"{each.own:.1f} s of the processor, peak {each.peak_mib:.0f} MiB)"
        for each in found
    }
    return {
        "name": "imports",
        **told,
        "load": round(os.getloadavg()[0], 2),
        "aim": "none set; to be read beside the next one",
        "note": f"{ROWS:,} rows each, csv, SQLite, one transaction each; load at the end",
    }


def _imports(place: Path, environment: dict[str, str]) -> Iterator[Import]:
    writers = {
        "items": _items,
        "responses": _responses,
        "labels": _labels,
        "verdicts": _verdicts,
    }
    for kind, rows in writers.items():
        file = place / f"{kind}.csv"
        _write(file, rows())
        yield _run(kind, file, environment)


def _run(kind: str, file: Path, environment: dict[str, str]) -> Import:
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(PROGRAM), "import", kind, str(file), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode or json.loads(answer)["created"] != ROWS:
        raise RuntimeError(f"the import of {kind} did not take {ROWS} rows")
    return Import(
        kind=kind,
        seconds=seconds,
        own=used.ru_utime + used.ru_stime,
        peak_mib=used.ru_maxrss / 1_024,
    )


def _items() -> Iterator[dict[str, str]]:
    draw = random.Random(0)
    for number in range(ROWS):
        language = draw.choice(tuple(LANGUAGES))
        yield {
            "id": f"item-{number:06}",
            "instruction_types": draw.choice(TYPES),
            "prompt": f"{number} {sentence(draw, language, 60)}",
            "response_reference": f"1. {sentence(draw, language, 8)}",
            "language": LANGUAGES[language],
            "judge_prompt_template": "",
            "judge_system_prompt": "",
        }


def _responses() -> Iterator[dict[str, str]]:
    draw = random.Random(1)
    for number in range(ROWS):
        yield {
            "id": f"response-{number:06}",
            "item_id": f"item-{number:06}",
            "response": f"{number} {sentence(draw, 'en', 40)}",
            "source": "model",
            "source_name": "bench-model",
            "is_simulated": "true",
        }


def _labels() -> Iterator[dict[str, str]]:
    draw = random.Random(2)
    for number in range(ROWS):
        yield {
            "response_id": f"response-{number:06}",
            "label": draw.choice(("follows", "does_not_follow")),
            "rater": "rater-1",
        }


def _verdicts() -> Iterator[dict[str, str]]:
    draw = random.Random(3)
    for number in range(ROWS):
        yield {
            "response_id": f"response-{number:06}",
            "judge": "bench-judge",
            "verdict": draw.choice("01"),
            "is_simulated": "true",
        }


def _write(file: Path, rows: Iterator[dict[str, str]]) -> None:
    first = next(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)
