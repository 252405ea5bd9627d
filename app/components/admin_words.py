"""Owns the words of the page Admin: roles, what they allow, and the marks beside a name."""

from typing import Final

import streamlit as st

from app.components.wording import key, listed, name_in, plain, t
from app.views.naming import Taxonomy
from db.annotators import AnnotatorKind
from db.queries.people import PersonRow
from db.queries.roles import Held
from db.roles import Role

ROLE_NAMES: Final = {
    Role.AUTHOR: key("role.author"),
    Role.REVIEWER: key("role.reviewer"),
    Role.LABELLER: key("role.labeller"),
    Role.ADJUDICATOR: key("role.adjudicator"),
    Role.LEAD: key("role.lead"),
    Role.ADMIN: key("role.admin"),
    Role.VIEWER: key("role.viewer"),
}
ROLE_POWERS: Final = {
    Role.AUTHOR: key("role.author_may"),
    Role.REVIEWER: key("role.reviewer_may"),
    Role.LABELLER: key("role.labeller_may"),
    Role.ADJUDICATOR: key("role.adjudicator_may"),
    Role.LEAD: key("role.lead_may"),
    Role.ADMIN: key("role.admin_may"),
    Role.VIEWER: key("role.viewer_may"),
}


def draw_marks(row: PersonRow, *, is_solo: bool) -> None:
    """Draw the badges beside a name: kind, demonstration, sign-in, left."""
    with st.container(horizontal=True, gap="small"):
        if row.kind is AnnotatorKind.MACHINE:
            st.badge(t("admin.machine"), icon=":material/precision_manufacturing:", color="orange")
        if row.is_demonstration:
            st.badge(
                t("admin.demonstration"),
                icon=":material/science:",
                color="orange",
                help=t("admin.demonstration_help"),
            )
        if row.withdrawn_at is not None:
            st.badge(t("admin.withdrawn"), icon=":material/person_off:", color="gray")
        elif row.is_person and not row.can_sign_in and not is_solo:
            st.badge(t("admin.cannot_sign_in"), icon=":material/key_off:", color="orange")


def marks(row: PersonRow, *, is_solo: bool) -> str:
    """Name the same marks in words, for a table's cell."""
    found = [
        plain("admin.machine") if row.kind is AnnotatorKind.MACHINE else plain("admin.person"),
        plain("admin.demonstration") if row.is_demonstration else "",
        plain("admin.withdrawn") if row.withdrawn_at is not None else "",
        plain("admin.cannot_sign_in") if row.is_person and not (row.can_sign_in or is_solo) else "",
    ]
    return listed(word for word in found if word)


def type_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Name the types by id."""
    return {named.id: name_in(named.names) for named in taxonomy.types}


def language_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Name the languages by id."""
    return {named.id: name_in(named.names) for named in taxonomy.languages}


def domain_names(taxonomy: Taxonomy) -> dict[str, str]:
    """Name the domains by id."""
    return {named.id: name_in(named.names) for named in taxonomy.domains}


def said(held: Held, taxonomy: Taxonomy) -> str:
    """Say one role with its limits, verbatim."""
    limits = [
        type_names(taxonomy)[held.type_id] if held.type_id else "",
        language_names(taxonomy)[held.language_id] if held.language_id else "",
    ]
    named = listed(word for word in limits if word)
    role = plain(ROLE_NAMES[held.role])
    return plain("admin.limited", role=role, limits=named) if named else role
