"""Which links may be opened: https to public addresses, whatever a host is written like.

Checked twice, because a name can be made to resolve to something else a moment later: the link before
it is opened, and the addresses in the very resolver that the connection is made with.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.domain.errors import PictureBad

Address: TypeAlias = IPv4Address | IPv6Address

_ROUTED_V6 = IPv6Network("2000::/3")
"""All that is handed out for the public internet."""
_NAT64 = IPv6Network("64:ff9b::/96")
_ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
"""`2130706433`, `127.1`, `0x7f.1`: written for the C library, which reads them as addresses."""


class AddressRefused(OSError):
    """A name resolved to an address that must not be connected to."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also the one that it stands in for."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(inner)
    return address.is_global and address in _ROUTED_V6


def check_link(url: URL, *, allow_loopback: bool) -> None:
    """Refuse a link that must not be opened.

    Raises:
        PictureBad: not https, a password in it, or an address that is not public.
    """
    host = url.raw_host or ""
    if allow_loopback and url.scheme in {"http", "https"} and _is_loopback_host(host):
        return
    if url.scheme != "https" or not host:
        raise PictureBad("the link is not https")
    if url.raw_user is not None or url.raw_password is not None:
        raise PictureBad("the link has a user name")
    literal = _literal(host)
    if literal is None and _ENDS_IN_NUMBER.search(host):
        raise PictureBad("the link has an oddly written address")
    if literal is not None and not is_public(literal):
        raise PictureBad("the link leads to a private address")


class GuardedResolver(AbstractResolver):
    """Resolves names, but not to addresses that must not be connected to."""

    def __init__(self, inner: AbstractResolver, *, allow_loopback: bool) -> None:
        self._inner = inner
        self._allow_loopback = allow_loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All addresses of a name.

        Raises:
            AddressRefused: one of them is not allowed; honest names have no such mixture.
            OSError: the name does not resolve.
        """
        found = await self._inner.resolve(host, port, family)
        if not all(self._allowed(one["host"]) for one in found):
            raise AddressRefused("not a public address")
        return found

    async def close(self) -> None:
        """Release the resolver inside."""
        await self._inner.close()

    def _allowed(self, text: str) -> bool:
        address = _literal(text)
        if address is None:
            return False
        return is_public(address) or (self._allow_loopback and address.is_loopback)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_loopback_host(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" if literal is None else literal.is_loopback
