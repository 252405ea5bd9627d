"""Owns the figures that the checks report: the size of the project's files."""

import statistics

import pytest

from tests.checks.project_files import PACKAGES, modules, text_of


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long files are; the aim is a median of about 120 lines."""
    lengths = {path: len(text_of(path).splitlines()) for path in modules(*PACKAGES)}
    written = {path: length for path, length in lengths.items() if length}
    if written:
        longest = max(written, key=lambda path: written[path])
        median = statistics.median(written.values())
        terminalreporter.write_line(
            f"{len(written)} modules, median {median:.0f} lines, longest {written[longest]} "
            f"({longest})"
        )
