"""Owns the people of a workspace as an admin sees them: the table, and one person opened."""

import streamlit as st

from app.components.admin_changes import draw_changes
from app.components.admin_forms import draw_describing, draw_granting
from app.components.admin_own import draw_leaving, draw_matrix
from app.components.admin_sign_in import draw_sign_in_of
from app.components.admin_words import domain_names, draw_marks, language_names, marks, said
from app.components.wording import listed, plain, t
from app.components.work_words import SKIPS
from app.state import ADMIN_PERSON
from app.views.admin import AdminView, PersonView
from db.annotators import AnnotatorKind


def draw_people(view: AdminView) -> None:
    """Draw everybody in one table."""
    languages, domains = language_names(view.taxonomy), domain_names(view.taxonomy)
    st.dataframe(
        [
            {
                plain("admin.handle"): row.handle,
                plain("admin.kind"): marks(row, is_solo=view.is_solo),
                plain("admin.roles"): [said(held, view.taxonomy) for held in row.held],
                plain("admin.languages"): listed(languages[one] for one in row.language_ids),
                plain("admin.domains"): listed(domains[one] for one in row.domain_ids),
                plain("admin.background"): row.background,
                plain("admin.daily_cap"): str(row.daily_cap or ""),
            }
            for row in view.people
        ],
        hide_index=True,
        column_config={plain("admin.roles"): st.column_config.ListColumn(width="medium")},
        alt=plain("admin.people_alt"),
        key="admin_people",
    )


def draw_skips(view: AdminView) -> None:
    """Draw who passed work on for lack of a language or of knowledge; nothing when nobody did."""
    if not view.skips:
        return
    with st.expander(t("admin.skips_heading"), icon=":material/move_up:", key="admin_skips"):
        st.caption(t("admin.skips_explained"))
        st.dataframe(
            [
                {
                    plain("admin.handle"): one.handle,
                    plain("admin.skips_reason"): plain(SKIPS[one.reason]),
                    plain("admin.skips_count"): one.count,
                }
                for one in view.skips
            ],
            hide_index=True,
            alt=plain("admin.skips_alt"),
            key="admin_skips_table",
        )


def choose_person(view: AdminView) -> str:
    """Draw the choice of a person and give their id; the URL names them."""
    names = {row.id: row.handle for row in view.people if row.kind is AnnotatorKind.HUMAN}
    wanted = st.query_params.get(ADMIN_PERSON)
    if ADMIN_PERSON not in st.session_state:
        st.session_state[ADMIN_PERSON] = wanted if wanted in names else view.me.id
    chosen: str = st.selectbox(
        t("admin.person_choice"), list(names), format_func=names.__getitem__, key=ADMIN_PERSON
    )
    st.query_params[ADMIN_PERSON] = chosen
    return chosen


def draw_person(view: AdminView, one: PersonView) -> None:
    """Draw one person: roles, what is known of them, sign-in, leaving, history."""
    person = one.person
    draw_marks(person, is_solo=view.is_solo)
    if person.is_person:
        if view.is_solo:
            st.caption(t("admin.solo_all"))
        else:
            draw_matrix(one.matrix, view.taxonomy)
            with st.expander(t("admin.grant_heading"), icon=":material/key:", key="admin_granting"):
                draw_granting(person, view.taxonomy, actor_id=view.me.id)
        with st.expander(t("admin.known_heading"), icon=":material/badge:", key="admin_known"):
            draw_describing(person, view.taxonomy, actor_id=view.me.id)
        with st.expander(t("admin.sign_in_heading"), icon=":material/login:", key="admin_sign_in"):
            draw_sign_in_of(person.id, handle=person.handle, admin_id=view.me.id)
    if person.is_person and not view.is_solo and person.id != view.me.id:
        heading = t("admin.leave_of", handle=person.handle)
        with st.expander(heading, icon=":material/person_remove:", key="admin_leaving"):
            draw_leaving(person.id, actor_id=view.me.id)
    with st.expander(t("admin.history_heading"), icon=":material/history:", key="admin_history"):
        draw_changes(one.changes, view.taxonomy)
