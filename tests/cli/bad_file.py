"""Owns what a case of bad input is, and how the files of the cases are made."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
from pyarrow import parquet

Make: TypeAlias = Callable[[Path], object]

GOLD = b"item_id,label\na,1\nb,0\n"
VERDICTS = b"item_id,judge_id,verdict\na,j,1\nb,j,0\n"


@dataclass(frozen=True, slots=True)
class BadFile:
    """One case.

    Attributes:
        name: The case's id.
        file: What the bad file is called; it takes the place of gold.csv or verdicts.csv.
        what: What is wrong, for the reader of the table.
        data: Its bytes, or what makes it at a path.
        sentence: Everything on standard error.
        gold: Whether it is the gold file.
        options: Further options.
        other: The bytes of the good file beside it, where the usual ones do not fit.
        raters: Whether it is a file of several raters, which has none beside it.
    """

    name: str
    file: str
    what: str
    data: bytes | Make
    sentence: str
    gold: bool = False
    options: tuple[str, ...] = ()
    other: bytes | None = None
    raters: bool = False

    def write(self, folder: Path) -> list[str]:
        """Put the files into a folder and give the command line that reads them there."""
        if self.raters:
            assert isinstance(self.data, bytes)
            (folder / self.file).write_bytes(self.data)
            asked = ("--labels", self.file, "--report", "report.md", "--json")
            return ["agree", *asked, *self.options]
        bad, good = folder / self.file, folder / ("verdicts.csv" if self.gold else "gold.csv")
        if callable(self.data):
            self.data(bad)
        else:
            bad.write_bytes(self.data)
        good.write_bytes(self.other or (VERDICTS if self.gold else GOLD))
        gold, verdicts = (bad, good) if self.gold else (good, bad)
        return [
            "agree",
            *("--gold", gold.name, "--verdicts", verdicts.name),
            *("--judge", "j", "--report", "report.md", "--json", *self.options),
        ]


def sparse(path: Path) -> None:
    """Make a file of 2 GB that takes no room."""
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)


def to_nowhere(path: Path) -> None:
    """Make a link whose target is missing."""
    path.symlink_to(path.parent / "gone.csv")


def nothing(path: Path) -> None:
    """Make no file at all."""


def locked(path: Path) -> None:
    """Make a file that its own user may not read; the test gives up root's rights."""
    path.write_bytes(VERDICTS)
    path.chmod(0)


def zipped() -> bytes:
    """Make a zip archive with a csv in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("verdicts.csv", VERDICTS)
    return out.getvalue()


def columns(table: dict[str, list[object]]) -> bytes:
    """Make a parquet file."""
    out = io.BytesIO()
    parquet.write_table(pa.table(table), out)
    return out.getvalue()


def lines(*rows: object) -> bytes:
    """Make a jsonl file; a text is taken as a line that is already written."""
    return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows).encode()


def verdict(item: object = "a", said: object = 1) -> dict[str, object]:
    """Make one verdict of the judge."""
    return {"item_id": item, "judge_id": "j", "verdict": said}


HEADER = b"item_id,judge_id,verdict\n"
PARQUET = columns({"item_id": ["a"], "judge_id": ["j"], "verdict": [1]})
