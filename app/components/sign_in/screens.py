"""Owns what stands in place of a page while nobody may act: signing in, and choosing a password."""

from typing import Final

import streamlit as st

from app.components.sign_in.form import (
    CHOOSE,
    ENTER,
    NAME_AND_PASSWORD,
    OLD_AND_NEW,
    PASSWORD,
    SIGN_IN,
    draw_form,
    load_page_again,
)
from app.components.sign_in.providers import Provider, providers
from app.components.wording import key, t
from app.identity import Shown, claims_shown, was_solo
from app.provider_failures import FAILED, Failure
from curation.sign_in.sessions import Out, SignedIn, SignedOut

REASONS: Final = {
    Out.ENDED: key("sign_in.out_ended"),
    Out.EXPIRED: key("sign_in.out_expired"),
    Out.WITHDRAWN: key("sign_in.out_withdrawn"),
}
# What an identity provider's part came to, as the address says it.
FAILURES: Final = {
    Failure.SILENT.value: key("sign_in.provider_silent"),
    Failure.REFUSED.value: key("sign_in.provider_refused"),
    Failure.UNUSABLE.value: key("sign_in.provider_unusable"),
}


def draw_sign_in(out: SignedOut, *, acted_before: bool) -> None:
    """Draw the sign-in.

    Args:
        out: Why nobody acts.
        acted_before: Whether this tab was somebody's: then a gesture may just have been refused.
    """
    st.title(t("sign_in.title"), anchor=False)
    reason = REASONS.get(out.reason)
    if acted_before and was_solo():
        st.warning(t("sign_in.now_shared"), icon=":material/group:")
    elif acted_before:
        said = t(reason) if reason else t("sign_in.out_ended")
        st.error(f"{said} {t('sign_in.nothing_stored')}", icon=":material/block:")
    elif out.reason is Out.NOBODY and (told := _told_of_provider()):
        st.error(t(told), icon=":material/block:")
    elif reason is not None:
        st.warning(t(reason), icon=":material/info:")
    st.markdown(t("sign_in.about", workspace=out.workspace))
    draw_form(NAME_AND_PASSWORD, address=SIGN_IN, button=ENTER, key="sign_in_form")
    for provider in providers():
        _draw_provider(provider)


def draw_other_person(person: SignedIn) -> None:
    """Say that somebody else signed in here since the page was drawn, and load it again."""
    st.error(
        f"{t('sign_in.other_person', handle=person.handle)} {t('sign_in.nothing_stored')}",
        icon=":material/block:",
    )
    load_page_again()


def draw_choose_password(person: SignedIn) -> None:
    """Draw the form for the first password of one's own."""
    st.title(t("sign_in.choose_title"), anchor=False)
    st.markdown(t("sign_in.choose_about", handle=person.handle))
    draw_form(OLD_AND_NEW, address=PASSWORD, button=CHOOSE, key="sign_in_choose")


def _told_of_provider() -> str | None:
    """Name the sentence on what an identity provider's part came to; None when it had none."""
    match claims_shown():
        case Shown.EXPIRED:
            return key("sign_in.identity_expired")
        case Shown.GOOD:
            return key("sign_in.unknown_identity")
    return FAILURES.get(st.query_params.get(FAILED, ""))


def _draw_provider(provider: Provider) -> None:
    if st.button(
        t("sign_in.with_provider", name=provider.label),
        icon=":material/badge:",
        key=f"sign_in_with_{provider.name}",
    ):
        st.login(provider.name or None)
