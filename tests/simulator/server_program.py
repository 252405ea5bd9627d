"""A simulator in a process of its own, started by its verb as a person does."""

import sys

from app.cli import main as run


def main(*options: str) -> None:
    sys.exit(run(["simulate", "--port", "0", "--json", *options]))
