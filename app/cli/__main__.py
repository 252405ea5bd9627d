"""Owns ``python -m app.cli``: the same as the console script ``gainsay``."""

from app.cli import run

run()
