"""Owns the errors of the intake door; each message is one sentence on one line."""

from db.errors import Invalid, NotFound


class FileMissing(NotFound):
    """The path that was named leads to no file."""


class FileRefused(Invalid):
    """The file cannot be taken in; nothing of it was used."""


class RowsRefused(FileRefused):
    """Rows of a readable file break a rule; all of them are counted in the message."""
