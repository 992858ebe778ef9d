"""Keys of other systems: scoped, exchanged with an overlap, listed with their last use, revoked within a minute."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.ids import new_id
from shared.security.tokens import TokenVerifier
from tests.integration.identity.offices import REASON, Holder, Offices
from tests.support.service_under_test import Answer, Serve


async def registered(zone: Holder, **more: Any) -> dict[str, Any]:
    """A client with its first key."""
    body = {"name": f"国网接口 {new_id().hex[:8]}", "role": "national_network_client"}
    made = await zone.api.post("/machine-clients", body | more)
    assert made.status == 201, made.body
    client: dict[str, Any] = made.body
    return client


async def opened(offices: Offices, key: dict[str, Any]) -> Answer:
    """A token for a key."""
    return await offices.service.anonymous().post("/client-sessions", key)


async def exchanged(zone: Holder, client: dict[str, Any]) -> dict[str, Any]:
    """The next key."""
    made = await zone.api.post(f"/machine-clients/{client['client_id']}/keys")
    assert made.status == 201, made.body
    key: dict[str, Any] = made.body
    return key


@pytest.mark.requirement("V17")
async def test_keys_overlap_while_they_are_exchanged(serve: Serve) -> None:
    """Old and new key work side by side; a third ends the first; after the overlap only the newest is left."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    first = await registered(zone)
    second = await exchanged(zone, first)
    assert [(await opened(offices, key)).status for key in (first, second)] == [201, 201]
    third = await exchanged(zone, first)
    assert [(await opened(offices, key)).status for key in (first, second, third)] == [401, 201, 201]
    (listed,) = (await zone.api.get("/machine-clients")).body["items"]
    assert (listed["state"], len(listed["keys"])) == ("active", 2)
    assert listed["last_used_at"] is not None
    assert all(first["client_secret"] not in str(listed) for _ in listed["keys"])
    offices.service.clock.advance(timedelta(days=7, seconds=1))
    assert [(await opened(offices, key)).status for key in (second, third)] == [401, 201]


@pytest.mark.requirement("V17")
async def test_a_revoked_client_is_out_within_a_minute(serve: Serve) -> None:
    """Its keys are refused at once, and the token it holds is refused by every verifier 60 s later, leeway included."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    client = await registered(zone)
    token = (await opened(offices, client)).body
    path = f"/machine-clients/{client['client_id']}"
    revoked = await zone.api.post(f"{path}/revocation", REASON)
    assert (revoked.status, revoked.body["state"]) == (200, "revoked")
    assert (await opened(offices, client)).code == "client_refused"
    assert (await zone.api.post(f"{path}/keys")).code == "client_revoked"
    verifier = TokenVerifier(offices.service.settings.issuer)
    jwks = (await offices.service.anonymous().get("/jwks")).body["keys"]
    verifier.replace_keys({one["kid"]: one for one in jwks})
    now: datetime = offices.service.clock.now()
    assert verifier.verify(token["access_token"], now).scope_id == offices.zone
    with pytest.raises(Exception, match="unauthenticated"):
        verifier.verify(token["access_token"], now + timedelta(seconds=60))


@pytest.mark.requirement("V24")
async def test_clients_belong_to_an_exam_body_below_the_zone(serve: Serve) -> None:
    """A zone registers for itself and its bodies; nodes of others and institutions are not found, nor are clients of
    another zone; a client past its end is refused."""
    offices = await Offices.open(serve)
    zone = await offices.holder("zone_admin", offices.zone)
    foreign = new_id()
    await offices.body_is(foreign, "zone", [foreign])
    stranger = await offices.holder("zone_admin", foreign)
    unit = await offices.institution(offices.zone, offices.site)
    end = offices.service.clock.now() + timedelta(hours=1)
    client = await registered(zone, scope_id=str(offices.site), expires_at=end.isoformat())
    for scope in (foreign, unit, new_id()):
        body = {"name": "外来接口", "role": "national_network_client", "scope_id": str(scope)}
        assert (await zone.api.post("/machine-clients", body)).status == 404
    assert (await stranger.api.get("/machine-clients")).body["items"] == []
    path = f"/machine-clients/{client['client_id']}"
    assert (await stranger.api.post(f"{path}/keys")).status == 404
    assert (await stranger.api.post(f"{path}/revocation", REASON)).status == 404
    assert (await opened(offices, client)).status == 201
    offices.service.clock.advance(timedelta(hours=1))
    assert (await opened(offices, client)).status == 401
