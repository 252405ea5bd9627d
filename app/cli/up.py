"""Owns the verb `gainsay up`."""

from app.cli.output import AsJson, answer


def up(as_json: AsJson = False) -> None:
    """Placeholder until the verb's own slice lands."""
    answer({}, as_json=as_json, lines=[])
