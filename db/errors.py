"""Owns the one error tree of the project.

Every error a user can meet is one of these five kinds, or a subclass where it is raised. A
message is one sentence: what was wrong (the value, with ``!r``), what is legal, what to do.
Foreign errors (SQL, HTTP, file system) are mapped to this tree at the door that meets them.
"""


class GainsayError(Exception):
    """Base of every error that is shown to a person; ``str(error)`` is the sentence they read."""


class NotFound(GainsayError):
    """The thing that was named does not exist."""


class Conflict(GainsayError):
    """Somebody or something else was there first; nothing was written."""


class Invalid(GainsayError):
    """The input breaks a rule; nothing was written."""


class Forbidden(GainsayError):
    """This person may not do that."""


class External(GainsayError):
    """Something outside the program failed.

    Attributes:
        retryable: True when the same call may succeed later without a change.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
