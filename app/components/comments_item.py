"""Owns comments on the page of an item: threads, answering, settling, and a new thread."""

from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from app.components.author_parts import LABELS
from app.components.comments_threads import draw_threads
from app.components.drafts.kept_text import forget, kept
from app.components.header import draw_refusal
from app.components.markdown import escaped
from app.components.wording import plain, t
from app.resources import workspace_engine
from app.state import COMMENT_DRAFT, COMMENT_REPLY, Tone, queue_notice
from app.views.comments import show_threads
from curation.comments.threads import LONGEST, add, mark, threads
from db.base import new_id
from db.errors import Forbidden, GainsayError
from db.working_copies import Part

PARTS: Final = tuple(part for part in Part if part is not Part.FAMILY)
FIELDS: Final = ("part", "quote", "text")


def draw_item_comments(item_id: str, revision_id: str, *, annotator_id: str) -> None:
    """Draw every thread that the person may see, and the form for another one."""
    try:
        found = threads(
            workspace_engine(), item_id, annotator_id=annotator_id, now=datetime.now(UTC)
        )
    except Forbidden:
        # Looking at an item is no mistake: what it says is all that they were after.
        st.caption(t("comment.not_for_you"))
        return
    except GainsayError as error:
        draw_refusal(error)
        return
    st.caption(t("comment.explained"))
    draw_threads(
        show_threads(found, revision_id=revision_id),
        on_settle=partial(_settle, annotator_id),
        on_reply=_reply_to,
    )
    _draw_form(item_id, revision_id, annotator_id=annotator_id)


def _draw_form(item_id: str, revision_id: str, *, annotator_id: str) -> None:
    token = str(st.session_state.setdefault(COMMENT_DRAFT + item_id, new_id("gesture")))
    names = {name: f"{COMMENT_DRAFT}{name}_{token}" for name in FIELDS}
    answered = st.session_state.get(COMMENT_REPLY)
    with st.container(border=True, gap="small", key="comment_form"):
        st.markdown(f"**{t('comment.answer') if answered else t('comment.new')}**")
        if answered is None:
            st.selectbox(
                t("comment.part"),
                PARTS,
                format_func=lambda part: plain(LABELS[part]),
                index=PARTS.index(Part.PROMPT),
                key=names["part"],
            )
            with kept(*_of("quote", item_id, answered)):
                st.text_input(
                    t("comment.quote"),
                    key=names["quote"],
                    max_chars=LONGEST,
                    placeholder=plain("comment.quote_hint"),
                )
        with kept(*_of("text", item_id, answered)):
            st.text_area(t("comment.text"), key=names["text"], max_chars=LONGEST)
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("comment.send"),
                key="comment_send",
                icon=":material/send:",
                type="primary",
                on_click=partial(
                    _send, item_id, revision_id, token, names, annotator_id=annotator_id
                ),
            )
            if answered is not None:
                st.button(
                    t("comment.no_answer"),
                    key="comment_no_answer",
                    type="tertiary",
                    on_click=partial(_reply_to, None),
                )


def _send(
    item_id: str, revision_id: str, token: str, names: dict[str, str], *, annotator_id: str
) -> None:
    held = st.session_state
    try:
        add(
            workspace_engine(),
            item_id,
            annotator_id=annotator_id,
            revision_id=revision_id,
            part=held.get(names["part"]) or Part.PROMPT,
            text=str(held.get(names["text"]) or ""),
            quote=str(held.get(names["quote"]) or ""),
            parent_id=held.get(COMMENT_REPLY),
            token=token,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    for name in ("quote", "text"):
        forget(*_of(name, item_id, held.get(COMMENT_REPLY)))
    held[COMMENT_DRAFT + item_id] = new_id("gesture")
    _reply_to(None)
    queue_notice(Tone.DONE, t("comment.stored"))


def _settle(annotator_id: str, thread_id: str, is_settled: bool) -> None:
    try:
        mark(
            workspace_engine(),
            thread_id,
            annotator_id=annotator_id,
            is_settled=is_settled,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))


def _of(name: str, item_id: str, answered: str | None) -> tuple[str, ...]:
    return ("comment", name, item_id, answered or "")


def _reply_to(thread_id: str | None) -> None:
    st.session_state[COMMENT_REPLY] = thread_id
