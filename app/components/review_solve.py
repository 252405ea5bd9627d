"""Owns step 1 of a review on the screen: the prompt alone, which type it is, what is expected."""

from functools import partial

import streamlit as st

from app.components import review_gestures as gestures
from app.components.safe_html import draw_text
from app.components.wording import name_in, plain, t
from app.components.work_frame import Frame
from app.components.work_table import OnTable
from app.components.work_typing import Field, draw_field
from app.views.review_page import EXPECTED, SolveShown


def draw_solve(frame: Frame, work: OnTable, shown: SolveShown) -> None:
    """Draw the prompt in the middle and the two questions beside it."""
    with frame.item:
        st.subheader(t("item.prompt"), anchor=False)
        draw_text(shown.prompt, mono="```" in shown.prompt)
        st.caption(f":material/visibility_off: {t('review.only_prompt')}")
    with frame.form:
        st.subheader(t("review.which_type"), anchor=False)
        _draw_types(work, shown)
        draw_field(
            work,
            Field(
                name=EXPECTED,
                label=plain("review.expected"),
                help=plain("review.expected_help"),
                hint=plain("review.expected_hint"),
                language=shown.language_id,
                rows=5,
            ),
            shown.expected,
            on_submit=partial(gestures.store_solution, work),
        )


def draw_solve_bar(work: OnTable) -> None:
    """Draw the one decision of step 1."""
    st.button(
        t("review.store_solution"),
        icon=":material/arrow_forward:",
        type="primary",
        key=f"review_solve_{work.token}",
        shortcut="Ctrl+Enter",
        on_click=gestures.store_solution,
        args=(work,),
    )


def _draw_types(work: OnTable, shown: SolveShown) -> None:
    with st.container(horizontal=True, gap="xsmall", key="review_types"):
        for place, named in enumerate(shown.types, start=1):
            st.button(
                name_in(named.names),
                key=f"review_type_{place}_{work.token}",
                icon=":material/radio_button_checked:"
                if named.id == shown.guess.text
                else ":material/radio_button_unchecked:",
                shortcut=str(place) if place <= 9 else None,
                type="primary" if named.id == shown.guess.text else "secondary",
                on_click=gestures.guess_type,
                args=(work, named.id),
            )
