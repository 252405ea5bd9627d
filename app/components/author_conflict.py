"""Owns the choice between texts: one that came too late, or a newer revision of somebody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app.components.author_parts import LABELS, LONG
from app.components.author_saving import Author, settle_revision, settle_text
from app.components.safe_html import draw_difference, draw_text
from app.components.wording import key, moment, name_in, t
from app.views.author import AuthorPage
from app.views.difference import difference
from curation.authoring.copy_views import AsideView, Choice
from curation.authoring.merging import three_way
from curation.authoring.submitting import BaseChoice
from db.working_copies import Part, Resolution

Gesture = Callable[[], None]
RESOLUTIONS = {
    Resolution.THEIRS: key("author.resolved_theirs"),
    Resolution.MINE: key("author.resolved_mine"),
    Resolution.MERGED: key("author.resolved_merged"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Three texts of one part: what both started from, and what each side made of it."""

    base: str
    theirs: str
    mine: str


def draw_conflicts(author: Author, page: AuthorPage, part: Part) -> None:
    """Draw every text of a part that came too late, with the ways to settle it."""
    for aside in page.unsettled_of(part):
        _draw_aside(author, page, aside)


def draw_stale_base(author: Author, page: AuthorPage) -> None:
    """Draw what a newer revision says otherwise, with the ways to settle it."""
    if not page.copy.is_stale:
        return
    with st.container(border=True):
        st.markdown(f":material/call_split: **{t('author.stale_heading')}**")
        st.caption(t("author.stale_explained"))
        for one in page.differences:
            st.markdown(f"**{t(LABELS[one.part])}**")
            _draw_versions(
                page, one.part, Versions(base=one.base, theirs=one.theirs, mine=one.mine)
            )
        if not page.differences:
            st.caption(t("author.stale_same"))
        _draw_buttons(
            "author_base",
            {
                kind: partial(
                    settle_revision,
                    author,
                    choice,
                    page.copy.current_revision_id or "",
                )
                for kind, choice in zip(Choice, BaseChoice, strict=True)
            },
            mine=t("author.keep_mine_revision"),
        )


def _draw_aside(author: Author, page: AuthorPage, aside: AsideView) -> None:
    theirs = page.copy.parts[aside.part]
    merged = three_way(aside.base, theirs.text, aside.text)
    with st.container(border=True, key=f"author_aside_{aside.id}"):
        st.markdown(f":material/call_split: **{t('author.aside_heading')}**")
        st.caption(
            t(
                "author.aside_explained",
                part=t(LABELS[aside.part]),
                theirs=moment(theirs.saved_at),
                mine=moment(aside.saved_at),
            )
        )
        _draw_versions(
            page, aside.part, Versions(base=aside.base, theirs=theirs.text, mine=aside.text)
        )
        if aside.part in LONG and merged.conflicts:
            st.caption(t("author.merge_marks", count=len(merged.conflicts)))
        choices = list(Choice) if aside.part in LONG else [Choice.THEIRS, Choice.MINE]
        _draw_buttons(
            f"author_settle_{aside.id}",
            {
                choice: partial(settle_text, author, aside.id, choice, theirs.number, merged.text)
                for choice in choices
            },
            mine=t("author.keep_mine"),
        )


def draw_settled(page: AuthorPage) -> None:
    """Draw the texts that were set aside and settled since: nothing typed disappears."""
    settled = [(one, one.resolution) for one in page.copy.asides if one.resolution is not None]
    if not settled:
        return
    with st.expander(t("author.set_aside_kept"), icon=":material/inventory:"):
        for one, resolution in settled:
            told = (t(LABELS[one.part]), moment(one.saved_at), t(RESOLUTIONS[resolution]))
            st.caption(" · ".join(told))
            draw_text(one.text)


def _draw_versions(page: AuthorPage, part: Part, versions: Versions) -> None:
    """Draw base, theirs and mine beside each other; the last two with what they change."""
    base, theirs, mine = (
        _named(page, part, text) for text in (versions.base, versions.theirs, versions.mine)
    )
    columns = st.columns(3)
    with columns[0]:
        st.caption(t("author.version_base"))
        draw_text(base) if base else st.caption(t("author.version_empty"))
    with columns[1]:
        st.caption(t("author.version_theirs"))
        draw_difference(difference(base, theirs))
    with columns[2]:
        st.caption(t("author.version_mine"))
        draw_difference(difference(base, mine))


def _named(page: AuthorPage, part: Part, text: str) -> str:
    rows = {
        Part.TYPE: page.taxonomy.types,
        Part.DOMAIN: page.taxonomy.domains,
        Part.LANGUAGE: page.taxonomy.languages,
    }.get(part, ())
    return next((name_in(row.names) for row in rows if row.id == text), text)


def _draw_buttons(name: str, gestures: Mapping[Choice, Gesture], *, mine: str) -> None:
    words = {
        Choice.THEIRS: t("author.take_theirs"),
        Choice.MINE: mine,
        Choice.MERGED: t("author.merge"),
    }
    icons = {
        Choice.THEIRS: ":material/arrow_back:",
        Choice.MINE: ":material/edit:",
        Choice.MERGED: ":material/merge:",
    }
    with st.container(horizontal=True):
        for choice, gesture in gestures.items():
            st.button(
                words[choice],
                key=f"{name}_{choice.value}",
                icon=icons[choice],
                on_click=gesture,
            )
