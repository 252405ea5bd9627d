"""Runs what the docs show: every ``$ gainsay ...`` in a ```console block, in the order of its page.

Each page gets a data folder of its own and a folder from which the repository's files are seen.
Where a block shows output, it must be the output; ``...`` stands for any text, and alone on a line
for any lines.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checks.project_files import ROOT, files, text_of

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
GAINSAY = Path(sys.executable).with_name("gainsay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command that a page shows, with the output it shows (none: any will do)."""

    command: str
    output: str


def examples(markdown: str) -> list[Example]:
    found = []
    for block in BLOCK.findall(markdown):
        for part in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Example(command=" ".join(command.split()), output=output.strip()))
    return found


def pattern(output: str) -> re.Pattern[str]:
    """Match a whole output, every line of it ended by a newline."""
    lines = [
        r"(?:.*\n)*?"
        if line.strip() == "..."
        else re.escape(line).replace(r"\.\.\.", ".*?") + r"\n"
        for line in output.splitlines()
    ]
    return re.compile("".join(lines))


PAGES = [path for path in files(".md") if path.parts[0] in {"docs", "README.md"}]
WITH_EXAMPLES = [
    page
    for page in PAGES
    if any(example.command.startswith("gainsay ") for example in examples(text_of(page)))
]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=str)
def test_the_examples_of_the_docs_run_and_print_what_the_page_shows(
    page: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in {path.parts[0] for path in files()}:
        (folder / name).symlink_to(ROOT / name)
    environment = {"PATH": os.environ["PATH"], "GAINSAY_HOME": str(tmp_path / "home")}
    for example in examples(text_of(page)):
        if not example.command.startswith("gainsay "):
            continue
        ended = subprocess.run(
            [str(GAINSAY), *shlex.split(example.command)[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        said = "\n".join(line.rstrip() for line in ended.stdout.strip().splitlines())
        if not example.output:
            assert ended.returncode == 0, f"{example.command}: {said}"
        elif not pattern(example.output).fullmatch(said + "\n"):
            # Equal texts do not match only when the page elides: then show both whole.
            assert said == example.output, f"{page}: {example.command}"


def test_the_docs_have_examples() -> None:
    assert WITH_EXAMPLES != []


@pytest.mark.parametrize(
    ("shown", "said", "matches"),
    [
        ("one", "one", True),
        ("one", "one\ntwo", False),
        ("one\n...\nfour", "one\ntwo\nthree\nfour", True),
        ("one\n...", "one\ntwo", True),
        ("at ... now", "at 12:00 now", True),
        ("at ... now", "at 12:00\nnow", False),
        ("(a.c)", "(abc)", False),
    ],
)
def test_dots_stand_for_text_and_for_lines(shown: str, said: str, matches: bool) -> None:
    assert bool(pattern(shown).fullmatch(said + "\n")) is matches


def test_a_block_is_read_as_commands_with_their_output() -> None:
    page = "```console\n$ gainsay a \\\n    --b\nout\n$ gainsay c\n```\n```\n$ gainsay d\n```\n"

    assert examples(page) == [
        Example(command="gainsay a --b", output="out"),
        Example(command="gainsay c", output=""),
    ]
