"""Owns the words of the work screens: stages, axes, decisions, reasons, and their keys."""

from collections.abc import Mapping
from typing import Final, Literal

from app.components.wording import key
from db.reviews import Answer, Axis, Confidence, ReasonCode, ReviewDecision, Ruling
from db.slots import SkipReason, Stage

Colour = Literal["blue", "violet", "gray", "orange", "green"]

STAGES: Final = {
    Stage.AUTHOR: key("work.stage_author"),
    Stage.REVIEW: key("work.stage_review"),
    Stage.THIRD_REVIEW: key("work.stage_third_review"),
    Stage.ADJUDICATE: key("work.stage_adjudicate"),
    Stage.LABEL: key("work.stage_label"),
    Stage.ADJUDICATE_LABELS: key("work.stage_adjudicate_labels"),
}
AXES: Final = {
    Axis.TYPE_RIGHT: key("work.axis_type_right"),
    Axis.AGAINST_CONVENTION: key("work.axis_against_convention"),
    Axis.UNAMBIGUOUS: key("work.axis_unambiguous"),
    Axis.REFERENCE_DECIDABLE: key("work.axis_reference_decidable"),
    Axis.REFERENCE_COMPLIANT: key("work.axis_reference_compliant"),
    Axis.NATURAL: key("work.axis_natural"),
    Axis.SAFE: key("work.axis_safe"),
}
ANSWERS: Final = {
    Answer.YES: key("work.answer_yes"),
    Answer.NO: key("work.answer_no"),
    Answer.UNSURE: key("work.answer_unsure"),
}
ANSWER_ICONS: Final = {
    Answer.YES: ":material/check:",
    Answer.NO: ":material/close:",
    Answer.UNSURE: ":material/question_mark:",
}
DECIDED: Final = {
    ReviewDecision.ACCEPT: key("work.decided_accept"),
    ReviewDecision.ACCEPT_WITH_EDIT: key("work.decided_accept_with_edit"),
    ReviewDecision.RETURN: key("work.decided_return"),
    ReviewDecision.REJECT: key("work.decided_reject"),
    ReviewDecision.ESCALATE: key("work.decided_escalate"),
}
DECISION_ICONS: Final = {
    ReviewDecision.ACCEPT: ":material/task_alt:",
    ReviewDecision.ACCEPT_WITH_EDIT: ":material/edit_note:",
    ReviewDecision.RETURN: ":material/undo:",
    ReviewDecision.REJECT: ":material/block:",
    ReviewDecision.ESCALATE: ":material/supervisor_account:",
}
DECISION_COLOURS: Final[Mapping[ReviewDecision, Colour]] = {
    ReviewDecision.ACCEPT: "blue",
    ReviewDecision.ACCEPT_WITH_EDIT: "blue",
    ReviewDecision.RETURN: "orange",
    ReviewDecision.REJECT: "violet",
    ReviewDecision.ESCALATE: "gray",
}
REASONS: Final = {
    ReasonCode.NONE: key("work.reason_none"),
    ReasonCode.WRONG_TYPE: key("work.reason_wrong_type"),
    ReasonCode.NOT_COUNTER_INTUITIVE: key("work.reason_not_counter_intuitive"),
    ReasonCode.AMBIGUOUS: key("work.reason_ambiguous"),
    ReasonCode.CONTRADICTORY: key("work.reason_contradictory"),
    ReasonCode.UNDECIDABLE_REFERENCE: key("work.reason_undecidable_reference"),
    ReasonCode.REFERENCE_BREAKS_ITSELF: key("work.reason_reference_breaks_itself"),
    ReasonCode.FACTUAL_SLIP: key("work.reason_factual_slip"),
    ReasonCode.UNNATURAL_LANGUAGE: key("work.reason_unnatural_language"),
    ReasonCode.DUPLICATE: key("work.reason_duplicate"),
    ReasonCode.TOO_EASY: key("work.reason_too_easy"),
    ReasonCode.UNSAFE: key("work.reason_unsafe"),
    ReasonCode.OTHER: key("work.reason_other"),
}
# The ten digits, and two letters that no decision has.
REASON_KEYS: Final = dict(
    zip([one for one in ReasonCode if one is not ReasonCode.NONE], "1234567890VO", strict=True)
)
SKIPS: Final = {
    SkipReason.LANGUAGE: key("work.skip_language"),
    SkipReason.DOMAIN: key("work.skip_domain"),
    SkipReason.KNOWN: key("work.skip_known"),
    SkipReason.UNCLEAR: key("work.skip_unclear"),
    SkipReason.BROKEN: key("work.skip_broken"),
    SkipReason.DISTRESSING: key("work.skip_distressing"),
}
SKIP_KEYS: Final = dict(zip(SkipReason, "123456", strict=True))
CONFIDENCE: Final = {
    Confidence.LOW: key("work.confidence_low"),
    Confidence.MEDIUM: key("work.confidence_medium"),
    Confidence.HIGH: key("work.confidence_high"),
}
RULINGS: Final = {
    Ruling.ACCEPT: key("work.ruling_accept"),
    Ruling.RETURN: key("work.ruling_return"),
    Ruling.REJECT: key("work.ruling_reject"),
    Ruling.FOLLOWS: key("work.ruling_follows"),
    Ruling.DOES_NOT_FOLLOW: key("work.ruling_does_not_follow"),
    Ruling.CANNOT_TELL: key("work.ruling_cannot_tell"),
}
