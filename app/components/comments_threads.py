"""Owns how threads of comments are drawn: the words they are about, answers, whether settled."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app.components.author_parts import LABELS
from app.components.markdown import escaped
from app.components.wording import moment, t
from app.views.comments import ThreadShown

Settle = Callable[[str, bool], None]
Reply = Callable[[str], None]


def draw_threads(
    threads: Sequence[ThreadShown], *, on_settle: Settle | None, on_reply: Reply | None
) -> None:
    """Draw threads; without gestures they can only be read."""
    if not threads:
        st.caption(t("comment.none"))
    for thread in threads:
        with st.container(border=True, gap="small", key=f"comment_{thread.id}"):
            _draw_head(thread)
            for comment in thread.comments:
                lead = f"**{escaped(comment.handle)}** · " if comment.handle else ""
                st.caption(f"{lead}{escaped(moment(comment.at))}")
                st.text(comment.text or t("comment.blanked"))
            with st.container(horizontal=True, gap="small"):
                if on_reply is not None:
                    st.button(
                        t("comment.reply"),
                        key=f"comment_reply_{thread.id}",
                        type="tertiary",
                        icon=":material/reply:",
                        on_click=partial(on_reply, thread.id),
                    )
                if on_settle is not None:
                    told = t("comment.reopen") if thread.is_settled else t("comment.settle")
                    st.button(
                        told,
                        key=f"comment_settle_{thread.id}",
                        type="tertiary",
                        icon=":material/refresh:" if thread.is_settled else ":material/done:",
                        on_click=partial(on_settle, thread.id, not thread.is_settled),
                    )


def _draw_head(thread: ThreadShown) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(t(LABELS[thread.part]), color="blue", icon=":material/chat_bubble:")
        if thread.is_settled:
            st.badge(t("comment.settled"), color="green", icon=":material/done:")
        else:
            st.badge(t("comment.open"), color="orange", icon=":material/pending:")
        if thread.is_older:
            st.badge(t("comment.older"), color="gray", icon=":material/history:")
    if thread.quote:
        st.caption(t("comment.about", quote=thread.quote))
