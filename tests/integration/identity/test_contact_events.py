"""How a person can be reached is told with the WeChat account linked last, and without it once it is removed."""

from typing import Any

import pytest

from shared.contracts.identity import PersonContactChanged
from shared.security.subject_sealing import open_from_event
from tests.integration.identity.people import PHONE, log_in, some_morning, wechat_log_in, with_token
from tests.integration.identity.test_credentials import link_wechat
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Serve, ServiceUnderTest


async def told_contacts(service: ServiceUnderTest) -> list[tuple[str | None, str | None]]:
    """(phone, openid) of each event, in clear, with versions that only grow."""
    events = await service.published(PersonContactChanged)
    assert [e.aggregate_version for e in events] == sorted({e.aggregate_version for e in events})

    async def opened(event: Any, name: str) -> str | None:
        sealed = getattr(event, name)
        place = f"{PersonContactChanged.TYPE}.{name}:{event.person_id}"
        return await open_from_event(service.keyring, "contact", place, sealed) if sealed else None

    return [(await opened(e, "phone"), await opened(e, "wechat_openid")) for e in events]


@pytest.mark.requirement("A5")
async def test_an_openid_is_told_while_it_is_linked(serve: Serve) -> None:
    """Phone, then phone and openid, then the phone alone again; the openid is sealed in the outbox."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        caller = with_token(service, (await log_in(service)).body)
        await link_wechat(caller)
        openid = wechat.fake.openid("chen")
        async with service.database.read() as reader:
            bodies = b"".join(bytes(row["body"]) for row in await reader.fetch("SELECT body FROM outbox"))
        assert openid.encode() not in bodies
        linked = (await caller.get("/me/credentials")).body["items"][1]["credential_id"]
        assert (await caller.call("DELETE", f"/me/credentials/{linked}")).status == 204
        assert await told_contacts(service) == [(PHONE, None), (PHONE, openid), (PHONE, None)]


@pytest.mark.requirement("A5")
async def test_who_logs_in_by_wechat_alone_can_be_reached_there(serve: Serve) -> None:
    """The first login tells the openid without a phone; later logins tell nothing new."""
    async with running_wechat() as wechat:
        service = await serve("identity", some_morning(), **wechat.settings)
        await wechat_log_in(service)
        await wechat_log_in(service)
        assert await told_contacts(service) == [(None, wechat.fake.openid("chen"))]
