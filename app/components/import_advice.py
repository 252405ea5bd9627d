"""Owns what the screen says about rows that are legal and yet worth a look, by kind of advice."""

from collections.abc import Mapping

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import key, t, tn
from exports.advice import ImportAdvice

SENTENCES = {
    "default_judge_texts": key("advice.default_judge_texts"),
    "question_not_shown": key("advice.question_not_shown"),
    "slot_repeated": key("advice.slot_repeated"),
    "response_not_last": key("advice.response_not_last"),
    "message_delimiter": key("advice.message_delimiter"),
    "contract_incomplete": key("advice.contract_incomplete"),
    "readable_verdict": key("advice.readable_verdict"),
    "last_verdict_passes": key("advice.last_verdict_passes"),
    "other_language": key("advice.other_language"),
    "numbering_gap": key("advice.numbering_gap"),
    "lost_indentation": key("advice.lost_indentation"),
    "repeated_line": key("advice.repeated_line"),
}


def draw_advice(advice: ImportAdvice, sentences: Mapping[str, str] = SENTENCES) -> None:
    """Draw one piece of advice with the rows it concerns; an unknown kind speaks English."""
    known = sentences.get(advice.kind)
    if known is None:
        st.warning(escaped(advice.sentence), icon=":material/info:")
        return
    numbers = ", ".join(map(str, advice.numbers))
    more = advice.rows > len(advice.numbers)
    where = tn("advice.rows", advice.rows, numbers=f"{numbers} …" if more else numbers)
    st.warning(f"{t(known)} {where}", icon=":material/info:")
