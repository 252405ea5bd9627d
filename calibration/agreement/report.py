"""Owns reports as files: all are written or none, and nothing that was handed in is overwritten.

A report over a symbolic link is written to the file that the link leads to.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from calibration.agreement.raters.document import rater_document
from calibration.agreement.raters.report_csv import rater_csv
from calibration.agreement.raters.retrospective import RaterRetrospective
from calibration.agreement.report_csv import csv_text
from calibration.agreement.report_document import Document, document
from calibration.agreement.report_files import NotWritten, followed, write_together
from calibration.agreement.report_html import html
from calibration.agreement.report_markdown import markdown
from calibration.agreement.retrospective import Retrospective
from db.errors import Invalid

Reported: TypeAlias = Retrospective | RaterRetrospective


def _document(result: Reported) -> Document:
    return rater_document(result) if isinstance(result, RaterRetrospective) else document(result)


def _csv(result: Reported) -> str:
    return rater_csv(result) if isinstance(result, RaterRetrospective) else csv_text(result)


WRITERS: Final[Mapping[str, Callable[[Reported], str]]] = {
    ".md": lambda result: markdown(_document(result)),
    ".html": lambda result: html(_document(result)),
    ".csv": _csv,
}


def render(result: Reported, ending: str) -> str:
    """Write a report as text.

    Args:
        result: The study with its provenance, of a judge or of several raters.
        ending: One of `WRITERS`: ".md", ".html" or ".csv".
    """
    return WRITERS[ending](result)


def check_destinations(paths: Sequence[Path], *, sources: Sequence[Path]) -> None:
    """Refuse places that cannot take a report, before anything is worked out.

    Raises:
        Invalid: An unknown ending, a directory, a missing folder, a file that may not be written or
            was handed in, or two reports for one file.
    """
    places: dict[str, Path] = {}
    for path in paths:
        told = str(path)
        if path.suffix.lower() not in WRITERS:
            raise Invalid(
                f"A report cannot be written to {told!r}: the name must end in "
                f"{', '.join(WRITERS)}."
            )
        place = _place(path)
        if place.is_dir():
            raise Invalid(
                f"A report cannot be written to {told!r}: it is a directory; name a file inside it."
            )
        if not place.parent.is_dir():
            raise Invalid(
                f"A report cannot be written to {told!r}: there is no folder "
                f"{str(place.parent)!r}; create it first."
            )
        same = places.setdefault(os.path.realpath(place), path)
        if same is not path:
            raise Invalid(
                f"A report cannot be written to {told!r}: it is the same file as {str(same)!r}; "
                "name one place for each report."
            )
        if place.exists() and not place.is_file():
            raise Invalid(
                f"A report cannot be written to {told!r}: it is a device or a pipe; name a file."
            )
        if place.exists() and any(source.exists() and place.samefile(source) for source in sources):
            raise Invalid(
                f"A report cannot be written to {told!r}: this file was handed in as input; "
                "name another."
            )
        if place.exists() and not os.access(place, os.W_OK):
            raise Invalid(
                f"A report cannot be written to {told!r}: it may not be written by this user; "
                "mend its rights or name another."
            )


def _place(path: Path) -> Path:
    """Follow symbolic links to where a report goes.

    Raises:
        Invalid: The links lead in a circle, or the path is none.
    """
    try:
        return followed(path)
    except (OSError, RuntimeError, ValueError) as error:
        raise Invalid(
            f"A report cannot be written to {str(path)!r}: the path leads nowhere; choose another "
            "place."
        ) from error


def write_reports(result: Reported, paths: Sequence[Path]) -> None:
    """Write one report per path; the ending of its name decides the format.

    Raises:
        Invalid: A place cannot be written; then none is, and older reports stay as they were.
    """
    try:
        write_together({path: render(result, path.suffix.lower()) for path in paths})
    except NotWritten as error:
        raise Invalid(
            f"A report cannot be written to {str(error.path)!r}: {error.reason}; choose another "
            "place."
        ) from error
