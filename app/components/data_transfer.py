"""Owns handing files in and out on screen: items, responses, labels, verdicts.

What an import would do is shown before anything is written; an export is made when its button is
pressed and not before.
"""

from datetime import UTC, datetime
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.components.header import draw_refusal
from app.components.import_advice import draw_advice
from app.components.item_import import ENDINGS, draw_import
from app.components.markdown import escaped
from app.components.wording import key, plain, t, tn
from app.identity import Credential, presented, refuse_signed_out
from app.resources import workspace_engine
from app.state import IMPORT_ROUND, Tone, queue_notice
from app.views.naming import Taxonomy
from db.engine import Engine, reading
from db.errors import GainsayError
from db.intake import read_upload
from db.queries.transfer import kinds_present
from exports.transfer import Kind, TransferReport, export_bytes, plan_transfer, transfer

ITEMS = "items"
WHAT = {
    ITEMS: key("transfer.items"),
    Kind.RESPONSES.value: key("transfer.responses"),
    Kind.LABELS.value: key("transfer.labels"),
    Kind.VERDICTS.value: key("transfer.verdicts"),
}
EXPLAINED = {
    Kind.RESPONSES: key("transfer.responses_explained"),
    Kind.LABELS: key("transfer.labels_explained"),
    Kind.VERDICTS: key("transfer.verdicts_explained"),
}
ADVICE = {
    "empty_response": key("transfer.empty_response"),
    "no_human_evidence": key("transfer.no_human_evidence"),
    "older_label": key("transfer.older_label"),
    "protection": key("transfer.protection"),
}
FORMATS = {
    ".csv": "text/csv",
    ".jsonl": "application/jsonl",
    ".parquet": "application/vnd.apache.parquet",
}
JUDGES_SHOWN = 10


def draw_transfer(engine: Engine, taxonomy: Taxonomy, *, annotator_id: str) -> None:
    """Draw the choice of what a file holds, then its import."""
    what = st.segmented_control(
        t("transfer.what"),
        list(WHAT),
        format_func=lambda found: plain(WHAT[found]),
        default=ITEMS,
        required=True,
        key="transfer_what",
    )
    if what in (None, ITEMS):
        draw_import(engine, taxonomy, annotator_id=annotator_id)
    else:
        _draw_import(engine, Kind(what), annotator_id=annotator_id)


def draw_export(engine: Engine, *, annotator_id: str) -> None:
    """Draw a button for each kind of fact that there is."""
    with reading(engine) as session:
        present = kinds_present(session)
    st.markdown(t("transfer.export_explained"))
    ending = st.segmented_control(
        t("transfer.format"),
        list(FORMATS),
        format_func=lambda found: found.removeprefix("."),
        default=".csv",
        required=True,
        key="export_format",
    )
    chosen, shown = ending or ".csv", presented()
    with st.container(horizontal=True):
        for kind in Kind:
            st.download_button(
                t(WHAT[kind.value]),
                partial(export_for, engine, shown, annotator_id, kind, chosen),
                file_name=f"{kind.value}{chosen}",
                mime=FORMATS[chosen],
                icon=":material/download:",
                key=f"export_{kind.value}",
                disabled=not present[kind.value],
                on_click="ignore",
            )


def export_for(
    engine: Engine, shown: Credential, annotator_id: str, kind: Kind, ending: str
) -> bytes:
    """Make a file for the person for whom its button was drawn.

    A download is asked for outside of any run of the page: no door has been passed by then.

    Raises:
        Forbidden: They are not signed in any more, or do not lead everything any more.
    """
    refuse_signed_out(engine, shown, annotator_id=annotator_id)
    return export_bytes(engine, annotator_id=annotator_id, kind=kind, ending=ending)


def _draw_import(engine: Engine, kind: Kind, *, annotator_id: str) -> None:
    st.markdown(t(EXPLAINED[kind]))
    file = st.file_uploader(
        t("import.file"),
        type=ENDINGS,
        # A fresh key empties the field after an import.
        key=f"import_{kind.value}_{st.session_state.get(IMPORT_ROUND, 0)}",
        max_upload_size=100,
    )
    if file is None:
        return
    try:
        plan = plan_transfer(
            engine,
            read_upload(file.name, file.getvalue(), what=kind.value),
            kind=kind,
            actor_id=annotator_id,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        st.markdown(f"**{t('import.refused')}**")
        draw_refusal(error)
        return
    _draw_plan(plan)
    new = plan.created + plan.corrected
    st.button(
        tn("transfer.do", new),
        type="primary",
        icon=":material/upload:",
        key="transfer_do",
        disabled=not new,
        on_click=_import,
        args=(file, kind, annotator_id),
    )


def _draw_plan(plan: TransferReport) -> None:
    st.markdown(
        t(
            "transfer.plan",
            rows=plan.rows,
            created=plan.created,
            corrected=plan.corrected,
            unchanged=plan.unchanged,
        )
    )
    st.dataframe(
        [
            {plain("transfer.counted"): count.name, plain("import.rows"): count.rows}
            for count in plan.counts
        ],
        hide_index=True,
        alt=plain("transfer.plan_alt"),
        width="content",
    )
    if plan.new_judges:
        shown = ", ".join(plan.new_judges[:JUDGES_SHOWN])
        st.caption(tn("transfer.new_judges", len(plan.new_judges), judges=shown))
    if plan.advice:
        st.markdown(f"**{t('import.advice')}**")
        for advice in plan.advice:
            draw_advice(advice, ADVICE)


def _import(file: UploadedFile, kind: Kind, annotator_id: str) -> None:
    try:
        report = transfer(
            workspace_engine(),
            read_upload(file.name, file.getvalue(), what=kind.value),
            kind=kind,
            actor_id=annotator_id,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    st.session_state[IMPORT_ROUND] = st.session_state.get(IMPORT_ROUND, 0) + 1
    queue_notice(
        Tone.DONE,
        t(
            "transfer.done",
            created=report.created,
            corrected=report.corrected,
            file=report.file,
        ),
    )
