"""Copies of one's own data that can not be made: nobody else waits for them, and they end (V59)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.identity.jobs import make_exports
from services.identity.storage import own_data_exports
from services.identity.storage.own_data_exports import OwnDataExport
from services.identity.use_cases.own_data.put_export_off import put_export_off
from shared.clock import FrozenClock
from shared.objectstore import Bucket
from shared.telemetry.metrics import OWN_DATA_EXPORTS_FAILED
from tests.integration.identity.people import PHONE, candidate, phone_number, some_morning
from tests.integration.identity.test_manual_review import audited
from tests.integration.identity.test_own_data import fetched
from tests.support.service_under_test import Serve, ServiceUnderTest


@pytest.mark.requirement("V59")
async def test_a_damaged_value_keeps_nobody_else_waiting(serve: Serve) -> None:
    """The copy that can not be made stays queued, the next one in the queue is made."""
    service = await serve("identity", some_morning())
    damaged, sound = await candidate(service, phone_number(1)), await candidate(service, phone_number(2))
    for caller in (damaged, sound):
        assert (await caller.post("/me/exports")).status == 202
    person = (await damaged.get("/me")).body["person_id"]
    async with service.database.transaction() as tx:
        await tx.execute("UPDATE person SET phone_sealed = phone_sealed || 'x'::bytea WHERE person_id = $1", person)
    await make_exports(service.deps)
    assert [one["state"] for one in (await damaged.get("/me/exports")).body["items"]] == ["queued"]
    assert [one["state"] for one in (await sound.get("/me/exports")).body["items"]] == ["ready"]


@pytest.mark.requirement("V59")
async def test_a_page_of_damaged_copies_keeps_nobody_waiting(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many copies at the head of the queue do not open, those behind them are made in the same run."""
    monkeypatch.setattr("services.identity.jobs._EXPORTS_AT_ONCE", 1)
    service = await serve("identity", clock := some_morning())
    callers = [await candidate(service, phone_number(number)) for number in (1, 2, 3)]
    for caller in callers:
        assert (await caller.post("/me/exports")).status == 202
        clock.advance(timedelta(seconds=1))
    damaged = [(await caller.get("/me")).body["person_id"] for caller in callers[:2]]
    async with service.database.transaction() as tx:
        spoil = "UPDATE person SET phone_sealed = phone_sealed || 'x'::bytea WHERE person_id = ANY ($1::uuid[])"
        assert await tx.execute(spoil, damaged) == 2
    await make_exports(service.deps)
    states = [(await caller.get("/me/exports")).body["items"][0]["state"] for caller in callers]
    assert states == ["queued", "queued", "ready"]


async def spoil(service: ServiceUnderTest, person: str) -> bytes:
    """A phone that does not open any more; what it was."""
    async with service.database.transaction() as tx:
        before: bytes = await tx.fetchval("SELECT phone_sealed FROM person WHERE person_id = $1", person)
        await tx.execute("UPDATE person SET phone_sealed = phone_sealed || 'x'::bytea WHERE person_id = $1", person)
    return before


async def try_for(service: ServiceUnderTest, deps: Any, clock: FrozenClock, span: timedelta) -> int:
    """Let the worker look every minute for so long; how often it tried."""
    with capture_logs() as logs:
        for _ in range(int(span / timedelta(minutes=1))):
            await make_exports(deps)
            clock.advance(timedelta(minutes=1))
    tried = [line for line in logs if line["event"] == "export_failed"]
    assert all(line.keys() == {"event", "log_level", "export_id", "error", "given_up"} for line in tried)
    return len(tried)


@pytest.mark.requirement("V59")
async def test_a_copy_that_can_not_be_made_ends_and_may_be_asked_for_again(serve: Serve) -> None:
    """After four tries it has failed, which its owner reads with what to do; it is counted, and tried no more. For the
    release before it is a removed one. Asked for again, once the value is whole, it is made."""
    service = await serve("identity", clock := some_morning())
    caller = await candidate(service)
    assert (await caller.post("/me/exports")).status == 202
    person = (await caller.get("/me")).body["person_id"]
    phone = await spoil(service, person)
    counted = OWN_DATA_EXPORTS_FAILED._value.get()
    assert await try_for(service, service.deps, clock, timedelta(minutes=100)) == 4
    assert OWN_DATA_EXPORTS_FAILED._value.get() - counted == 1
    assert await audited(service, "own_data.fail") == 1
    async with service.database.transaction() as tx:
        assert await tx.fetchval("SELECT state FROM own_data_export") == "removed"
        await tx.execute("UPDATE person SET phone_sealed = $2 WHERE person_id = $1", person, phone)
    caller = await candidate(service)
    (failed,) = (await caller.get("/me/exports")).body["items"]
    assert (failed["state"], failed["ready_at"]) == ("failed", None)
    assert "重新申请" in failed["message"]
    assert (await caller.get(f"/me/exports/{failed['export_id']}/file")).status == 404
    english = (await caller.call("GET", "/me/exports", headers={"Accept-Language": "en"})).body["items"][0]
    assert "ask for a new one" in english["message"]
    content, _ = await fetched(service, caller)
    assert content["data"]["person"][0]["phone_sealed"] == PHONE


@pytest.mark.requirement("V59", "M11")
async def test_an_outage_is_no_try(serve: Serve) -> None:
    """While the store of objects does not answer a copy waits, and is made once it does; after a day it fails."""
    service = await serve("identity", clock := some_morning())
    settings = service.settings.bucket.model_copy(update={"endpoint": "127.0.0.1:9"})
    away = replace(service.deps, bucket=Bucket(settings, service.keyring))
    caller = await candidate(service)
    assert (await caller.post("/me/exports")).status == 202
    await try_for(service, away, clock, timedelta(minutes=6))
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT tries FROM own_data_export") == 0
    await make_exports(service.deps)
    assert [one["state"] for one in (await caller.get("/me/exports")).body["items"]] == ["ready"]
    assert (await caller.post("/me/exports")).status == 202
    clock.advance(timedelta(days=1, minutes=1))
    await try_for(service, away, clock, timedelta(minutes=1))
    caller = await candidate(service)
    assert [one["state"] for one in (await caller.get("/me/exports")).body["items"]] == ["failed", "ready"]


@pytest.mark.requirement("V59")
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
async def test_tries_of_several_workers_at_once_are_one(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Four who met the same fault at once count one try, and who comes late with what he saw before counts none; one
    who saw the last try fails nothing that was made. Control: without the guard the late one takes a try back."""
    if not guarded:
        unguarded = own_data_exports._UPDATE_PUT_OFF.replace("tries = $2", "$2::integer >= 0")
        monkeypatch.setattr(own_data_exports, "_UPDATE_PUT_OFF", unguarded)
    service = await serve("identity", clock := some_morning())
    caller = await candidate(service)
    assert (await caller.post("/me/exports")).status == 202
    async with service.database.read() as reader:
        (wanted,) = await own_data_exports.select_queued(reader, clock.now(), 10)

    async def fail(seen: OwnDataExport) -> bool:
        async with service.database.transaction() as tx:
            return await put_export_off(tx, seen, clock.now(), outage=False)

    assert await asyncio.gather(*(fail(wanted) for _ in range(4))) == [False] * 4
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT tries FROM own_data_export") == 1
    assert await fail(replace(wanted, tries=1)) is False
    assert await fail(wanted) is False
    async with service.database.read() as reader:
        assert await reader.fetchval("SELECT tries FROM own_data_export") == (2 if guarded else 1)
    clock.advance(timedelta(minutes=30))
    await make_exports(service.deps)
    assert await fail(replace(wanted, tries=4)) is False
    caller = await candidate(service)
    assert [one["state"] for one in (await caller.get("/me/exports")).body["items"]] == ["ready"]
