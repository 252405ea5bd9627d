"""Owns the words of labelling: what buttons say, and why a label is not blind."""

from collections.abc import Mapping
from typing import Final, Literal

from app.components.wording import key
from curation.labelling.sources import Unblinded
from db.labels import Decision, Factuality
from db.slots import SkipReason

DECIDE = {
    Decision.FOLLOWS: key("label.decide_follows"),
    Decision.DOES_NOT_FOLLOW: key("label.decide_does_not_follow"),
    Decision.CANNOT_TELL: key("label.decide_cannot_tell"),
}
DECISION_KEYS = {
    Decision.FOLLOWS: "1",
    Decision.DOES_NOT_FOLLOW: "2",
    Decision.CANNOT_TELL: "3",
}
DECISION_ICONS = {
    Decision.FOLLOWS: ":material/done_all:",
    Decision.DOES_NOT_FOLLOW: ":material/do_not_disturb_on:",
    Decision.CANNOT_TELL: ":material/help:",
}
DECISION_COLOURS: Final[Mapping[Decision, Literal["blue", "violet", "gray"]]] = {
    Decision.FOLLOWS: "blue",
    Decision.DOES_NOT_FOLLOW: "violet",
    Decision.CANNOT_TELL: "gray",
}
SAY_FACTUAL = {
    Factuality.YES: key("label.factual_yes"),
    Factuality.NO: key("label.factual_no"),
    Factuality.NOT_APPLICABLE: key("label.factual_not_applicable"),
    Factuality.CANNOT_TELL: key("label.factual_cannot_tell"),
}
FACTUAL_KEYS = {
    Factuality.YES: "T",
    Factuality.NO: "F",
    Factuality.NOT_APPLICABLE: "N",
    Factuality.CANNOT_TELL: "V",
}
NOT_BLIND = {
    Unblinded.DEMONSTRATION: key("label.because_demonstration"),
    Unblinded.AUTHOR: key("label.because_author"),
    Unblinded.REVEALED: key("label.because_revealed"),
    Unblinded.SOLO: key("label.because_solo"),
    Unblinded.WORKED_ALONE: key("label.because_worked_alone"),
}
PASSED_ON = {
    SkipReason.LANGUAGE: key("label.passed_on"),
    SkipReason.DOMAIN: key("label.passed_on"),
    SkipReason.KNOWN: key("label.passed_on"),
    SkipReason.UNCLEAR: key("label.passed_to_lead"),
    SkipReason.BROKEN: key("label.passed_to_lead"),
    SkipReason.DISTRESSING: key("label.passed_to_lead"),
}
HELP = (
    ("1 2 3", key("label.help_decide")),
    ("Q", key("label.help_parts")),
    ("T F N V", key("label.help_factual")),
    ("Z", key("label.help_undo")),
    ("J K", key("label.help_walk")),
    ("S", key("label.help_skip")),
    ("W", key("label.help_origin")),
    ("G", key("label.help_guideline")),
    ("H", key("label.help_help")),
    ("Ctrl+Enter", key("label.help_reason")),
)
# In place of the line about skipping, where several people share the work.
HELP_CLAIMED = (
    *(line for line in HELP if line[0] != "S"),
    ("S 1–6", key("label.help_skip_why")),
    ("U", key("label.help_escalate")),
)
