"""The one way out to an authority: an allow-listed host, an address that was checked and is the one connected to, no
redirect, a time-out, a bounded answer (V67)."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from shared.tls import TlsSettings, client_context

Network = IPv4Network | IPv6Network
_LARGEST_ANSWER: Final = 65_536
_SYSTEM_AUTHORITIES: Final = TlsSettings()


class OutgoingRefused(Exception):
    """An address that may not be called; the argument says why."""


class OutgoingFailed(Exception):
    """No answer that could be used: connection, time, redirect, size, or a server's error. Argument: which."""


class CheckedResolver(AbstractResolver):
    """Resolves names and gives out only addresses that may be called. What it gives out is connected to without asking
    again, so that a name can not mean another address a moment later."""

    def __init__(self, allowed_networks: Sequence[Network], resolver: AbstractResolver | None = None) -> None:
        self._allowed = allowed_networks
        self._resolver = resolver or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError when one of the addresses may not be called: a mixture is an attack, not a choice."""
        found = await self._resolver.resolve(host, port, family)
        for one in found:
            if not may_be_called(one["host"], self._allowed):
                raise OSError("the name resolves to an address that may not be called")
        return found

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._resolver.close()


class Outgoing:
    """Calls one endpoint."""

    def __init__(
        self,
        endpoint: str,
        allowed_hosts: frozenset[str],
        allowed_networks: Sequence[Network],
        seconds: float,
        resolver: AbstractResolver | None = None,
        tls: TlsSettings = _SYSTEM_AUTHORITIES,
    ) -> None:
        """Raises OutgoingRefused for an endpoint that may not be called."""
        self.url = checked_url(endpoint, allowed_hosts, allowed_networks)
        self._seconds = seconds
        self._tls = tls
        self._resolver = CheckedResolver(allowed_networks, resolver)
        self._session: aiohttp.ClientSession | None = None

    @property
    def host(self) -> str:
        """The Host header, with the port where it is not the usual one."""
        return self.url.authority

    async def post(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """The answer's body, of status 2xx or 4xx: authorities explain themselves in both. Raises OutgoingFailed."""
        session = self._open()
        try:
            async with session.post(self.url, headers=headers, data=body, allow_redirects=False) as response:
                if 300 <= response.status < 400 or response.status >= 500:
                    raise OutgoingFailed(f"status_{response.status}")
                answer = await response.content.read(_LARGEST_ANSWER + 1)
                while not response.content.at_eof() and len(answer) <= _LARGEST_ANSWER:
                    answer += await response.content.read(_LARGEST_ANSWER)
        except TimeoutError:
            raise OutgoingFailed("timeout") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise OutgoingFailed(type(error).__name__) from None
        if len(answer) > _LARGEST_ANSWER:
            raise OutgoingFailed("too_large")
        return answer

    async def close(self) -> None:
        """Give up connections."""
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, limit=20, ssl=client_context(self._tls)
            )
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            # No proxy, no credentials and no cookies of this machine leave with a question.
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def checked_url(endpoint: str, allowed_hosts: frozenset[str], allowed_networks: Sequence[Network]) -> URL:
    """The endpoint as a URL. Raises OutgoingRefused for another scheme than https (http only to an allowed network), a
    user part, a host that is not listed, and an address that may not be called."""
    url = URL(endpoint)
    if url.scheme not in ("http", "https") or url.user or url.password or not url.host:
        raise OutgoingRefused("not a plain http(s) address")
    if url.host not in allowed_hosts:
        raise OutgoingRefused("the host is not on the list")
    if _is_address(url.host) and not may_be_called(url.host, allowed_networks):
        raise OutgoingRefused("the address may not be called")
    if url.scheme == "http" and not (_is_address(url.host) and _within(ip_address(url.host), allowed_networks)):
        raise OutgoingRefused("only https leaves this network")
    return url


def may_be_called(host: str, allowed_networks: Sequence[Network]) -> bool:
    """Whether an address is public, or lies in a network that was allowed. An IPv4 address wrapped in IPv6 counts as
    what it wraps."""
    address = ip_address(host.partition("%")[0])
    wrapped = _unwrapped(address)
    return _within(wrapped, allowed_networks) or (wrapped.is_global and not wrapped.is_multicast)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def _within(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
