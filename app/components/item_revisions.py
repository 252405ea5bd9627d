"""Owns the revisions of an item: what each says, and what changed between any two."""

import streamlit as st

from app.components.safe_html import draw_difference, draw_text
from app.components.wording import key, moment, number, plain, t
from app.views.difference import difference
from app.views.item_page import ItemPage
from db.queries.items import RevisionView

FIELDS = {
    "prompt": key("item.prompt"),
    "reference": key("item.reference"),
    "twin": key("item.twin"),
    "notes": key("item.notes"),
}


def draw_revisions(page: ItemPage) -> None:
    """Draw the list of revisions and the difference between two of them."""
    revisions = page.detail.revisions
    for revision in reversed(revisions):
        st.caption(
            t(
                "revision.line",
                number=revision.number,
                at=moment(revision.created_at),
                actor=page.handles.get(revision.author_id, revision.author_id),
                hash=revision.content_hash.removeprefix("sha256:")[:12],
            )
        )
    if len(revisions) == 1:
        st.caption(t("revision.only_one"))
        return
    by_number = {revision.number: revision for revision in revisions}
    numbers = list(by_number)
    with st.container(horizontal=True):
        before = _pick("revision_before", t("revision.before"), numbers, numbers[-2])
        after = _pick("revision_after", t("revision.after"), numbers, numbers[-1])
    _draw_changes(by_number[before], by_number[after])


def _pick(name: str, label: str, numbers: list[int], default: int) -> int:
    return st.selectbox(
        label,
        numbers,
        index=numbers.index(default),
        format_func=lambda one: plain("revision.number", number=one),
        key=name,
        width=220,
    )


def _draw_changes(before: RevisionView, after: RevisionView) -> None:
    changed = 0
    for field, label in FIELDS.items():
        old, new = str(getattr(before, field)), str(getattr(after, field))
        if old == new:
            continue
        changed += 1
        st.markdown(f"**{t(label)}**")
        draw_difference(difference(old, new), mono="```" in new)
    if not changed:
        st.caption(t("revision.same", first=number(before.number), second=number(after.number)))
        draw_text(after.prompt)
