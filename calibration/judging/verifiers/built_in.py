"""Owns the list of the program's own verifiers, in the order in which they are shown."""

from typing import Final

from calibration.judging.verifiers.answers import ANSWERS
from calibration.judging.verifiers.blocks import CODE_BLOCK
from calibration.judging.verifiers.characters import CHARACTERS, PUNCTUATION
from calibration.judging.verifiers.clean_text import SAME_TEXT, TEXT_IS, TYPOS
from calibration.judging.verifiers.code_features import NO_IMPORTS, NO_TYPE_HINTS, SYNTAX
from calibration.judging.verifiers.comments import COMMENT_LINES, COMMENTS, NO_COMMENTS
from calibration.judging.verifiers.layout import INDENTATION, LIST_MARKERS, PARAGRAPHS
from calibration.judging.verifiers.lengths import LENGTH
from calibration.judging.verifiers.lines import EDGES, LINES, NUMBERED_LINES
from calibration.judging.verifiers.naming import NAMES, UNREAD_NAMES
from calibration.judging.verifiers.words import FORBIDDEN_WORDS, REQUIRED_WORDS, WORD_COUNT

BUILT_IN: Final = (
    *(CODE_BLOCK, NO_COMMENTS, COMMENT_LINES, COMMENTS, NAMES, UNREAD_NAMES, SYNTAX),
    *(NO_TYPE_HINTS, NO_IMPORTS, INDENTATION, LINES, NUMBERED_LINES, EDGES, PARAGRAPHS),
    *(LIST_MARKERS, PUNCTUATION, CHARACTERS, LENGTH, REQUIRED_WORDS, FORBIDDEN_WORDS, WORD_COUNT),
    *(TYPOS, SAME_TEXT, TEXT_IS, ANSWERS),
)
