"""Owns the frame of a work screen: queue left, item centre, form and guideline right, bar below."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components import work_table as table
from app.components.wording import t
from app.state import WORK_FLUSH, WORK_HELP, WORK_NO_GUIDELINE, WORK_NO_QUEUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The places of a work screen.

    Attributes:
        queue: None while it is folded away.
    """

    queue: DeltaGenerator | None
    item: DeltaGenerator
    form: DeltaGenerator


def lay_out() -> Frame:
    """Lay out the three columns; without the queue the other two get its room."""
    if st.session_state.get(WORK_NO_QUEUE):
        item, form = st.columns([11, 9], gap="large")
        return Frame(queue=None, item=item, form=form)
    queue, item, form = st.columns([4, 13, 11], gap="medium")
    return Frame(queue=queue, item=item, form=form)


def draw_tool(label: str, shortcut: str, key: str, act: Callable[..., None], *args: object) -> None:
    """Draw a small button of the bar with its key."""
    st.button(label, key=key, shortcut=shortcut, type="tertiary", on_click=act, args=args)


def draw_common_tools(screen: table.Screen, *, with_guideline: bool) -> None:
    """Draw the keys that every work screen has: save, guideline, queue, help."""
    name = screen.value
    draw_tool(t("work.save"), "Ctrl+S", f"{name}_do_save", ask_flush)
    if with_guideline:
        told = t("label.guideline")
        draw_tool(told, "G", f"{name}_do_guideline", table.toggle, WORK_NO_GUIDELINE)
    draw_tool(t("work.queue"), "Q", f"{name}_do_queue", table.toggle, WORK_NO_QUEUE)
    draw_help_tool(screen)


def draw_help_tool(screen: table.Screen) -> None:
    """Draw the key that shows the keys."""
    draw_tool(t("label.keys"), "H", f"{screen.value}_do_help", table.toggle, WORK_HELP)


def ask_flush() -> None:
    """Ask every editor of the page to send what it has."""
    st.session_state[WORK_FLUSH] = st.session_state.get(WORK_FLUSH, 0) + 1
    table.note_activity()


def draw_help(lines: tuple[tuple[str, str], ...]) -> None:
    """Draw what the keys do, when it is asked for.

    Args:
        lines: Keys as they are printed, and the key of the sentence.
    """
    if not st.session_state.get(WORK_HELP):
        return
    with st.container(border=True, gap="small", key="work_keys"):
        st.markdown("  \n".join(f"`{keys}` {t(told)}" for keys, told in lines))
        st.caption(t("work.keys_explained"))
