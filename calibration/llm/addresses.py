"""Owns what kind of place an address is: this machine, or one where no model is served."""

import contextlib
import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

_OLD_NUMBER: Final = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}")


def is_loopback(url: str) -> bool:
    """Tell whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    address = _as_number(host)
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_link_local(url: str) -> bool:
    """Tell whether an address is one where clouds hand out the secrets of a machine."""
    address = _as_number(urlsplit(url).hostname or "")
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_link_local
    return address is not None and address.is_link_local


def _as_number(host: str) -> IPv4Address | IPv6Address | None:
    with contextlib.suppress(ValueError):
        return ip_address(host)
    # Resolvers also read numbers such as 2130706433, 0x7f.1 and 127.1.
    if not _OLD_NUMBER.fullmatch(host):
        return None
    with contextlib.suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None
