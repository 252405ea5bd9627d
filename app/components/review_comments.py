"""Owns comments on the review screen: a person's own, and nobody else's while it is blind."""

from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from app.components.author_parts import LABELS
from app.components.comments_threads import draw_threads
from app.components.markdown import escaped
from app.components.wording import plain, t
from app.components.work_table import OnTable
from app.components.work_typing import Field, draw_field, enter, save_choice, save_typed
from app.resources import workspace_engine
from app.state import REVIEW_COMMENTING, Tone, queue_notice
from app.views.review_page import COMMENT, QUOTE, ReviewShown, SolveShown
from curation.comments.threads import add_in_work
from curation.review.editing import EDITABLE
from curation.review.texts import load_texts
from db.contents import short_id
from db.engine import reading
from db.errors import GainsayError
from db.working_copies import Part

AT_FIRST: Final = (Part.PROMPT,)


def draw_own_comments(work: OnTable, shown: SolveShown | ReviewShown) -> None:
    """Draw the person's own threads, and the form for another when M was pressed."""
    if not st.session_state.get(REVIEW_COMMENTING):
        if shown.own_threads:
            st.caption(t("comment.own", count=len(shown.own_threads)))
        return
    parts = EDITABLE if isinstance(shown, ReviewShown) else AT_FIRST
    with st.container(border=True, gap="small", key="review_comment"):
        st.markdown(f"**{t('comment.new')}**")
        st.caption(t("comment.blind"))
        widget = f"review_comment_part_{work.token}"
        st.selectbox(
            t("comment.part"), parts, format_func=lambda part: plain(LABELS[part]), key=widget
        )
        for name, label, hint, rows in (
            (QUOTE, plain("comment.quote"), plain("comment.quote_hint"), 1),
            (COMMENT, plain("comment.text"), plain("comment.text_hint"), 2),
        ):
            draw_field(
                work,
                Field(
                    name=name,
                    label=label,
                    help=hint,
                    hint=hint,
                    language=shown.language_id,
                    rows=rows,
                ),
                shown.field(name),
                on_submit=partial(_send, work, widget),
            )
        st.button(
            t("comment.send"),
            key=f"review_comment_send_{work.token}",
            icon=":material/send:",
            on_click=partial(_send, work, widget),
        )
        draw_threads(shown.own_threads, on_settle=None, on_reply=None)


def open_comments(work: OnTable) -> None:
    """Open or close the form for a comment; the cursor goes to what there is to say."""
    st.session_state[REVIEW_COMMENTING] = not st.session_state.get(REVIEW_COMMENTING)
    if st.session_state[REVIEW_COMMENTING]:
        enter(work, COMMENT)


def _send(work: OnTable, widget: str) -> None:
    if not (save_typed(work, QUOTE) and save_typed(work, COMMENT)):
        return
    with reading(workspace_engine()) as session:
        texts = load_texts(session, work.slot_id, annotator_id=work.annotator_id)
    said, quote = texts.get(COMMENT), texts.get(QUOTE)
    if said is None or not said.text.strip():
        return
    try:
        add_in_work(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            part=st.session_state.get(widget) or Part.PROMPT,
            text=said.text,
            quote=quote.text.strip() if quote else "",
            # What was typed names the gesture: sent twice it is one comment.
            token=short_id("typed", [work.slot_id, str(said.number)]),
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    for name, typed in ((COMMENT, said), (QUOTE, quote)):
        if typed is not None and typed.text:
            save_choice(work, name, "", base_number=typed.number)
    queue_notice(Tone.DONE, t("comment.stored"))
