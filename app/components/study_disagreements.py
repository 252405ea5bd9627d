"""Owns the list of disagreements; a click shows the texts behind one where they are known."""

import pandas as pd
import streamlit as st

from app.components.safe_html import draw_text
from app.components.wording import plain, t, tn
from app.views.agreement import content_of
from calibration.agreement.pairing import Pair
from calibration.agreement.retrospective import Retrospective

TABLE = "study_disagreements"


def draw_disagreements(result: Retrospective) -> None:
    """Draw every pair whose verdict is not the gold label."""
    found, columns = result.study.disagreements, result.study.ground.key
    if not found:
        st.caption(t("disagree.none"))
        return
    known = content_of(found[0].key, columns) is not None
    st.caption(tn("disagree.found", len(found)))
    st.caption(t("disagree.choose") if known else t("disagree.unknown"))
    frame = pd.DataFrame(
        [(*one.key, one.gold, one.verdict, one.gold_row, one.verdict_row) for one in found],
        columns=[
            *columns,
            plain("figure.gold"),
            plain("figure.verdict"),
            plain("disagree.gold_row"),
            plain("disagree.verdict_row"),
        ],
    )
    chosen = st.dataframe(
        frame,
        hide_index=True,
        key=TABLE,
        on_select="rerun",
        selection_mode="single-row",
        height=min(420, 38 * (len(found) + 1)),
        alt=plain("disagree.alt"),
    )
    rows = chosen.selection.rows
    if rows and rows[0] < len(found):
        _draw_content(found[rows[0]], columns)


def _draw_content(one: Pair, columns: tuple[str, ...]) -> None:
    content = content_of(one.key, columns)
    if content is None:
        return
    st.markdown(f"**{t('disagree.instruction')}**")
    draw_text(content.instruction)
    outputs = {"1": content.output_1, "2": content.output_2}
    for place, (label, text) in zip(st.columns(2, gap="medium"), outputs.items(), strict=True):
        with place:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{t('disagree.output', label=label)}**", width="content")
                if label == one.gold:
                    st.badge(t("disagree.people"), icon=":material/groups:", color="green")
                if label == one.verdict:
                    st.badge(t("disagree.judge"), icon=":material/gavel:", color="violet")
            draw_text(text)
