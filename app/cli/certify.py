"""Owns the verb `gainsay certify`."""

from app.cli.output import AsJson, answer


def certify(as_json: AsJson = False) -> None:
    """Placeholder until the verb's own slice lands."""
    answer({}, as_json=as_json, lines=[])
