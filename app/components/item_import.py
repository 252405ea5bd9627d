"""Owns importing items on screen: a file, what it would do with every bad row, then one button."""

from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.components.header import draw_refusal
from app.components.import_advice import draw_advice
from app.components.markdown import escaped
from app.components.wording import name_in, plain, t, tn
from app.resources import workspace_engine
from app.state import IMPORT_ROUND, Tone, queue_notice
from app.views.naming import Taxonomy
from db.engine import Engine
from db.errors import GainsayError
from db.intake import read_upload
from exports.importing import ImportReport, import_items, plan_import

ENDINGS = ["csv", "gz", "json", "jsonl", "parquet"]


def draw_import(engine: Engine, taxonomy: Taxonomy, *, annotator_id: str) -> None:
    """Draw the section; nothing is written before the button."""
    st.markdown(t("import.explained"))
    file = st.file_uploader(
        t("import.file"),
        type=ENDINGS,
        # A fresh key empties the field after an import.
        key=f"import_file_{st.session_state.get(IMPORT_ROUND, 0)}",
        max_upload_size=100,
    )
    if file is None:
        return
    try:
        table = read_upload(file.name, file.getvalue(), what="items")
        plan = plan_import(engine, table)
    except GainsayError as error:
        st.markdown(f"**{t('import.refused')}**")
        draw_refusal(error)
        return
    _draw_plan(plan, taxonomy)
    new = plan.created + plan.revised
    st.button(
        tn("import.do", new),
        type="primary",
        icon=":material/upload:",
        key="import_do",
        disabled=not new,
        on_click=_import,
        args=(file, annotator_id),
    )


def _draw_plan(plan: ImportReport, taxonomy: Taxonomy) -> None:
    types = {named.id: name_in(named.names) for named in taxonomy.types}
    languages = {named.id: name_in(named.names) for named in taxonomy.languages}
    st.markdown(
        t(
            "import.plan",
            rows=plan.rows,
            created=plan.created,
            revised=plan.revised,
            unchanged=plan.unchanged,
        )
    )
    st.dataframe(
        [
            {
                plain("grid.type"): types[count.type_id],
                plain("items.language"): languages[count.language_id],
                plain("import.rows"): count.rows,
            }
            for count in plan.counts
        ],
        hide_index=True,
        alt=plain("import.plan_alt"),
        width="content",
    )
    if plan.ignored_columns:
        st.caption(t("import.ignored", columns=", ".join(plan.ignored_columns)))
    if plan.advice:
        st.markdown(f"**{t('import.advice')}**")
        for advice in plan.advice:
            draw_advice(advice)


def _import(file: UploadedFile, annotator_id: str) -> None:
    try:
        table = read_upload(file.name, file.getvalue(), what="items")
        report = import_items(
            workspace_engine(), table, actor_id=annotator_id, now=datetime.now(UTC)
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    st.session_state[IMPORT_ROUND] = st.session_state.get(IMPORT_ROUND, 0) + 1
    queue_notice(
        Tone.DONE,
        t("import.done", created=report.created, revised=report.revised, file=report.file),
    )
