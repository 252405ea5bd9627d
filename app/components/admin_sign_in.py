"""Owns how an admin lets a person in: a one-time password, identities, and ending sessions."""

from datetime import UTC, datetime

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import t, tn
from app.resources import workspace_engine
from app.state import Tone, queue_notice
from curation.sign_in.identities import identities_of, link_identity, unlink_identity
from curation.sign_in.passwords import hand_over_password
from curation.sign_in.sessions import end_all_sessions, open_sessions
from db.errors import GainsayError
from db.queries.sign_ins import StoredIdentity


def draw_sign_in_of(annotator_id: str, *, handle: str, admin_id: str) -> None:
    """Draw everything about how one person signs in.

    Args:
        annotator_id: Whom it is about.
        handle: Their name.
        admin_id: Who looks; the domain checks that they are an admin.
    """
    engine = workspace_engine()
    _draw_password(annotator_id, handle, admin_id)
    for identity in identities_of(engine, annotator_id):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_shown(identity), width="content")
            st.button(
                t("admin_sign_in.unlink"),
                icon=":material/link_off:",
                key=f"admin_unlink_{identity.id}",
                on_click=_unlink,
                args=(identity.id, admin_id),
            )
    _draw_link(annotator_id, admin_id)
    count = open_sessions(engine, annotator_id, now=datetime.now(UTC))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(tn("admin_sign_in.sessions", count), width="content")
        st.button(
            t("admin_sign_in.end"),
            icon=":material/logout:",
            key=f"admin_end_{annotator_id}",
            disabled=count == 0,
            on_click=_end_sessions,
            args=(annotator_id, handle, admin_id),
        )


def _draw_password(annotator_id: str, handle: str, admin_id: str) -> None:
    if st.button(
        t("admin_sign_in.one_time"),
        icon=":material/password:",
        key=f"admin_one_time_{annotator_id}",
        help=t("admin_sign_in.one_time_help"),
    ):
        try:
            password = hand_over_password(
                workspace_engine(), annotator_id, admin_id=admin_id, now=datetime.now(UTC)
            )
        except GainsayError as error:
            st.error(escaped(str(error)), icon=":material/block:")
            return
        # Drawn in this run only: it is kept nowhere and cannot be shown again.
        st.success(t("admin_sign_in.shown_once", handle=handle), icon=":material/key:")
        st.code(password, language=None)


def _shown(identity: StoredIdentity) -> str:
    if identity.is_confirmed:
        return t("admin_sign_in.confirmed", issuer=identity.issuer, subject=identity.subject)
    return t("admin_sign_in.waiting", issuer=identity.issuer, subject=identity.subject)


def _draw_link(annotator_id: str, admin_id: str) -> None:
    with (
        st.form(f"admin_link_form_{annotator_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        issuer = st.text_input(t("admin_sign_in.issuer"), key=f"admin_issuer_{annotator_id}")
        email = st.text_input(t("admin_sign_in.email"), key=f"admin_email_{annotator_id}")
        asked = st.form_submit_button(
            t("admin_sign_in.link"), icon=":material/link:", key=f"admin_link_{annotator_id}"
        )
    if asked:
        _link(annotator_id, issuer, email, admin_id)


def _link(annotator_id: str, issuer: str, email: str, admin_id: str) -> None:
    try:
        link_identity(
            workspace_engine(),
            annotator_id,
            issuer=issuer,
            email=email,
            admin_id=admin_id,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        st.error(escaped(str(error)), icon=":material/block:")
        return
    queue_notice(Tone.DONE, t("admin_sign_in.linked"))
    st.rerun()


def _unlink(identity_id: str, admin_id: str) -> None:
    try:
        unlink_identity(workspace_engine(), identity_id, admin_id=admin_id, now=datetime.now(UTC))
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, t("admin_sign_in.unlinked"))


def _end_sessions(annotator_id: str, handle: str, admin_id: str) -> None:
    try:
        ended = end_all_sessions(
            workspace_engine(), annotator_id, admin_id=admin_id, now=datetime.now(UTC)
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, tn("admin_sign_in.ended", ended, handle=handle))
