"""Server-side request forgery (SSRF) guard: which addresses may be connected to, of host names from untrusted input."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

from zombiescope.errors import SourceError, Untrusted

__all__ = ["Lookup", "SsrfGuard", "look_up", "public"]

# (host, port) -> the addresses that the host has.
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {443}


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system resolves it, best first."""
    records = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in records))


def public(address: str) -> bool:
    """Whether an address is one of the public internet, in whatever form it is written.

    IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged by the IPv4 address; other IPv6 must be global unicast.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is None:
            return ip in _GLOBAL_UNICAST and ip.is_global
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class SsrfGuard:
    """Decides which addresses a URL may be fetched from.

    private: let http, any port and any address pass, for tests and self-hosted instances.
    """

    def __init__(self, *, private: bool = False, look_up: Lookup = look_up) -> None:
        self.private = private
        self._look_up = look_up

    def scheme(self, scheme: str, host: str, port: int) -> None:
        """Raises Untrusted unless the URL is https on its usual port."""
        if self.private and scheme in ("http", "https"):
            return
        if scheme != "https" or port not in _PORTS:
            raise Untrusted(f"{host} is not asked: only https on port 443 is")

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to, all of them checked; connect to these and look nothing up again.

        Raises Untrusted where any is not public, SourceError where the host has none.
        """
        try:
            addresses = await self._look_up(host, port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise SourceError(f"there is no host {host}", "Check the name and the network.")
        if not self.private and not all(public(address) for address in addresses):
            raise Untrusted(f"{host} is at an address that is not of the public internet")
        return addresses
