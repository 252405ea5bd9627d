"""Owns what stands below the checks on the form: inserting one, and what they say right now."""

import streamlit as st

from app.components.author_parts import LABELS
from app.components.author_saving import Author, append_check
from app.components.markdown import escaped
from app.components.wording import key, number, t
from app.state import ui_language
from app.views.author import AuthorPage
from app.views.checks_shown import (
    RequirementShown,
    ResponseShown,
    Usable,
    load_checks_shown,
    usable_verifiers,
)
from calibration.judging.self_test import TestResult
from calibration.judging.verifiers.outcome import Result
from db.working_copies import Part

RESULTS = {
    TestResult.PASSED: (key("checks.test_passed"), ":green[:material/check_circle: {}]"),
    TestResult.FAILED: (key("checks.test_failed"), ":orange[:material/error: {}]"),
    TestResult.NOT_POSSIBLE: (key("checks.test_not_possible"), ":gray[:material/help: {}]"),
}
MARKS = {
    Result.PASSED: ":material/check:",
    Result.FAILED: ":material/close:",
    Result.UNDECIDABLE: ":material/help:",
}
VALUES = {1: key("checks.value_1"), 0: key("checks.value_0"), None: key("checks.value_none")}
VERIFIER, NUMBER, INSERT = "author_check_verifier", "author_check_number", "author_check_insert"
MOST_SHOWN = 3


def draw_checks(author: Author, page: AuthorPage) -> None:
    """Draw the helper and the outcome of the checks on the responses of the copy."""
    with st.container(key="author_checks"):
        if page.copy.is_open:
            _draw_helper(author, page)
        if page.text(Part.CHECKS).strip():
            _draw_outcome(page)


def draw_result(result: TestResult) -> None:
    """Draw what a self-test says; it is never a share."""
    words, colour = RESULTS[result]
    st.markdown(colour.format(t(words)))


def _draw_helper(author: Author, page: AuthorPage) -> None:
    usable = {one.name: one for one in usable_verifiers()}
    with st.popover(t("checks.insert"), icon=":material/add:"):
        name = st.selectbox(
            t("checks.verifier"),
            list(usable),
            format_func=lambda one: _named(usable[one]),
            key=VERIFIER,
        )
        count = max(len(page.requirements), 1)
        chosen = st.number_input(
            t("checks.requirement"), min_value=1, max_value=count, key=NUMBER, step=1
        )
        line = f"{chosen}: {usable[name].example}"
        st.code(line, language=None)
        st.button(
            t("checks.insert_line"),
            key=INSERT,
            on_click=append_check,
            args=(author, line),
            disabled=not page.requirements,
        )
        st.caption(t("checks.more"))


def _named(one: Usable) -> str:
    return f"{one.name}: {one.about.of(ui_language().value)}"


def _draw_outcome(page: AuthorPage) -> None:
    shown = load_checks_shown({part: page.text(part) for part in Part})
    if shown.result is None:
        return
    draw_result(shown.result)
    for response in shown.responses:
        _draw_response(response)


def _draw_response(response: ResponseShown) -> None:
    against = " :orange[:material/error:]" if response.agrees is False else ""
    st.markdown(f"**{t(LABELS[response.part])}** {t(VALUES[response.value])}{against}")
    st.markdown("\n".join(f"- {_line(one)}" for one in response.requirements))


def _line(one: RequirementShown) -> str:
    said = f"{MARKS[one.result]} **{number(one.number)}** " + escaped(
        one.what.of(ui_language().value)
    )
    places = [
        t("checks.place", line=place.line, column=place.column, excerpt=place.excerpt)
        for place in one.where[:MOST_SHOWN]
    ]
    return " · ".join([said, *places])
