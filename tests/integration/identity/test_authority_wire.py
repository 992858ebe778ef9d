"""What goes over the wire to the authority: every documented code, and addresses that are not called (V30, V67)."""

import socket
from ipaddress import ip_network

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr

from services.identity.authority_check.check import chosen_authority
from services.identity.authority_check.outgoing import Outgoing, OutgoingFailed
from services.identity.domain.authority_limits import AuthorityLimits
from tests.integration.identity.people import some_morning
from tests.support.fake_authorities import (
    ACCOUNT,
    fake_authority,
)
from tests.unit.identity.test_authority_check import ALIYUN, TENCENT


@pytest.mark.requirement("V30")
async def test_every_documented_code_over_the_wire() -> None:
    """The fake plays every code of both vendors over real HTTP with checked signatures, one after the other; each comes
    back as what it means, and the number of questions is the number of codes."""
    clock = some_morning()
    for provider, rows in (("aliyun", ALIYUN), ("tencent", TENCENT)):
        async with fake_authority() as fake:
            limits = AuthorityLimits(
                provider="aliyun" if provider == "aliyun" else "tencent",
                endpoint=fake.url,
                key_id=ACCOUNT.key_id,
                key_secret=SecretStr(ACCOUNT.key_secret),
                allowed_hosts=("127.0.0.1",),
                allowed_networks=(ip_network("127.0.0.0/8"),),
            )
            authority = chosen_authority(limits, clock)
            assert authority is not None
            fake.says([answer for answer, _, _ in rows])
            said = [await authority.ask("王试", "11010519491231002X") for _ in rows]
            await authority.close()
            assert [(one.answer, one.alarm) for one in said] == [(meaning, alarm) for _, meaning, alarm in rows]
            assert fake.asked == [("王试", "11010519491231002X")] * len(rows)


@pytest.mark.requirement("V30")
async def test_off_is_off() -> None:
    """Without a provider there is no authority, and nothing can be asked."""
    assert chosen_authority(AuthorityLimits(), some_morning()) is None


class LyingResolver(AbstractResolver):
    """Says what a name server of an attacker would say; the second answer differs from the first (rebinding)."""

    def __init__(self, answers: list[list[str]]) -> None:
        self._answers = answers
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The next answer; the last one stays."""
        addresses = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0)
            for one in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.requirement("V67")
@pytest.mark.parametrize(
    "answers", [[["169.254.169.254"]], [["127.0.0.1"]], [["8.8.8.8", "10.0.0.1"]], [["::ffff:127.0.0.1"]]]
)
async def test_a_name_that_means_an_inner_address_is_not_called(answers: list[list[str]]) -> None:
    """An allowed name that resolves to an address of this network, even beside a public one, is not connected to."""
    resolver = LyingResolver(answers)
    host = "cloudauth.aliyuncs.com"
    outgoing = Outgoing(f"https://{host}", frozenset({host}), (), 2.0, resolver)
    with pytest.raises(OutgoingFailed):
        await outgoing.post({}, b"")
    assert resolver.asked == 1
    await outgoing.close()


@pytest.mark.requirement("V67")
async def test_a_name_is_resolved_once_per_connection() -> None:
    """The address that was checked is the one connected to: a name that changes its meaning between check and use gains
    nothing. The first answer is a listener of ours, the second would be refused."""
    async with fake_authority() as fake:
        port = int(fake.url.rpartition(":")[2])
        resolver = LyingResolver([["127.0.0.1"], ["169.254.169.254"]])
        outgoing = Outgoing(
            f"https://localhost.example:{port}",
            frozenset({"localhost.example"}),
            [ip_network("127.0.0.0/8")],
            2.0,
            resolver,
        )
        # The listener speaks no TLS, so the handshake fails after the connection: one look-up was enough to get there.
        with pytest.raises(OutgoingFailed, match=r"SSL|Connector"):
            await outgoing.post({}, b"")
        assert resolver.asked == 1
        await outgoing.close()
