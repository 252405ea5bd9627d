"""Owns the form of one working copy: what is written on the left, what helps on the right.

It is a fragment, so that a save draws the form alone. Every place on it is there from the start,
empty or not: an element that came in between would take the focus from whoever writes.
"""

from functools import partial

import streamlit as st

from app.components.author_checks import draw_checks
from app.components.author_conflict import draw_conflicts, draw_settled, draw_stale_base
from app.components.author_findings import draw_findings, draw_summary
from app.components.author_guideline import draw_guideline
from app.components.author_near import draw_near
from app.components.author_parts import LABELS, LONG
from app.components.author_saving import (
    Author,
    answers_for,
    editor_key,
    link_family,
    save_chosen,
    save_typed,
    submit_copy,
)
from app.components.comments_item import draw_item_comments
from app.components.editor.long_text import LongText, draw_editor
from app.components.item_said import draw_said
from app.components.markdown import escaped
from app.components.wording import name_in, number, plain, t
from app.resources import prompt_index, workspace_engine
from app.state import AUTHOR_FLUSH, AUTHOR_GUIDELINE, COPY, notices_wait, ui_language
from app.views.author import AuthorPage, load_author_page
from app.views.naming import Named
from db.engine import reading
from db.working_copies import Part

AFTER_REFERENCE = (
    Part.TWIN,
    Part.FOLLOWS,
    Part.CONVENTIONAL,
    Part.NEAR_MISS,
    Part.NOTES,
    Part.CHECKS,
)


@st.fragment
def draw_form(author: Author) -> None:
    """Draw the form; a gesture that leaves the copy draws the whole page again."""
    if st.query_params.get(COPY) != author.copy_id or notices_wait():
        st.rerun()
    prompts = prompt_index()
    with reading(workspace_engine()) as session:
        page = load_author_page(
            session,
            author.copy_id,
            annotator_id=author.annotator_id,
            language=ui_language().value,
            prompts=prompts,
        )
    with st.container(key="author_base"):
        draw_stale_base(author, page)
    left, right = st.columns([7, 4] if st.session_state.get(AUTHOR_GUIDELINE, True) else [30, 1])
    with left:
        _draw_choices(author, page)
        _draw_long(author, page, Part.PROMPT)
        with st.container(key="author_near"):
            draw_near(
                page.near,
                closed=not page.copy.is_open,
                on_link=partial(link_family, author, page.copy.parts[Part.FAMILY].number),
            )
        _draw_reference(author, page)
        for part in AFTER_REFERENCE:
            _draw_long(author, page, part)
        draw_checks(author, page)
        draw_settled(page)
    with right:
        if st.session_state.get(AUTHOR_GUIDELINE, True):
            draw_summary(page)
            _draw_said(page)
            _draw_comments(author, page)
            st.subheader(t("author.guideline"), anchor=False)
            draw_guideline(page.guideline)


def _draw_said(page: AuthorPage) -> None:
    """Draw why the item was returned."""
    with st.container(key="author_said"):
        if page.said is not None:
            with st.container(border=True):
                st.markdown(f"**{t('said.returned_because')}**")
                draw_said(page.said)


def _draw_comments(author: Author, page: AuthorPage) -> None:
    """Draw what was said about the item, when it is asked for."""
    copy = page.copy
    revision_id = copy.base_revision_id or copy.current_revision_id
    if copy.item_id is None or revision_id is None:
        return
    said = st.popover(
        t("comment.heading"),
        icon=":material/chat_bubble:",
        key="author_comments",
        on_change="rerun",
    )
    if said.open:
        with said:
            draw_item_comments(copy.item_id, revision_id, annotator_id=author.annotator_id)


def _draw_choices(author: Author, page: AuthorPage) -> None:
    names = page.taxonomy
    kind, field = st.columns([3, 2])
    with kind:
        _draw_choice(author, page, Part.TYPE, names.types)
    with field:
        _draw_choice(author, page, Part.DOMAIN, names.domains)
    family, language = st.columns([3, 2])
    with family:
        _draw_family(author, page)
    with language:
        _draw_choice(author, page, Part.LANGUAGE, names.languages)
    with st.container(key="author_choices_below"):
        for part in (Part.TYPE, Part.DOMAIN, Part.LANGUAGE, Part.FAMILY):
            _draw_below(author, page, part)


def _draw_choice(author: Author, page: AuthorPage, part: Part, rows: tuple[Named, ...]) -> None:
    saved = page.copy.parts[part]
    widget = editor_key(author.copy_id, part)
    names = {named.id: name_in(named.names) for named in rows}
    legal = ["", *names]
    # The saved value leads; one that is no longer in the taxonomy shows as not chosen.
    st.session_state[widget] = saved.text if saved.text in names else ""
    st.selectbox(
        t(LABELS[part]),
        legal,
        format_func=lambda one: names.get(one) or plain("author.not_chosen"),
        key=widget,
        disabled=not page.copy.is_open,
        on_change=save_chosen,
        args=(author, part, saved.number, widget),
    )


def _draw_family(author: Author, page: AuthorPage) -> None:
    saved = page.copy.parts[Part.FAMILY]
    widget = editor_key(author.copy_id, Part.FAMILY)
    st.session_state[widget] = saved.text
    st.text_input(
        t(LABELS[Part.FAMILY]),
        key=widget,
        help=t("author.family_help"),
        placeholder=plain("author.family_hint"),
        disabled=not page.copy.is_open,
        on_change=save_chosen,
        args=(author, Part.FAMILY, saved.number, widget),
    )


def _draw_reference(author: Author, page: AuthorPage) -> None:
    written, read = st.columns([5, 3])
    with written:
        _draw_long(author, page, Part.REFERENCE)
    with read:
        st.caption(t("author.requirements", count=len(page.requirements)))
        for place, requirement in enumerate(page.requirements, start=1):
            st.markdown(f"**{number(place)}** {escaped(requirement)}")
        if not page.requirements:
            st.caption(t("author.no_requirements"))


def _draw_long(author: Author, page: AuthorPage, part: Part) -> None:
    words = LONG[part]
    saved = page.copy.parts[part]
    draw_editor(
        LongText(
            workspace=author.annotator_id,
            copy=author.copy_id,
            part=part.value,
            label=plain(words.label),
            help=plain(words.help),
            placeholder=plain(words.hint),
            language=page.text(Part.LANGUAGE),
            rows=words.rows,
            text=saved.text,
            number=saved.number,
            saved_at=saved.saved_at.isoformat(),
            answers=answers_for(author.copy_id, part),
            asides=tuple(one.id for one in page.unsettled_of(part)),
            flush=st.session_state.get(AUTHOR_FLUSH, 0),
            closed=not page.copy.is_open,
        ),
        key=editor_key(author.copy_id, part),
        on_save=partial(save_typed, author, part),
        on_submit=partial(submit_copy, author),
    )
    _draw_below(author, page, part)


def _draw_below(author: Author, page: AuthorPage, part: Part) -> None:
    with st.container(key=f"author_below_{part.value}"):
        draw_conflicts(author, page, part)
        draw_findings(page, part)
