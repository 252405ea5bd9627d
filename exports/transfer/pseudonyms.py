"""Owns the names under which raters leave a workspace: pseudonyms that nobody can look up.

A pseudonym follows from a random id that stays in the workspace, so that one rater has one
pseudonym in every export. What is a pseudonym already stays as it is: exports of imports agree.
"""

import re
from typing import Final

from db.hashing import PREFIX, content_hash

_DIGITS: Final = 12
_PSEUDONYM: Final = re.compile(rf"rater-[0-9a-f]{{{_DIGITS}}}")


def pseudonym(annotator_id: str, rater: str) -> str:
    """Give the pseudonym of a rater.

    Args:
        annotator_id: Who labelled here, or who imported what the rater decided.
        rater: The rater's name in the imported file; empty for a label given here.
    """
    if _PSEUDONYM.fullmatch(rater):
        return rater
    digits = content_hash(["pseudonym", annotator_id, rater]).removeprefix(PREFIX)
    return f"rater-{digits[:_DIGITS]}"
