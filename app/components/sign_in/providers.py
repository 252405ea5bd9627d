"""Owns which identity providers the secrets file names."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

ADDRESS = "server_metadata_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider that may be signed in with.

    Attributes:
        name: Its section; empty for the only one.
        label: What its button says.
    """

    name: str
    label: str


def providers() -> tuple[Provider, ...]:
    """List the providers, in the order of the secrets file; none without one."""
    try:
        auth = st.secrets.get("auth", {})
    except StreamlitSecretNotFoundError:
        return ()
    found = [
        Provider(name=name, label=name)
        for name, section in auth.items()
        if isinstance(section, Mapping) and ADDRESS in section
    ]
    if ADDRESS in auth:
        found.insert(0, Provider(name="", label=urlsplit(str(auth[ADDRESS])).hostname or "OIDC"))
    return tuple(found)
