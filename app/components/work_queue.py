"""Owns the queue of a work screen: what waits by stage, and why nothing does."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from app.components.wording import clock, key, number, t, tn
from app.components.work_words import STAGES
from app.views.work_queue import StageQueue
from curation.claims.claiming import Why
from db.slots import Stage

WHYS: Final = {
    Why.FILTER: key("work.why_filter"),
    Why.ROLE: key("work.why_role"),
    Why.LANGUAGE: key("work.why_language"),
    Why.DOMAIN: key("work.why_domain"),
    Why.OWN_FAMILY: key("work.why_own_family"),
    Why.SEEN: key("work.why_seen"),
    Why.ALREADY_DONE: key("work.why_already_done"),
    Why.SKIPPED: key("work.why_skipped"),
    Why.FOR_LEAD: key("work.why_for_lead"),
    Why.BACKGROUND: key("work.why_background"),
    Why.DAILY_CAP: key("work.why_daily_cap"),
    Why.HELD_BY_OTHERS: key("work.why_held_by_others"),
}


def draw_stages(queues: Sequence[StageQueue]) -> None:
    """Draw how much waits in each stage; the one that is on the table is marked."""
    for queue in queues:
        draw_count(
            t(STAGES[queue.stage]), queue.waiting, is_here=queue.is_held, about=_explained(queue)
        )


def draw_count(told: str, count: int, *, is_here: bool = False, about: str | None = None) -> None:
    """Draw how much of something waits."""
    line = f":{'blue' if is_here else 'gray'}-badge[{number(count)}] {told}"
    st.markdown(line, help=about)


def draw_start(
    queues: Sequence[StageQueue], *, name: str, take: Callable[[Stage], None], edits: int = 0
) -> None:
    """Draw what can be taken now, or why there is nothing.

    Args:
        queues: In the order in which they are offered; the first that waits has the key N.
        name: Start of the buttons' keys.
        take: Takes the next piece of a stage.
        edits: Pieces of work that wait outside the queues: the page is not empty then.
    """
    offered = [queue for queue in queues if queue.waiting or queue.is_held]
    if not offered and not edits:
        told = t("work.nothing_waits") if any(one.total for one in queues) else None
        st.info(told or t("work.nothing_open"), icon=":material/inbox:")
    for place, queue in enumerate(offered):
        told = t("work.go_on") if queue.is_held else t("work.take")
        with (
            st.container(border=True, gap="small", key=f"{name}_stage_{queue.stage.value}"),
            st.container(horizontal=True, vertical_alignment="center"),
        ):
            st.markdown(f"**{t(STAGES[queue.stage])}**", width="content")
            st.caption(tn("work.waiting", queue.waiting), width="content")
            st.button(
                told,
                key=f"{name}_take_{queue.stage.value}",
                icon=":material/play_arrow:",
                type="primary" if place == 0 and not edits else "secondary",
                shortcut="N" if place == 0 and not edits else None,
                on_click=take,
                args=(queue.stage,),
            )
    for queue in queues:
        if queue.excluded and queue not in offered:
            _draw_excluded(queue)


def _draw_excluded(queue: StageQueue) -> None:
    with st.container(gap=None):
        st.markdown(f"**{t(STAGES[queue.stage])}** · " + tn("work.open_in_all", queue.total))
        st.caption("  \n".join(_lines(queue)))


def _explained(queue: StageQueue) -> str:
    return "  \n".join([tn("work.open_in_all", queue.total), *_lines(queue)])


def _lines(queue: StageQueue) -> list[str]:
    lines = [f"{number(count)} · {t(WHYS[why])}" for why, count in queue.excluded.items()]
    if queue.next_free_at is not None:
        lines.append(t("work.next_free", at=clock(queue.next_free_at)))
    return lines
