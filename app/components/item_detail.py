"""Owns how one item is shown: its texts, its revisions, its judge texts, its history."""

import streamlit as st

from app.components.author_opening import begin_edit
from app.components.badges import machine_written_badge
from app.components.comments_item import draw_item_comments
from app.components.history_list import draw_history
from app.components.item_filters import ORIGINS
from app.components.item_responses import draw_responses
from app.components.item_revisions import draw_revisions
from app.components.item_standing import draw_standing
from app.components.judges_rules import draw_item_rules
from app.components.kept_tabs import draw_tabs
from app.components.markdown import escaped
from app.components.navigation import AUTHOR
from app.components.safe_html import draw_text
from app.components.wording import name_in, t
from app.state import COPY, ITEM, ITEM_TAB
from app.views.item_page import ItemPage
from app.views.item_standing import ItemStanding
from app.views.naming import Taxonomy


def draw_item(
    page: ItemPage, standing: ItemStanding, taxonomy: Taxonomy, *, annotator_id: str
) -> None:
    """Draw one item; the annotator is who would edit it or act on it."""
    _draw_head(page, taxonomy, annotator_id)
    draw_standing(standing, annotator_id=annotator_id)
    row = page.detail.row
    mono = "```" in row.reference
    left, right = st.columns([11, 9], gap="large")
    with left:
        st.subheader(t("item.prompt"), anchor=False)
        draw_text(row.prompt)
    with right:
        st.subheader(t("item.reference"), anchor=False)
        draw_text(row.reference, mono=mono)
    responses, twin, revisions, judge, comments, history = draw_tabs(
        ITEM_TAB,
        {
            "responses": t("item.responses"),
            "twin": t("item.twin_and_notes"),
            "revisions": t("item.revisions"),
            "judge": t("item.judge_texts"),
            "comments": t("comment.heading"),
            "history": t("history.heading"),
        },
    )
    with responses:
        draw_responses(page)
    with twin:
        _draw_twin(page)
    with revisions:
        draw_revisions(page)
    with judge:
        if judge.open:
            draw_item_rules(row.id)
        _draw_judge_texts(page)
    with comments:
        if comments.open:
            draw_item_comments(row.id, row.revision_id, annotator_id=annotator_id)
    with history:
        draw_history(page.happenings)


def _draw_head(page: ItemPage, taxonomy: Taxonomy, annotator_id: str) -> None:
    row = page.detail.row
    types = {named.id: name_in(named.names) for named in taxonomy.types}
    domains: dict[str | None, str] = {named.id: name_in(named.names) for named in taxonomy.domains}
    languages = {named.id: name_in(named.names) for named in taxonomy.languages}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(t("item.back"), icon=":material/arrow_back:", key="item_back", on_click=_close)
        if st.button(t("item.edit"), icon=":material/edit:", key="item_edit", shortcut="E"):
            _edit(row.id, annotator_id)
        st.badge(escaped(row.id), icon=":material/tag:", color="gray")
        st.badge(escaped(types[row.type_id]), color="blue")
        st.badge(escaped(domains.get(row.domain_id, t("domain.unassigned"))), color="gray")
        st.badge(escaped(languages[row.language_id]), color="gray")
        st.badge(t(ORIGINS[row.origin.value]), color="gray")
        if page.machine_written:
            machine_written_badge(is_accepted=page.is_accepted)
    if page.detail.siblings:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(t("item.family"), width="content")
            for sibling in page.detail.siblings:
                st.button(
                    escaped(sibling),
                    key=f"item_sibling_{sibling}",
                    type="tertiary",
                    on_click=_open,
                    args=(sibling,),
                )


def _edit(item_id: str, annotator_id: str) -> None:
    copy_id = begin_edit(item_id, annotator_id)
    if copy_id is None:
        st.rerun()
    st.switch_page(AUTHOR, query_params={COPY: copy_id})


def _draw_twin(page: ItemPage) -> None:
    row = page.detail.row
    st.markdown(f"**{t('item.twin')}**")
    st.caption(t("item.twin_help"))
    draw_text(row.twin) if row.twin else st.caption(t("item.no_twin"))
    st.markdown(f"**{t('item.notes')}**")
    draw_text(row.notes) if row.notes else st.caption(t("item.no_notes"))


def _draw_judge_texts(page: ItemPage) -> None:
    texts = page.judge_texts
    if texts is None:
        st.caption(t("item.no_judge_texts"))
        return
    st.caption(t("item.own_judge_texts") if texts.own else t("item.default_judge_texts"))
    st.markdown(f"**{t('item.system_prompt')}**")
    st.code(texts.system_prompt, language=None, wrap_lines=True)
    st.markdown(f"**{t('item.template')}**")
    st.code(texts.template, language=None, wrap_lines=True)


def _open(item_id: str) -> None:
    st.query_params[ITEM] = item_id


def _close() -> None:
    del st.query_params[ITEM]
