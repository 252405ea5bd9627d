"""Owns what is drawn of a working copy's changes when its writer asks with D."""

import streamlit as st

from app.components.author_parts import LABELS
from app.components.safe_html import draw_difference
from app.components.wording import name_in, t
from app.resources import workspace_engine
from app.views.author_changes import load_changes
from app.views.difference import difference
from app.views.naming import load_taxonomy_names
from curation.authoring.copy_views import CopyView
from db.engine import reading
from db.working_copies import Part


def draw_changes(copy: CopyView) -> None:
    """Draw part by part what reads otherwise than in the revision that the copy began with."""
    with reading(workspace_engine()) as session:
        changes = load_changes(session, copy)
        names = load_taxonomy_names(session)
    rows = {Part.TYPE: names.types, Part.DOMAIN: names.domains, Part.LANGUAGE: names.languages}
    with st.container(border=True, key="author_changes"):
        st.markdown(f"**{t('author.changes')}**")
        if not changes:
            st.caption(t("author.no_changes"))
        for one in changes:
            called = {named.id: name_in(named.names) for named in rows.get(one.part, ())}
            before, after = called.get(one.before, one.before), called.get(one.after, one.after)
            st.markdown(f"**{t(LABELS[one.part])}**")
            draw_difference(difference(before, after), mono="```" in after)
