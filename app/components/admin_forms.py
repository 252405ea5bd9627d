"""Owns the forms of an admin: sharing, adding, describing, granting and revoking."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import streamlit as st

from app.components.admin_words import ROLE_NAMES, domain_names, language_names, type_names
from app.components.drafts.kept_text import forget, kept
from app.components.markdown import escaped
from app.components.wording import key, plain, t, tn
from app.resources import workspace_engine
from app.state import ADMIN_PERSON, ADMIN_ROUND, Tone, queue_notice
from app.views.admin import AdminView
from app.views.naming import Taxonomy
from curation.people.adding import add_person
from curation.people.competence import LONGEST_BACKGROUND, MOST_A_DAY, Description, describe
from curation.people.granting import Wanted, grant, revoke
from curation.people.handles import LONGEST
from curation.people.sharing import share
from db.errors import GainsayError
from db.queries.people import PersonRow
from db.queries.roles import Held
from db.roles import Role

Answered = TypeVar("Answered")

SURE: Final = "admin_share_sure"
NEW: Final = "new"
# What the two fields that the browser keeps are for.
HANDLE: Final = "admin_handle"
BACKGROUND: Final = "admin_background"


def draw_sharing(view: AdminView) -> None:
    """Draw the step from one person's workspace to a shared one; it asks twice."""
    st.markdown(t("admin.share_explained"))
    if not view.me.can_sign_in:
        st.info(t("admin.share_needs_sign_in"), icon=":material/key:")
    sure = st.checkbox(t("admin.share_sure"), key=SURE, disabled=not view.me.can_sign_in)
    st.button(
        t("admin.share_do"),
        icon=":material/group_add:",
        key="admin_share",
        disabled=not (sure and view.me.can_sign_in),
        on_click=_share,
        args=(view.me.id,),
    )


def draw_adding(taxonomy: Taxonomy, *, actor_id: str) -> None:
    """Draw the form for a new person; it is empty again when one was added."""
    name = f"{NEW}{st.session_state.get(ADMIN_ROUND, 0)}"
    _draw_fields(None, taxonomy, name=name)
    st.checkbox(
        t("admin.demonstration"), key=f"admin_demo_{name}", help=t("admin.demonstration_help")
    )
    st.button(
        t("admin.add_do"),
        type="primary",
        icon=":material/person_add:",
        key="admin_add",
        on_click=_add,
        args=(name, actor_id),
    )


def draw_describing(person: PersonRow, taxonomy: Taxonomy, *, actor_id: str) -> None:
    """Draw what is known of a person, to be changed."""
    _draw_fields(person, taxonomy, name=person.id)
    st.button(
        t("admin.describe_do"),
        icon=":material/save:",
        key=f"admin_describe_{person.id}",
        on_click=_describe,
        args=(person.id, actor_id),
    )


def draw_granting(person: PersonRow, taxonomy: Taxonomy, *, actor_id: str) -> None:
    """Draw the choice of roles, types and languages with its two buttons."""
    types, languages = type_names(taxonomy), language_names(taxonomy)
    st.pills(
        t("admin.roles"),
        list(Role),
        format_func=lambda role: plain(ROLE_NAMES[role]),
        selection_mode="multi",
        key=f"admin_roles_{person.id}",
    )
    st.multiselect(
        t("admin.types"),
        list(types),
        format_func=types.__getitem__,
        placeholder=plain("admin.all_types"),
        key=f"admin_types_{person.id}",
    )
    st.multiselect(
        t("admin.languages"),
        list(languages),
        format_func=languages.__getitem__,
        placeholder=plain("admin.all_languages"),
        key=f"admin_languages_{person.id}",
    )
    with st.container(horizontal=True):
        st.button(
            t("admin.grant_do"),
            type="primary",
            icon=":material/add:",
            key=f"admin_grant_{person.id}",
            on_click=_grant,
            args=(person.id, actor_id),
        )
        st.button(
            t("admin.revoke_do"),
            icon=":material/remove:",
            key=f"admin_revoke_{person.id}",
            on_click=_revoke,
            args=(person.id, actor_id),
        )


def _draw_fields(person: PersonRow | None, taxonomy: Taxonomy, *, name: str) -> None:
    languages, domains = language_names(taxonomy), domain_names(taxonomy)
    of = person.id if person else NEW
    with kept(HANDLE, of):
        st.text_input(
            t("admin.handle"),
            value=person.handle if person else "",
            max_chars=LONGEST,
            help=t("admin.handle_help"),
            key=f"admin_handle_{name}",
        )
    with kept(BACKGROUND, of):
        st.text_input(
            t("admin.background"),
            value=person.background if person else "",
            max_chars=LONGEST_BACKGROUND,
            help=t("admin.background_help"),
            key=f"admin_background_{name}",
        )
    st.multiselect(
        t("admin.languages"),
        list(languages),
        default=list(person.language_ids) if person else None,
        format_func=languages.__getitem__,
        placeholder=plain("admin.choose"),
        key=f"admin_reads_{name}",
    )
    st.multiselect(
        t("admin.domains"),
        list(domains),
        default=list(person.domain_ids) if person else None,
        format_func=domains.__getitem__,
        placeholder=plain("admin.all_domains"),
        key=f"admin_domains_{name}",
    )
    st.number_input(
        t("admin.daily_cap"),
        min_value=1,
        max_value=MOST_A_DAY,
        value=person.daily_cap if person else None,
        placeholder=plain("admin.no_cap"),
        key=f"admin_cap_{name}",
    )


def _described(name: str) -> Description:
    return Description(
        handle=st.session_state[f"admin_handle_{name}"],
        background=st.session_state[f"admin_background_{name}"],
        language_ids=tuple(st.session_state[f"admin_reads_{name}"]),
        domain_ids=tuple(st.session_state[f"admin_domains_{name}"]),
        daily_cap=st.session_state[f"admin_cap_{name}"],
    )


def _forget(of: str) -> None:
    for field in (HANDLE, BACKGROUND):
        forget(field, of)


def _wanted(annotator_id: str) -> Wanted:
    return Wanted(
        roles=tuple(map(Role, st.session_state[f"admin_roles_{annotator_id}"] or ())),
        type_ids=tuple(st.session_state[f"admin_types_{annotator_id}"]),
        language_ids=tuple(st.session_state[f"admin_languages_{annotator_id}"]),
    )


def _told(gesture: Callable[[], str]) -> None:
    """Run a gesture and tell what came of it on the next page."""
    try:
        done = gesture()
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, done)


def _share(actor_id: str) -> None:
    def gesture() -> str:
        share(workspace_engine(), actor_id=actor_id, now=datetime.now(UTC))
        return t("admin.shared")

    if st.session_state.get(SURE):
        _told(gesture)


def _add(name: str, actor_id: str) -> None:
    def gesture() -> str:
        row = add_person(
            workspace_engine(),
            _described(name),
            actor_id=actor_id,
            now=datetime.now(UTC),
            is_demonstration=bool(st.session_state[f"admin_demo_{name}"]),
        )
        st.session_state[ADMIN_ROUND] = st.session_state.get(ADMIN_ROUND, 0) + 1
        st.session_state[ADMIN_PERSON] = row.id
        _forget(NEW)
        return t("admin.added", handle=row.handle)

    _told(gesture)


def _describe(annotator_id: str, actor_id: str) -> None:
    def gesture() -> str:
        answered = describe(
            workspace_engine(),
            annotator_id,
            _described(annotator_id),
            actor_id=actor_id,
            now=datetime.now(UTC),
        )
        _forget(annotator_id)
        # Chosen anew, or the box would go on showing the old name.
        st.session_state[ADMIN_PERSON] = annotator_id
        return t("admin.described") if answered.changed else t("admin.unchanged")

    _told(gesture)


def _grant(annotator_id: str, actor_id: str) -> None:
    def gesture() -> str:
        answered = _change_roles(grant, annotator_id, actor_id)
        return _counted(key("admin.granted"), answered.new, of=answered.person)

    _told(gesture)


def _revoke(annotator_id: str, actor_id: str) -> None:
    def gesture() -> str:
        answered = _change_roles(revoke, annotator_id, actor_id)
        return _counted(key("admin.revoked"), answered.gone, of=answered.person)

    _told(gesture)


def _change_roles(change: Callable[..., Answered], annotator_id: str, actor_id: str) -> Answered:
    return change(
        workspace_engine(),
        annotator_id,
        _wanted(annotator_id),
        actor_id=actor_id,
        now=datetime.now(UTC),
    )


def _counted(told: str, changed: Sequence[Held], *, of: PersonRow) -> str:
    return tn(told, len(changed), handle=of.handle) if changed else t("admin.unchanged")
