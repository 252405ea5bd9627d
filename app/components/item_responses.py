"""Owns how responses are shown: whether they follow, and apart from that whether they are true."""

from typing import Literal

import streamlit as st

from app.components.badges import machine_written_badge
from app.components.markdown import escaped
from app.components.safe_html import draw_text
from app.components.wording import key, listed, t
from app.views.item_page import ItemPage
from db.labels import Decision, Factuality, Label, LabelSource
from db.queries.items import ResponseView
from db.queries.transfer import VerdictLine

ROLES = {
    "follows": key("role.follows"),
    "conventional": key("role.conventional"),
    "near_miss": key("role.near_miss"),
}
SOURCES = {
    "model": key("response.model"),
    "human": key("response.human"),
    "construction": key("response.construction"),
}
DECISIONS = {
    Decision.FOLLOWS: key("decision.follows"),
    Decision.DOES_NOT_FOLLOW: key("decision.does_not_follow"),
    Decision.CANNOT_TELL: key("decision.cannot_tell"),
}
FACTUALITY = {
    Factuality.YES: key("factual.yes"),
    Factuality.NO: key("factual.no"),
    Factuality.NOT_APPLICABLE: key("factual.not_applicable"),
    Factuality.CANNOT_TELL: key("factual.cannot_tell"),
}
LABEL_SOURCES = {
    LabelSource.BLIND_HUMAN: key("source.blind_human"),
    LabelSource.CONSTRUCTION: key("source.construction"),
    LabelSource.MACHINE: key("source.machine"),
    LabelSource.HUMAN_UNBLINDED: key("source.human_unblinded"),
    LabelSource.IMPORTED: key("source.imported"),
}


ENDED = {"superseded": key("label.superseded"), "withdrawn": key("label.withdrawn")}
VERDICTS = {1: key("verdict.passed"), 0: key("verdict.failed"), None: key("verdict.unscored")}
VERDICT_COLOURS: dict[int | None, Literal["blue", "violet", "gray"]] = {
    1: "blue",
    0: "violet",
    None: "gray",
}


def draw_responses(page: ItemPage) -> None:
    """Draw every response of the current revision with its labels."""
    if not page.responses:
        st.caption(t("item.no_responses"))
        return
    st.caption(t("item.responses_explained"))
    for place, response in enumerate(page.responses, start=1):
        with st.container(border=True, key=f"response_{place}"):
            _draw_response(response, machine_written=page.machine_written)


def _draw_response(response: ResponseView, *, machine_written: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{_title(response)}**", width="content")
        if response.is_simulated:
            st.badge(t("response.simulated"), color="orange", icon=":material/science:")
        if machine_written and response.source == "construction":
            machine_written_badge()
    draw_text(response.text, mono="```" in response.text)
    for label in response.labels:
        _draw_label(label, ended=response.ended.get(label.id))
    if not response.labels:
        st.caption(t("item.no_labels"))
    for verdict in response.verdicts:
        _draw_verdict(verdict)


def _title(response: ResponseView) -> str:
    if response.role is not None:
        return t(ROLES[response.role])
    return t(SOURCES[response.source]) + (
        f" · {escaped(response.source_name)}" if response.source_name else ""
    )


def _draw_label(label: Label, *, ended: str | None) -> None:
    follows = label.decision is Decision.FOLLOWS
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            t(DECISIONS[label.decision]),
            icon=":material/done_all:" if follows else ":material/do_not_disturb_on:",
            color="blue" if follows else "violet",
        )
        if label.factually_right is not None:
            st.badge(t(FACTUALITY[label.factually_right]), color="gray", icon=":material/public:")
        st.badge(t(LABEL_SOURCES[label.source]), color="gray", icon=":material/label:")
        if ended is not None:
            st.badge(t(ENDED[ended]), color="gray", icon=":material/history:")
        if label.is_surplus:
            st.badge(t("work.surplus"), color="gray", icon=":material/inventory_2:")
        if label.rater:
            st.caption(t("label.rater", rater=label.rater), width="content")
        if label.declared_source:
            st.caption(t("label.declared", source=label.declared_source), width="content")
        if label.failed:
            st.caption(
                t("label.failed", numbers=listed(str(number) for number in label.failed)),
                width="content",
            )
    if label.reason:
        st.text(label.reason)


def _draw_verdict(verdict: VerdictLine) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            t(VERDICTS[verdict.value]),
            icon=":material/gavel:",
            color=VERDICT_COLOURS[verdict.value],
        )
        if verdict.is_simulated:
            st.badge(t("response.simulated"), color="orange", icon=":material/science:")
        st.caption(t("verdict.judge", judge=verdict.judge, repeat=verdict.repeat), width="content")
    if verdict.reason:
        st.text(verdict.reason)
