"""Owns what the server serves: the pages, and beside them the routes of the sign-in."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.data_folder import sign_in_secrets
from app.login_routes import login_routes
from app.provider_failures import BackToSignIn, tell_failures_in_a_line
from app.settings import load_settings

tell_failures_in_a_line()
# Streamlit finds it by this name.
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=login_routes(),
    middleware=[Middleware(BackToSignIn)],
    secrets=sign_in_secrets(load_settings().data_folder),
)
