"""Owns the top of the labelling screen: the filter, how much is left, what was saved last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.item_responses import DECISIONS
from app.components.label_claim import draw_claim
from app.components.label_gestures import undo_decision
from app.components.label_task import decision_badge
from app.components.wording import clock, key, moment, name_in, number, plain, start_of_day, t, tn
from app.components.work_last import WHY_NOT, draw_asking
from app.components.work_queue import WHYS
from app.resources import workspace_engine
from app.state import LABEL_LANGUAGE, LABEL_TYPE, keep_choice, seed_choice
from app.views.label_page import Emptiness, LabelPage
from app.views.naming import Named, Taxonomy
from curation.claims.claiming import EmptyQueue
from curation.labelling.undoing import Undoable
from curation.review.undoing import WhyNot
from db.engine import reading
from db.queries.labelling import PersonLabel
from db.queries.labelling_queue import LabelFilter
from db.queries.reopen_requests import RequestView, last_requests

EMPTY = {
    Emptiness.NO_RESPONSES: key("label.empty_no_responses"),
    Emptiness.ALL_LABELLED: key("label.empty_all_labelled"),
    Emptiness.FILTERED: key("label.empty_filtered"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The places at the top of the screen, laid out before the queue is read."""

    bar: DeltaGenerator
    left: DeltaGenerator
    right: DeltaGenerator


def lay_out_top() -> Top:
    """Lay out a bar and one line below it."""
    bar = st.container()
    line = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    left = line.container(width="content")
    right = line.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content"
    )
    return Top(bar=bar, left=left, right=right)


def draw_label_filter(top: Top, taxonomy: Taxonomy, changed: Callable[[], None]) -> LabelFilter:
    """Draw the filter and give what it lets through."""
    with top.right, st.popover(t("label.filter"), icon=":material/filter_alt:", key="label_filter"):
        types = _choice(LABEL_TYPE, t("grid.type"), taxonomy.types, changed)
        languages = _choice(LABEL_LANGUAGE, t("items.language"), taxonomy.languages, changed)
    return LabelFilter(type_ids=types, language_ids=languages)


def draw_progress(top: Top, view: LabelPage, *, annotator_id: str) -> None:
    """Draw how much is left and done, and the last decision as the database holds it."""
    if view.is_solo:
        _draw_counts(top, view)
    else:
        _draw_claimed(top, view)
    if view.last.decisions:
        with top.right:
            _draw_saved(view.last.decisions[0])
            _draw_last(view.last, annotator_id)


def _draw_claimed(top: Top, view: LabelPage) -> None:
    told = " · ".join((tn("work.open_in_all", view.opened), tn("label.today", view.counts.recent)))
    with top.left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(told, width="content")
        with st.container(width="content", key="label_claim"):
            draw_claim()


def _draw_counts(top: Top, view: LabelPage) -> None:
    counts = view.counts
    if counts.asked:
        top.bar.progress(counts.labelled / counts.asked)
    parts = [
        tn("label.left", counts.left),
        tn("label.today", counts.recent),
        t("label.done_of", done=counts.labelled, total=counts.asked),
    ]
    if counts.excluded:
        parts.append(tn("label.filtered_out", counts.excluded))
    top.left.caption(" · ".join(parts), width="content")


def draw_empty(view: LabelPage) -> None:
    """Say why nothing waits and what to do."""
    if view.queue is not None:
        _draw_why(view.queue)
        return
    if view.emptiness is None:
        return
    counts = view.counts
    text = t(
        EMPTY[view.emptiness],
        total=counts.asked + counts.excluded,
        asked=counts.asked,
        elsewhere=view.waiting_elsewhere,
    )
    st.info(text, icon=":material/inbox:")


def _draw_why(queue: EmptyQueue) -> None:
    if not queue.total:
        st.info(t("label.nothing_to_claim"), icon=":material/inbox:")
        return
    st.info(t("label.none_for_you"), icon=":material/inbox:")
    lines = [f"{number(count)} · {t(WHYS[why])}" for why, count in queue.excluded.items()]
    if queue.next_free_at is not None:
        lines.append(t("work.next_free", at=clock(queue.next_free_at)))
    st.markdown("  \n".join((tn("work.open_in_all", queue.total), *lines)))


def _draw_saved(label: PersonLabel) -> None:
    decided = t(DECISIONS[label.decision])
    st.badge(
        t("label.saved", at=_when(label), decision=decided),
        icon=":material/cloud_done:",
        color="green",
    )


def _draw_last(undoable: Undoable, annotator_id: str) -> None:
    last = st.popover(
        t("label.last"), icon=":material/history:", key="label_last", on_change="rerun"
    )
    # Ten rows that are hardly ever looked at would be a third of what each click sends.
    if not last.open:
        return
    with last:
        st.caption(t("label.last_explained"))
        for place, label in enumerate(undoable.decisions, start=1):
            is_ruled = label.id in undoable.ruled
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(_when(label), width="content")
                decision_badge(label.decision)
                if label.is_surplus:
                    st.badge(t("work.surplus"), color="gray", icon=":material/inventory_2:")
                if not is_ruled:
                    st.button(
                        t("label.undo_this"),
                        key=f"label_undo_{place}_{label.id}",
                        type="tertiary",
                        on_click=undo_decision,
                        args=(annotator_id, label.id),
                    )
            if label.is_surplus:
                st.caption(t("label.surplus"))
            if is_ruled:
                st.caption(t(WHY_NOT[WhyNot.RULED]))
                draw_asking(
                    None,
                    label.id,
                    place,
                    annotator_id=annotator_id,
                    asked=_asked(label.id, annotator_id),
                )


def _asked(label_id: str, annotator_id: str) -> RequestView | None:
    with reading(workspace_engine()) as session:
        return last_requests(session, [label_id], annotator_id=annotator_id).get(label_id)


def _when(label: PersonLabel) -> str:
    at = label.created_at
    return clock(at) if start_of_day(at) == start_of_day(datetime.now(UTC)) else moment(at)


def _choice(
    name: str, label: str, rows: Sequence[Named], changed: Callable[[], None]
) -> tuple[str, ...]:
    names = {named.id: name_in(named.names) for named in rows}
    seed_choice(name, list(names))
    values = st.multiselect(
        label,
        list(names),
        format_func=names.__getitem__,
        key=name,
        placeholder=plain("items.any"),
        wrap=True,
        persist_state="session",
        on_change=changed,
    )
    keep_choice(name, values)
    return tuple(values)
