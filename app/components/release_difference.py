"""Owns comparing and verifying releases on screen."""

from datetime import UTC, datetime

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import plain, t
from app.resources import release_difference, workspace_engine
from app.state import Tone, queue_notice
from app.views.releases import ReleaseLine
from db.errors import GainsayError
from exports.publishing_files import sealed_files
from exports.versions import parse_version


def draw_verify(release: ReleaseLine) -> None:
    """Draw the button that holds the files against what the release sealed."""
    st.button(
        t("release.verify"),
        icon=":material/verified:",
        key="release_verify",
        on_click=_verify,
        args=(release,),
    )


def draw_difference(release: ReleaseLine, versions: tuple[str, ...]) -> None:
    """Draw what a release differs in from another, or from what a cut would hold now."""
    others = [version for version in versions if version != release.version]
    now = plain("release.now")
    other = st.selectbox(
        t("release.compare", version=release.version),
        ["", *others],
        format_func=lambda version: version or now,
        key=f"release_compare_{release.version}",
        width=420,
    )
    before, after = release.version, other
    if other and parse_version(other) < parse_version(before):
        before, after = other, before
    found = release_difference(before, after or None)
    st.caption(t("release.from_to", before=before, after=after or now))
    if not found.changes:
        st.caption(t("release.no_difference"))
        return
    kinds = (
        (plain("release.added"), found.changes.added),
        (plain("release.changed"), found.changes.changed),
        (plain("release.removed"), found.changes.removed),
    )
    st.dataframe(
        [
            {plain("release.difference"): kind, plain("release.item"): item}
            for kind, items in kinds
            for item in items
        ],
        hide_index=True,
        key="release_difference",
        height="content" if sum(len(items) for _, items in kinds) <= 10 else 380,
        width="content",
        alt=plain("release.difference_alt"),
    )


def _verify(release: ReleaseLine) -> None:
    try:
        files = sealed_files(
            workspace_engine(), release.version, release.folder, now=datetime.now(UTC)
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, t("release.verified", version=release.version, files=len(files)))
