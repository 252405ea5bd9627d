"""Owns one verifier at a time: what it decides, its parameters, an example, its approved cases."""

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import key, plain, t
from app.state import ui_language
from app.views.judges import JudgesPage
from calibration.judging.verifiers.outcome import Result
from calibration.judging.verifiers.parameters import Kind, Parameter
from calibration.judging.verifiers.registry import Listed
from calibration.judging.verifiers.verifier import Verifier

CHOSEN = "judges_verifier"
RESULTS = {
    Result.PASSED: key("judges.result_passed"),
    Result.FAILED: key("judges.result_failed"),
    Result.UNDECIDABLE: key("judges.result_undecidable"),
}


KINDS = {
    Kind.TEXT: key("judges.kind_text"),
    Kind.LIST: key("judges.kind_list"),
    Kind.NUMBER: key("judges.kind_number"),
}


def draw_verifiers(page: JudgesPage) -> None:
    """Draw the list to choose from and the verifier that is chosen."""
    refused = sum(one.against is not None for one in page.verifiers)
    st.caption(t("judges.counts", kept=len(page.verifiers) - refused, refused=refused))
    place = st.selectbox(
        t("judges.choose"),
        range(len(page.verifiers)),
        format_func=lambda one: _named(page.verifiers[one]),
        key=CHOSEN,
    )
    _draw(page.verifiers[place])


def _named(one: Listed) -> str:
    about = one.verifier.about.of(ui_language().value) if one.verifier else ""
    return f"{one.name}: {about}" if about else one.name


def _draw(one: Listed) -> None:
    if one.origin:
        st.caption(t("judges.origin", origin=one.origin))
    if one.against is not None:
        why = one.against.why.of(ui_language().value)
        st.error(t("judges.not_kept", why=why), icon=":material/block:")
        if one.against.case:
            st.text(plain("judges.not_kept_case", case=one.against.case))
    if one.verifier is None:
        return
    verifier = one.verifier
    if one.against is None:
        passing = sum(case.expected is Result.PASSED for case in verifier.cases)
        failing = sum(case.expected is Result.FAILED for case in verifier.cases)
        st.success(
            t("judges.kept", passing=passing, failing=failing), icon=":material/check_circle:"
        )
    st.markdown(f"**{escaped(verifier.name)}**: {escaped(verifier.about.of(ui_language().value))}")
    st.code(f"1: {verifier.example}", language=None)
    if verifier.parameters:
        st.dataframe(
            [_parameter(parameter) for parameter in verifier.parameters],
            hide_index=True,
            key="judges_parameters",
            height="content",
            alt=plain("judges.parameter"),
        )
    _draw_cases(verifier)


def _parameter(parameter: Parameter) -> dict[str, str]:
    default = parameter.default
    shown = ",".join(default) if isinstance(default, tuple) else default
    left_out = plain("judges.required") if parameter.is_required else str(shown or "")
    return {
        plain("judges.parameter"): parameter.name,
        plain("judges.meaning"): parameter.about.of(ui_language().value),
        plain("judges.default"): left_out,
        plain("judges.legal"): ", ".join(parameter.legal)
        if parameter.kind is Kind.CHOICE
        else plain(KINDS[parameter.kind]),
    }


def _draw_cases(verifier: Verifier) -> None:
    st.dataframe(
        [
            {
                plain("judges.expected"): plain(RESULTS[case.expected]),
                plain("judges.case"): case.name,
                plain("judges.call"): case.call,
                plain("judges.response"): case.text,
            }
            for case in verifier.cases
        ],
        hide_index=True,
        key="judges_cases",
        height="content",
        alt=plain("judges.cases"),
    )
