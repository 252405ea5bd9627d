"""Owns the list of releases: what each holds, a look inside, its files as one download."""

from functools import partial
from pathlib import Path

import streamlit as st

from app.components.header import draw_refusal
from app.components.kept_tabs import draw_tabs
from app.components.release_difference import draw_difference, draw_verify
from app.components.release_preview import cut_version
from app.components.release_publish import draw_publications, draw_publish
from app.components.wording import moment, plain, t, tn
from app.identity import Credential, presented, refuse_signed_out
from app.resources import workspace_engine
from app.state import RELEASE, RELEASE_TAB
from app.views.releases import Inside, ReleaseLine, look_inside
from db.engine import Engine
from db.errors import GainsayError
from exports.archive import zip_bytes

CELL_CHARACTERS = 200


def draw_releases(releases: tuple[ReleaseLine, ...], *, annotator_id: str, publishes: bool) -> None:
    """Draw the list, newest first, and the release that is open."""
    if not releases:
        st.caption(t("release.none"))
        return
    by_version = {release.version: release for release in releases}
    chosen = st.selectbox(
        t("release.choose"),
        list(by_version),
        format_func=lambda version: plain(
            "release.line", version=version, rows=by_version[version].rows
        ),
        key=RELEASE,
        persist_state="session",
        width=420,
    )
    release = by_version[chosen]
    st.caption(
        t("release.cut_by", at=moment(release.created_at), actor=release.author),
    )
    st.code(release.content_hash.removeprefix("sha256:"), language=None, wrap_lines=True)
    draw_publications(release)
    draw_difference(release, tuple(by_version))
    if not release.on_disk:
        _draw_missing(release, annotator_id=annotator_id, publishes=publishes)
        return
    try:
        inside = look_inside(release.folder)
    except GainsayError as error:
        draw_refusal(error)
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("release.download", version=release.version),
            partial(zip_for, workspace_engine(), presented(), annotator_id, release.folder),
            file_name=f"gainsay-{release.version}.zip",
            mime="application/zip",
            icon=":material/download:",
            key="release_download",
            on_click="ignore",
        )
        draw_verify(release)
    if publishes:
        draw_publish(release, annotator_id=annotator_id)
    _draw_inside(inside)


def zip_for(engine: Engine, shown: Credential, annotator_id: str, folder: Path) -> bytes:
    """Pack a release for the person for whom its button was drawn.

    Raises:
        Forbidden: They are not signed in any more.
    """
    refuse_signed_out(engine, shown, annotator_id=annotator_id)
    return zip_bytes(folder)


def _draw_missing(release: ReleaseLine, *, annotator_id: str, publishes: bool) -> None:
    st.info(t("release.not_on_disk"), icon=":material/folder_off:")
    if publishes:
        st.button(
            t("release.write_again"),
            key="release_write_again",
            on_click=_write_again,
            args=(release.version, annotator_id),
        )


def _write_again(version: str, annotator_id: str) -> None:
    cut_version(version, annotator_id=annotator_id)


def _draw_inside(inside: Inside) -> None:
    rows, files, card, manifest = draw_tabs(
        RELEASE_TAB,
        {
            "rows": t("release.rows_tab"),
            "files": t("release.files"),
            "card": t("release.card"),
            "manifest": t("release.manifest"),
        },
    )
    with rows:
        st.caption(tn("release.rows_shown", inside.total, shown=len(inside.rows)))
        st.dataframe(
            [{name: _cell(text) for name, text in row.items()} for row in inside.rows],
            hide_index=True,
            key="release_rows",
            height=420,
            alt=plain("release.rows_alt"),
        )
    with files:
        st.dataframe(
            [
                {plain("release.file"): name, plain("release.bytes"): size}
                for name, size in inside.files
            ],
            hide_index=True,
            key="release_files",
            height="content",
            width="content",
            alt=plain("release.files_alt"),
        )
    with card:
        st.code(inside.card, language="markdown", wrap_lines=True, height=520)
    with manifest:
        st.code(inside.manifest, language="json", wrap_lines=True, height=520)


def _cell(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL_CHARACTERS else line[:CELL_CHARACTERS] + "…"
