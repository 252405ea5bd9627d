"""Owns what the checks say about a working copy, beside each part and as one list."""

import streamlit as st

from app.catalogues.texts import UiLanguage
from app.components.author_parts import LABELS
from app.components.author_saving import was_refused
from app.components.wording import Value, key, name_in, plain, t
from app.state import ui_language
from app.views.author import AuthorPage
from curation.authoring.checks import Code, Finding, Severity
from db.working_copies import LONG_PARTS, Part

COLOURED = {
    Severity.REFUSE: ":red[:material/block: {}]",
    Severity.WARN: ":orange[:material/info: {}]",
}
UNCHOSEN = key("author.finding_unchosen")
SENTENCES = {
    Code.MISSING: key("author.finding_missing"),
    Code.UNKNOWN: key("author.finding_unknown"),
    Code.NOTHING_CHANGED: key("author.finding_nothing_changed"),
    Code.UNSETTLED: key("author.finding_unsettled"),
    Code.MARKS_LEFT: key("author.finding_marks_left"),
    Code.SAME_RESPONSE: key("author.finding_same_response"),
    Code.SAME_TWIN: key("author.finding_same_twin"),
    Code.UNASSIGNED: key("author.finding_unassigned"),
    Code.ABSENT: key("author.finding_absent"),
    Code.ALIKE_RESPONSES: key("author.finding_alike_responses"),
    Code.RESPONSE_IS_PROMPT: key("author.finding_response_is_prompt"),
    Code.LANGUAGE: key("author.finding_language"),
    Code.SHORT: key("author.finding_short"),
    Code.LONG: key("author.finding_long"),
    Code.UNNUMBERED: key("author.finding_unnumbered"),
    Code.NUMBERING: key("author.finding_numbering"),
    Code.LOST_INDENTATION: key("author.finding_lost_indentation"),
    Code.REPEATED_LINE: key("author.finding_repeated_line"),
    Code.SLOT: key("author.finding_slot"),
    Code.HIDDEN: key("author.finding_hidden"),
    Code.NEAR_DUPLICATE: key("author.finding_near_duplicate"),
    Code.BAD_CHECK: key("author.finding_bad_check"),
    Code.SELF_TEST_FAILS: key("author.finding_self_test_fails"),
    Code.SELF_TEST_PASSES: key("author.finding_self_test_passes"),
}


def draw_findings(page: AuthorPage, part: Part) -> None:
    """Draw what there is to say about a part, once it was begun or a submission was refused."""
    if not page.text(part).strip() and not was_refused(page.copy.id):
        return
    for one in page.findings_of(part):
        _draw(page, one, "")


def draw_summary(page: AuthorPage) -> None:
    """Draw everything that stands against submitting, or that nothing does."""
    if not page.copy.is_open:
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"**{t('author.checks')}**")
        for one in page.findings:
            _draw(page, one, f"**{t(LABELS[one.part])}** " if one.part else "")
        if not page.findings:
            st.caption(f":material/check_circle: {t('author.check_passed')}")


def _draw(page: AuthorPage, one: Finding, lead: str) -> None:
    sentence = t(_wording(one), **_values(page, one))
    st.markdown(COLOURED[one.severity].format(lead + sentence))


def _wording(one: Finding) -> str:
    """Name the sentence: what is missing is written, or chosen from a list."""
    if one.code is Code.MISSING and one.part not in LONG_PARTS:
        return UNCHOSEN
    return SENTENCES[one.code]


def _values(page: AuthorPage, one: Finding) -> dict[str, Value]:
    """Give what a sentence fills in, in the language of the screens where it has a name."""
    values: dict[str, Value] = dict(one.values)
    if "other" in values:
        values["other"] = plain(LABELS[Part(str(values["other"]))])
    if "what_zh" in values:
        # What a verifier says comes in both languages, and the catalogue has one place for it.
        in_chinese = values.pop("what_zh")
        values["what"] = in_chinese if ui_language() is UiLanguage.ZH else values["what"]
    if "language" in values:
        names = {row.id: name_in(row.names) for row in page.taxonomy.languages}
        values["language"] = names.get(str(values["language"]), str(values["language"]))
    return values
