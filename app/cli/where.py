"""Owns the verb `gainsay where`."""

from app.cli.output import AsJson, answer


def where(as_json: AsJson = False) -> None:
    """Placeholder until the verb's own slice lands."""
    answer({}, as_json=as_json, lines=[])
