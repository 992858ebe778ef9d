"""One's own second factors: changed by who just proved both, never the last to go, void after a reset."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.identity.offices import REASON, Holder
from tests.integration.identity.passkeys import (
    answering,
    audited,
    by_passkey,
    code_now,
    device,
    office,
    question,
    registered,
    try_register,
)
from tests.integration.identity.people import PASSWORD, with_token
from tests.support.service_under_test import Serve, ServiceUnderTest
from tests.support.soft_authenticator import SoftAuthenticator


@pytest.mark.requirement("V11", "V19")
async def test_second_factors_change_only_after_both_were_shown_a_moment_ago(serve: Serve) -> None:
    """After ten minutes nothing can be registered or removed until a step-up, by password and code or by passkey, which
    gives the session a new id and keeps its refresh token."""
    offices, holder = await office(serve)
    service = offices.service
    authenticator, made = await registered(service, holder)
    service.clock.advance(timedelta(minutes=10, seconds=1))
    holder = await refreshed(service, holder)
    assert (await holder.api.post("/staff/passkey-challenges", {"purpose": "registration"})).code == NEEDED
    assert (await holder.api.call("DELETE", f"/staff/passkeys/{made['passkey_id']}")).code == NEEDED
    assert (await holder.api.call("DELETE", "/staff/totp")).code == NEEDED
    for body in ({"password": PASSWORD, "totp": code_now(service, holder)}, None):
        before, shown = await current(holder), body or await step_up_answer(holder, authenticator)
        proven = await holder.api.post("/staff/step-up", shown, key=f"step-up-{before}")
        assert proven.status == 201, proven.body
        again = await holder.api.post("/staff/step-up", shown, key=f"step-up-{before}")
        assert (again.body, again.headers["Idempotency-Replayed"]) == (proven.body, "true")
        holder = await refreshed(service, holder)
        assert await current(holder) == proven.body["session_id"] != before
        assert (await try_register(holder.api, device(service))).status == 201
        service.clock.advance(timedelta(minutes=10, seconds=1))
        holder = await refreshed(service, holder)
        assert (await holder.api.post("/staff/passkey-challenges", {"purpose": "registration"})).code == NEEDED
    assert (await holder.api.post("/staff/step-up", {"password": PASSWORD, "totp": "000000"})).status == 401
    assert (await holder.api.post("/staff/step-up", {"password": PASSWORD})).status == 422


NEEDED = "staff_proof_needed"


async def step_up_answer(holder: Holder, authenticator: SoftAuthenticator) -> Any:
    """The body of a step-up by passkey."""
    asked = await question(holder.api, "step_up")
    return {"passkey": answering(asked, authenticator.get(asked["public_key"]))}


async def refreshed(service: ServiceUnderTest, holder: Holder) -> Holder:
    """The holder with the next pair of tokens."""
    pair = await service.anonymous().post("/sessions/refresh", {"refresh_token": holder.tokens["refresh_token"]})
    assert pair.status == 200, pair.body
    tokens = holder.tokens | pair.body
    return Holder(
        holder.staff_id, holder.scope_id, holder.phone, holder.totp_secret, tokens, with_token(service, tokens)
    )


async def current(holder: Holder) -> Any:
    """The id of the caller's session."""
    items = (await holder.api.get("/sessions")).body["items"]
    return next(one["session_id"] for one in items if one["current"])


@pytest.mark.requirement("V11")
async def test_the_last_working_second_factor_stays(serve: Serve) -> None:
    """With codes the last passkey may go, and with a passkey the codes; never both, also not at the same moment, and a
    suspected passkey counts for nothing."""
    offices, holder = await office(serve)
    service = offices.service
    assert (await holder.api.call("DELETE", "/staff/totp")).code == "last_second_factor"
    first, made = await registered(service, holder)
    path = f"/staff/passkeys/{made['passkey_id']}"
    both = await asyncio.gather(holder.api.call("DELETE", path), holder.api.call("DELETE", "/staff/totp"))
    assert sorted(one.status for one in both) == [204, 409]
    if both[0].status == 204:
        first, made = await registered(service, holder)
        assert (await holder.api.call("DELETE", "/staff/totp")).status == 204
    path = f"/staff/passkeys/{made['passkey_id']}"
    assert (await holder.api.call("DELETE", path)).code == "last_second_factor"
    assert (await holder.api.get("/staff/second-factors")).body["has_totp"] is False
    assert (await offices.log_in(holder)).code == "staff_login_refused"
    assert (await by_passkey(service, holder.phone, first)).status == 201
    second, other = await registered(service, holder)
    assert (await by_passkey(service, holder.phone, second)).status == 201
    assert (await by_passkey(service, holder.phone, second, sign_count=1)).code == "passkey_suspected"
    assert (await holder.api.call("DELETE", path)).code == "last_second_factor"
    assert (await holder.api.call("DELETE", f"/staff/passkeys/{other['passkey_id']}")).status == 204


async def test_a_row_without_any_second_factor_can_not_be_written(serve: Serve) -> None:
    """The negative control of the rule: the table itself refuses an active account with a password alone."""
    offices, holder = await office(serve)
    with pytest.raises(Exception, match="ck__staff_account__factors"):
        async with offices.service.database.transaction() as tx:
            await tx.execute("UPDATE staff_account SET totp_sealed = NULL WHERE staff_id = $1", holder.staff_id)


@pytest.mark.requirement("V11")
async def test_passkeys_are_listed_named_and_limited(serve: Serve) -> None:
    """A name changes in the version that was seen; a passkey is registered once, five at most; those of others do not
    exist."""
    offices, holder = await office(serve, PASSKEY__PER_ACCOUNT="2")
    service = offices.service
    authenticator, made = await registered(service, holder)
    path = f"/staff/passkeys/{made['passkey_id']}"
    named = await holder.api.put(f"{path}/label", {"label": "值班手机"}, version=1)
    assert (named.status, named.body["label"], named.body["version"]) == (200, "值班手机", 2)
    assert (await holder.api.put(f"{path}/label", {"label": "旧"}, version=1)).code == "stale_version"
    other = await offices.holder("site_admin", offices.site)
    assert (await other.api.put(f"{path}/label", {"label": "别人"}, version=2)).status == 404
    assert (await other.api.call("DELETE", path)).status == 404
    assert (await try_register(other.api, authenticator)).code == "passkey_known"
    assert (await try_register(holder.api, device(service))).status == 201
    assert (await try_register(holder.api, device(service))).code == "too_many_passkeys"
    shown = (await holder.api.get("/staff/second-factors")).body["passkeys"]
    assert [one["label"] for one in shown] == ["值班手机", "办公电脑"]
    assert await audited(service) == ["staff.factor_added", "staff.factor_added", "staff.passkey_name"]


@pytest.mark.requirement("V11", "V12")
async def test_a_reset_from_above_takes_passkeys_too(serve: Serve) -> None:
    """After the superior's reset neither passkey nor code nor an open session works, and the holder comes back by the
    new invitation alone, also from an account that had no codes."""
    offices, zone = await office(serve)
    service = offices.service
    site = await offices.invited(zone, "site_admin", offices.site)
    authenticator, _ = await registered(service, site)
    assert (await site.api.call("DELETE", "/staff/totp")).status == 204
    assert (await offices.step(zone, site, "second-factor-reset", REASON)).status == 200
    assert (await by_passkey(service, site.phone, authenticator)).code == "passkey_refused"
    kept = {"refresh_token": site.tokens["refresh_token"]}
    assert (await service.anonymous().post("/sessions/refresh", kept)).status == 401
    assert (await offices.seen(zone, site))["awaits_holder"] is True
    service.clock.advance(timedelta(seconds=60))
    back = await offices.enters(site.phone)
    assert (await back.api.get("/staff/second-factors")).body == {"has_totp": True, "passkeys": []}
    assert (await try_register(back.api, authenticator)).status == 201
