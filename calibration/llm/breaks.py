"""Owns what it means when a connection breaks: the kind of fault, and what to look at.

Nothing here quotes the foreign error, for some of them hold the headers of the request.
"""

import ssl
from dataclasses import dataclass

import aiohttp

from calibration.llm.faults import FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What broke.

    Attributes:
        what: Half a sentence: what happened, and the way out.
    """

    kind: FaultKind
    what: str


def diagnosed(error: Exception, *, host: str, was_sent: bool, seconds: float) -> Diagnosis:
    """Name what broke.

    Args:
        error: What the connection raised.
        host: Of the provider.
        was_sent: Bytes of the request went out.
        seconds: The whole time that was allowed.
    """
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return _certificate(error, host)
    if isinstance(error, TimeoutError):
        return _timeout(host, was_sent=was_sent, seconds=seconds)
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        return _garbled(error, host)
    if isinstance(error, aiohttp.InvalidURL) or not isinstance(
        error, aiohttp.ClientError | OSError
    ):
        return Diagnosis(
            kind=FaultKind.BAD_REQUEST,
            what="the request cannot be written, so check the base URL",
        )
    if was_sent:
        return _lost(host)
    return _unconnected(error, host)


def _certificate(
    error: aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError, host: str
) -> Diagnosis:
    inner = getattr(error, "certificate_error", error)
    reason = getattr(inner, "verify_message", "") or "it cannot be verified"
    return Diagnosis(
        kind=FaultKind.CERTIFICATE,
        what=f"the certificate of {host!r} is not trusted ({reason}), so name the file of its "
        "authority as the CA bundle of the provider",
    )


def _timeout(host: str, *, was_sent: bool, seconds: float) -> Diagnosis:
    if was_sent:
        return Diagnosis(
            kind=FaultKind.TIMEOUT,
            what=f"{host!r} did not answer within {seconds:g} seconds, so try again, raise the "
            "timeout or lower max_tokens",
        )
    return Diagnosis(
        kind=FaultKind.UNREACHABLE,
        what=f"{host!r} did not take the connection in time, so check the base URL and the network",
    )


def _garbled(
    error: aiohttp.ClientResponseError | aiohttp.ClientPayloadError, host: str
) -> Diagnosis:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _proxy(host)
    if isinstance(error, aiohttp.ClientResponseError):
        return Diagnosis(
            kind=FaultKind.GARBAGE, what=f"what {host!r} answers is no HTTP, so check the base URL"
        )
    if "encoding" in str(error):
        return Diagnosis(
            kind=FaultKind.GARBAGE, what=f"an answer of {host!r} cannot be unpacked, so try again"
        )
    return _lost(host)


def _unconnected(error: aiohttp.ClientError | OSError, host: str) -> Diagnosis:
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Diagnosis(
            kind=FaultKind.CERTIFICATE,
            what=f"no secure connection to {host!r} can be made, so write 'http://' in the base "
            "URL if the server speaks plain HTTP, and else have its TLS set up",
        )
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return _proxy(host)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Diagnosis(
            kind=FaultKind.UNREACHABLE,
            what=f"no host {host!r} is known here, so check the base URL and the network",
        )
    return Diagnosis(
        kind=FaultKind.UNREACHABLE,
        what=f"{host!r} refuses the connection, so check the base URL and that the server runs",
    )


def _proxy(host: str) -> Diagnosis:
    return Diagnosis(
        kind=FaultKind.UNREACHABLE,
        what=f"the proxy on the way to {host!r} does not let requests through, so check "
        "HTTPS_PROXY and NO_PROXY",
    )


def _lost(host: str) -> Diagnosis:
    return Diagnosis(
        kind=FaultKind.CONNECTION_LOST,
        what=f"the connection to {host!r} broke before the whole answer was there, so try again",
    )
