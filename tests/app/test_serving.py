"""The server's process: what it sends leaves at once."""

import subprocess
import sys

import pytest

# Streamlit's own function binds; what a browser would connect to is accepted and asked.
ACCEPTED = """
import socket, sys
from streamlit.web.server.starlette.starlette_server import _bind_socket
from app.serving import send_at_once
if "at once" in sys.argv:
    send_at_once()
listening = _bind_socket(sys.argv[1], 0, 5)
browser = socket.create_connection(listening.getsockname()[:2])
listening.setblocking(True)
accepted, _ = listening.accept()
print(bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
"""


@pytest.mark.parametrize(("words", "at_once"), [(["at once"], "True"), ([], "False")])
def test_an_accepted_connection_waits_for_no_acknowledgement(
    words: list[str], at_once: str
) -> None:
    # The second case is what Streamlit does by itself: when it fails, app/serving.py can go.
    told = subprocess.run(
        [sys.executable, "-c", ACCEPTED, "127.0.0.1", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == at_once
