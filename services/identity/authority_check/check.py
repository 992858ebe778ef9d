"""The port that every authority implements, and the choice of one by settings."""

from typing import Protocol

from services.identity.authority_check.aliyun import AliyunAuthority
from services.identity.authority_check.outgoing import Outgoing
from services.identity.authority_check.tencent import TencentAuthority
from services.identity.domain.authority_answer import AuthorityAnswer
from services.identity.domain.authority_limits import AuthorityLimits
from shared.clock import Clock


class AuthorityCheck(Protocol):
    """An authority."""

    async def ask(self, name: str, number: str) -> AuthorityAnswer:
        """Whether the name belongs to the number; never raises: what can not be told is UNAVAILABLE."""
        ...

    async def close(self) -> None:
        """Give up connections."""
        ...


def chosen_authority(limits: AuthorityLimits, clock: Clock) -> AuthorityCheck | None:
    """The authority that the settings name; None when it is off. Raises OutgoingRefused for an endpoint that may not be
    called."""
    if limits.provider == "off":
        return None
    outgoing = Outgoing(
        limits.address,
        frozenset({*AuthorityLimits.VENDORS.values(), *limits.allowed_hosts}),
        limits.allowed_networks,
        limits.seconds,
        tls=limits.tls,
    )
    if limits.provider == "aliyun":
        return AliyunAuthority(outgoing, limits.key_id, limits.key_secret, clock)
    return TencentAuthority(outgoing, limits.key_id, limits.key_secret, limits.region, clock)
