"""Overview: how full the grid of type x domain is, what counts as evidence, what to do next."""

import streamlit as st

from app.components.badges import human_evidence_badge, machine_written_badge
from app.components.charts.coverage import coverage_chart
from app.components.charts.drawing import draw_chart
from app.components.evidence_table import draw_evidence
from app.components.history_list import draw_history
from app.components.models_first import draw_first_start
from app.components.next_steps import draw_next_steps
from app.components.status_counts import draw_status_counts
from app.components.wording import name_in, number, t, tn
from app.identity import acting_id
from app.resources import overview, workspace_engine
from app.views.page_access import load_access
from app.views.workspace_head import load_workspace_head
from calibration.runs.permission import may_spend
from db.engine import reading
from db.items import ItemOrigin

ALL = "all"

view = overview()
with reading(workspace_engine()) as session:
    me = load_workspace_head(session, annotator_id=acting_id()).annotator_id
    access = load_access(session, me)
    spends = may_spend(session, me)
if access.judges_blindly:
    view = view.without_disputes()
totals = view.totals
starter = totals.items_by_origin.get(ItemOrigin.STARTER.value, 0)
names = {named.id: name_in(named.names) for named in view.taxonomy.languages}

is_first = totals.items == starter and not totals.releases
if is_first:
    st.info(
        tn("overview.first_start", starter) if starter else t("overview.empty"),
        icon=":material/waving_hand:",
    )

if spends and is_first:
    draw_first_start(annotator_id=me)

with st.container(horizontal=True, key="overview_numbers"):
    st.metric(
        t("overview.items"),
        number(totals.items),
        border=True,
        help=t("overview.items_help", target=view.target(None)),
    )
    st.metric(
        t("overview.toward_target"),
        f"{number(view.toward_target(None))} / {number(view.target(None))}",
        border=True,
        help=t("overview.toward_target_help"),
    )
    st.metric(
        t("overview.responses"), number(sum(totals.responses_by_source.values())), border=True
    )
    st.metric(
        t("overview.human_labels"),
        f"n = {number(totals.human_labels)}",
        border=True,
        help=t("badge.human_evidence_help"),
    )
    st.metric(t("overview.releases"), number(totals.releases), border=True)

with st.container(horizontal=True, gap="small"):
    if starter:
        machine_written_badge(count=starter)
    human_evidence_badge(totals.human_labels)
    if not totals.human_labels:
        st.caption(t("overview.no_human_evidence"))

if view.by_status:
    st.subheader(t("overview.by_status"), anchor=False)
    draw_status_counts(view.by_status)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.subheader(t("grid.heading"), anchor=False, width="content")
    chosen = st.segmented_control(
        t("grid.language"),
        [ALL, *names],
        format_func=lambda language: names.get(language, t("grid.both")),
        default=ALL,
        required=True,
        key="overview_language",
        persist_state="session",
        label_visibility="collapsed",
    )
language_id = None if chosen == ALL else chosen
draw_chart(
    coverage_chart,
    view.grid(language_id),
    view.taxonomy,
    key="overview_grid",
    alt=t("grid.alt"),
)
st.caption(t("grid.explained"))

left, right = st.columns(2, gap="large")
with left:
    st.subheader(t("step.heading"), anchor=False)
    draw_next_steps(view, language_id, reviews=access.reviews, leads_all=access.leads_all)
    if spends and not is_first:
        draw_first_start(annotator_id=me)
with right:
    st.subheader(t("evidence.heading"), anchor=False)
    draw_evidence(totals)
    st.subheader(t("history.heading"), anchor=False)
    if access.kept_blind:
        st.caption(t("overview.quiet_history"))
    draw_history(view.quiet_happenings if access.kept_blind else view.happenings)
