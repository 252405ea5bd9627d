"""Owns the frame around every page: who works where, the language switch, queued notices."""

import streamlit as st

from app.catalogues.texts import UiLanguage
from app.components.markdown import escaped
from app.components.sign_in.form import CHOOSE, OLD_AND_NEW, PASSWORD, draw_form
from app.components.wording import t
from app.identity import claims_shown, sign_out_here
from app.resources import open_workspace
from app.state import UI_LANGUAGE, Tone, queue_notice, take_notices
from app.views.workspace_head import WorkspaceHead
from db.errors import GainsayError

# Each language is named in itself, whatever the screen speaks.
OWN_NAMES = {UiLanguage.EN.value: "English", UiLanguage.ZH.value: "中文"}


def draw_header(head: WorkspaceHead | None) -> None:
    """Draw the line at the top: workspace and annotator on the left, language on the right."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="top"
    ):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if head is not None:
                st.markdown(f"**{escaped(head.name)}**", width="content")
                st.badge(
                    t("header.solo") if head.is_solo else t("header.shared"),
                    icon=":material/home_work:",
                    color="gray",
                )
                st.badge(
                    t("header.you_are", handle=head.handle), icon=":material/person:", color="gray"
                )
                if not head.is_solo:
                    _draw_account()
        st.segmented_control(
            t("header.language"),
            list(OWN_NAMES),
            format_func=OWN_NAMES.__getitem__,
            key=UI_LANGUAGE,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )


def _draw_account() -> None:
    has_password = not claims_shown()
    if has_password and st.button(
        t("header.password"), icon=":material/key:", type="tertiary", key="password"
    ):
        st.dialog(t("header.password"))(_draw_password)()
    st.button(
        t("header.sign_out"),
        icon=":material/logout:",
        type="tertiary",
        key="sign_out",
        on_click=_sign_out,
    )


def _draw_password() -> None:
    st.markdown(t("sign_in.change_about"))
    draw_form(OLD_AND_NEW, address=PASSWORD, button=CHOOSE, key="sign_in_change")


def _sign_out() -> None:
    try:
        sign_out_here(open_workspace())
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))


def draw_notices() -> None:
    """Draw what callbacks had to tell; what several quick gestures told alike is told once."""
    for notice in dict.fromkeys(take_notices()):
        if notice.tone is Tone.DONE:
            st.success(notice.text, icon=":material/check_circle:")
        elif notice.tone is Tone.ADVICE:
            st.warning(notice.text, icon=":material/info:")
        else:
            st.error(notice.text, icon=":material/block:")


def draw_refusal(error: GainsayError) -> None:
    """Draw the one sentence of a refusal."""
    st.error(escaped(str(error)), icon=":material/block:")


def draw_not_ready(error: GainsayError) -> None:
    """Draw the screen for a workspace that is missing, out of date or out of reach."""
    st.title(t("not_ready.title"))
    draw_refusal(error)
    st.markdown(t("not_ready.way_out"))
    st.code("gainsay db upgrade --starter\ngainsay db check", language=None)
    st.button(t("not_ready.again"), icon=":material/refresh:", key="not_ready_again")
