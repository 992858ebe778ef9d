"""What all endpoints of a process share."""

import asyncio
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from aiohttp import web

from shared.clock import Clock
from shared.postgres.database import Database
from shared.security.gateway_keys import GatewayKeys
from shared.security.known_keys import KnownKeys
from shared.web.slow_bodies import DEFAULT_PACE, BodyPace


@dataclass(frozen=True, slots=True)
class Runtime:
    """Handed to every Endpoint."""

    deps: Any
    database: Database
    clock: Clock
    keys: KnownKeys
    digest_key: bytes
    gateway: GatewayKeys | None
    """None: nobody has to prove that a request came through the gateway."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    pace: BodyPace = DEFAULT_PACE
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is told to stop: what lasts ends."""

    def client_address(self, request: web.Request) -> str:
        """The caller's address: the last hop written by a trusted proxy, else the peer (V71)."""
        peer = request.remote or "0.0.0.0"
        try:
            trusted = any(ip_address(peer) in network for network in self.trusted_proxies)
        except ValueError:
            return peer
        forwarded = request.headers.get("X-Forwarded-For", "") if trusted else ""
        return forwarded.rsplit(",", 1)[-1].strip() or peer
