"""Owns the program that ``app.server`` starts: Streamlit, with every answer sent at once.

Streamlit binds its socket itself and leaves Nagle's algorithm on, which holds small messages back
until the browser has acknowledged the one before: on Linux about 40 ms for every rerun.
"""

import socket

from streamlit.web.cli import main

INTERNET = {socket.AF_INET, socket.AF_INET6}


def send_at_once() -> None:
    """Have every socket that listens from now on, and what it accepts, send without waiting."""
    listen = socket.socket.listen

    def listen_at_once(self: socket.socket, *backlog: int) -> None:
        if self.family in INTERNET and self.type == socket.SOCK_STREAM:
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listen(self, *backlog)

    socket.socket.listen = listen_at_once  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    send_at_once()
    main(prog_name="streamlit")
