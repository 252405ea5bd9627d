"""Owns what everybody sees of themselves: their roles, what those allow, and the way out."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components.admin_words import (
    ROLE_NAMES,
    ROLE_POWERS,
    draw_marks,
    language_names,
    type_names,
)
from app.components.markdown import escaped
from app.components.wording import key, listed, plain, t
from app.identity import forget_person
from app.resources import workspace_engine
from app.state import ADMIN_PERSON, Tone, queue_notice
from app.views.admin import AdminView, MatrixRow, matrix_of
from app.views.naming import Taxonomy
from app.views.page_access import OPENED_BY
from curation.people.withdrawing import withdraw
from db.errors import GainsayError

LEAVING_SURE: Final = "admin_leave_sure"
LEAVING_TEXTS: Final = "admin_leave_texts"
NOBODY_YET: Final = key("admin.no_role_yet")


def draw_closed(page: str, *, handle: str) -> None:
    """Say why a page does not open, and whom to ask."""
    roles = OPENED_BY.get(page, ())
    named = listed(t(ROLE_NAMES[role]) for role in roles)
    st.error(t("admin.page_closed", handle=handle, roles=named), icon=":material/lock:")
    st.caption(t("admin.ask_admin"))


def draw_own(view: AdminView) -> None:
    """Draw the person who looks: name, what they may do, and how to leave."""
    st.subheader(t("admin.you", handle=view.me.handle), anchor=False)
    draw_marks(view.me, is_solo=view.is_solo)
    if view.is_solo:
        st.markdown(t("admin.solo_all"))
        return
    if view.mine:
        _draw_held(view)
    else:
        st.info(t(NOBODY_YET), icon=":material/lock:")
    with st.expander(t("admin.leave_heading"), icon=":material/logout:", key="admin_leave_own"):
        draw_leaving(view.me.id, actor_id=view.me.id)


def _draw_held(view: AdminView) -> None:
    held = dict.fromkeys(one.role for one in view.mine)
    st.markdown("\n".join(f"* **{t(ROLE_NAMES[role])}**: {t(ROLE_POWERS[role])}" for role in held))
    if any(one.type_id or one.language_id for one in view.mine):
        draw_matrix(matrix_of(view.mine, view.taxonomy), view.taxonomy)
    else:
        st.caption(t("admin.everywhere"))


def draw_matrix(rows: tuple[MatrixRow, ...], taxonomy: Taxonomy) -> None:
    """Draw roles by type and language."""
    if not rows:
        return
    types, languages = type_names(taxonomy), language_names(taxonomy)
    st.dataframe(
        [
            {
                plain("grid.type"): types[row.type_id] if row.type_id else plain("admin.later"),
                **{
                    languages[language]: listed(plain(ROLE_NAMES[role]) for role in roles)
                    for language, roles in row.roles.items()
                },
            }
            for row in rows
        ],
        hide_index=True,
        alt=plain("admin.matrix_alt"),
    )


def draw_leaving(annotator_id: str, *, actor_id: str) -> None:
    """Draw the way out, which asks twice because there is no way back."""
    st.markdown(t("admin.leave_explained"))
    st.checkbox(t("admin.leave_texts"), key=f"{LEAVING_TEXTS}_{annotator_id}")
    sure = st.checkbox(t("admin.leave_sure"), key=f"{LEAVING_SURE}_{annotator_id}")
    st.button(
        t("admin.leave_do"),
        icon=":material/person_remove:",
        key=f"admin_leave_{annotator_id}",
        disabled=not sure,
        on_click=_leave,
        args=(annotator_id, actor_id),
    )


def _leave(annotator_id: str, actor_id: str) -> None:
    if not st.session_state.get(f"{LEAVING_SURE}_{annotator_id}"):
        return
    try:
        left = withdraw(
            workspace_engine(),
            annotator_id,
            actor_id=actor_id,
            now=datetime.now(UTC),
            blanks_texts=bool(st.session_state.get(f"{LEAVING_TEXTS}_{annotator_id}")),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if annotator_id == actor_id:
        forget_person()
        queue_notice(Tone.DONE, t("admin.you_left", handle=left.handle))
        return
    # Chosen anew, or the box would go on showing the name that is gone.
    st.session_state[ADMIN_PERSON] = annotator_id
    queue_notice(Tone.DONE, t("admin.left", handle=left.handle))
