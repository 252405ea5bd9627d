"""Owns a local OpenID Connect provider: discovery, authorisation, tokens signed with RS256, keys.

Whoever is ``provider.person`` is who it says has signed in, without asking anybody.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "gainsay-tests"
CLIENT_SECRET = "canary-of-the-clients-secret"
OTHER = "https://elsewhere.example.org"


@dataclass(slots=True, kw_only=True)
class Person:
    """Who the provider says has signed in."""

    subject: str
    email: str
    is_verified: bool = True
    seconds: int = 3_600


class Fault(StrEnum):
    """What is wrong with a provider."""

    HANGS = "hangs"
    BROKEN = "broken"
    BREAKS_OFF = "breaks off"
    TALKATIVE = "talkative"
    REFUSES = "refuses"
    OTHER_ISSUER = "other issuer"
    OTHER_KEY = "other key"
    EXPIRED = "expired"
    CLOCK_AHEAD = "clock ahead"
    JUST_OVER = "just over"


@dataclass(slots=True, kw_only=True)
class Provider:
    """A running provider.

    Attributes:
        issuer: Its address.
        asked: Paths that were asked for.
        fault: What is wrong with it; None when nothing is.
        let_go: Ends the wait of those who hang on it.
    """

    issuer: str
    person: Person
    key: RSAKey
    fault: Fault | None = None
    let_go: threading.Event = field(default_factory=threading.Event)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


# By how many seconds its clock is wrong. Tokens are good for an hour, and the library lets two
# minutes pass.
SHIFTS: dict[Fault | None, int] = {
    Fault.EXPIRED: -3_600 - 600,
    Fault.JUST_OVER: -3_600 - 30,
    Fault.CLOCK_AHEAD: 3_600,
}


@contextmanager
def running_provider(person: Person) -> Iterator[Provider]:
    """Serve on a free port of this machine until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(
        issuer=f"http://localhost:{server.server_port}",
        person=person,
        key=RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}),
    )
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        provider.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider: Provider = self.server.provider  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        provider.asked.append(parts.path)
        if provider.fault is Fault.HANGS:
            provider.let_go.wait()
        elif provider.fault is Fault.BROKEN:
            self.send_error(500)
        elif parts.path == "/.well-known/openid-configuration":
            self._answer(_metadata(provider.issuer))
        elif parts.path == "/jwks":
            self._answer({"keys": [provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_urlsafe(16)
            provider.codes[code] = asked
            told = {"code": code}
            if provider.fault is Fault.REFUSES:
                told = {"error": "access_denied", "error_description": "Not today."}
            back = urlencode({**told, "state": asked["state"]})
            self.send_response(302)
            self.send_header("location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        provider: Provider = self.server.provider  # type: ignore[attr-defined]
        provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = provider.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        if provider.fault is Fault.BREAKS_OFF:
            self.send_error(500)
            return
        if provider.fault is Fault.TALKATIVE:
            self._answer({"error": "invalid_client", "error_description": CLIENT_SECRET})
            return
        now = int(time.time()) + SHIFTS.get(provider.fault, 0)
        key = RSAKey.generate_key(2048) if provider.fault is Fault.OTHER_KEY else provider.key
        claims: dict[str, object] = {
            "iss": OTHER if provider.fault is Fault.OTHER_ISSUER else provider.issuer,
            "sub": provider.person.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + provider.person.seconds,
            "nonce": asked["nonce"],
            "email": provider.person.email,
            "email_verified": provider.person.is_verified,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        self._answer({"access_token": "unused", "token_type": "Bearer", "id_token": token})

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _metadata(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }
