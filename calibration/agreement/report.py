"""Owns reports as files: all are written or none, and nothing that was handed in is overwritten.

A report is written beside its place and moved into it, so that a reader never meets half of one.
"""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from calibration.agreement.report_csv import csv_text
from calibration.agreement.report_document import document
from calibration.agreement.report_html import html
from calibration.agreement.report_markdown import markdown
from calibration.agreement.retrospective import Retrospective
from db.errors import Invalid

WRITERS: Final[Mapping[str, Callable[[Retrospective], str]]] = {
    ".md": lambda result: markdown(document(result)),
    ".html": lambda result: html(document(result)),
    ".csv": csv_text,
}


def render(result: Retrospective, ending: str) -> str:
    """Write a report as text.

    Args:
        result: The study with its provenance.
        ending: One of `WRITERS`: ".md", ".html" or ".csv".
    """
    return WRITERS[ending](result)


def check_destinations(paths: Sequence[Path], *, sources: Sequence[Path]) -> None:
    """Refuse places that cannot take a report, before anything is worked out.

    Raises:
        Invalid: An unknown ending, a directory, a missing folder, or a file that was handed in.
    """
    for path in paths:
        told = str(path)
        if path.suffix.lower() not in WRITERS:
            raise Invalid(
                f"A report cannot be written to {told!r}: the name must end in "
                f"{', '.join(WRITERS)}."
            )
        if path.is_dir():
            raise Invalid(
                f"A report cannot be written to {told!r}: it is a directory; name a file inside it."
            )
        if not path.parent.is_dir():
            raise Invalid(
                f"A report cannot be written to {told!r}: there is no folder "
                f"{str(path.parent)!r}; create it first."
            )
        if path.exists() and not path.is_file():
            raise Invalid(
                f"A report cannot be written to {told!r}: it is a device or a pipe; name a file."
            )
        if path.exists() and any(source.exists() and path.samefile(source) for source in sources):
            raise Invalid(
                f"A report cannot be written to {told!r}: this file was handed in as input; "
                "name another."
            )


def write_reports(result: Retrospective, paths: Sequence[Path]) -> None:
    """Write one report per path; the ending of its name decides the format.

    Raises:
        Invalid: A place cannot be written; no report is left half done.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path in paths:
            ready.append((_beside(path, render(result, path.suffix.lower())), path))
        for draft, path in ready:
            draft.replace(path)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise Invalid(
            f"A report cannot be written to {str(path)!r}: {reason}; choose another place."
        ) from error
    finally:
        for draft, _ in ready:
            draft.unlink(missing_ok=True)


def _beside(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=".report-", suffix=path.suffix, dir=path.parent)
    draft = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        draft.chmod(0o644)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
