"""One's own data: a copy that is complete and only one's own, and an account that is closed for good (V58, V59)."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from services.identity.app import SERVICE
from services.identity.jobs import make_exports, remove_old_exports, remove_replaced_images
from services.identity.storage import own_data_exports
from services.identity.use_cases.own_data.make_export import make_export
from shared.contracts.identity import PersonClosed
from tests.integration.identity.cards import CONSENT, card, claim, decide, take, upload, with_photos
from tests.integration.identity.people import (
    candidate,
    log_in,
    phone_number,
    resident_number,
    some_morning,
    with_token,
)
from tests.integration.identity.test_consents import GUARDIAN
from tests.integration.identity.test_manual_review import ask, audited, reviewer
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

NAME = "王试"


async def verified(service: ServiceUnderTest, n: int) -> Caller:
    """A person who went the whole way."""
    caller = await with_photos(service, phone_number(n))
    assert (await caller.post("/consents/guardian", GUARDIAN)).status == 201
    assert (await claim(caller, NAME, resident_number(n))).status == 202
    assert await decide(service, await take(service), None) == "verified"
    return caller


async def fetched(service: ServiceUnderTest, caller: Caller) -> tuple[dict[str, Any], zipfile.ZipFile]:
    """Ask for a copy, let the worker make it, fetch it."""
    asked = await caller.post("/me/exports")
    assert (asked.status, asked.body["state"]) == (202, "queued")
    await make_exports(service.deps)
    (made,) = [one for one in (await caller.get("/me/exports")).body["items"] if one["state"] == "ready"]
    answer = await caller.get(f"/me/exports/{made['export_id']}/file")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    packed = zipfile.ZipFile(io.BytesIO(answer.body))
    return json.loads(packed.read("own-data.json")), packed


@pytest.mark.requirement("V59")
async def test_a_copy_is_complete(serve: Serve) -> None:
    """Every personal column of the register is in the copy or named with the reason why it is not; what is sealed is
    opened, the photos are in it, and the other services are named."""
    service = await serve("identity", some_morning())
    caller = await verified(service, 1)
    content, packed = await fetched(service, caller)
    register = service.definition.register
    own = {str(column) for column in register.columns() if column.person is not None}
    assert set(content["fields"]) | set(content["withheld"]) == own
    assert not set(content["fields"]) & set(content["withheld"])
    for table, rows in content["data"].items():
        for row in rows:
            assert {f"{table}.{column}" for column in row} <= set(content["fields"])
    assert {table for table, rows in content["data"].items() if rows} == {
        "person",
        "session",
        "known_device",
        "consent",
        "identity_verification",
        "identity_document",
        "verification_image",
        "recognition_job",
        "own_data_export",
    }
    assert content["data"]["person"][0]["phone_sealed"] == phone_number(1)
    identity = content["data"]["identity_document"][0]["identity_sealed"]
    assert (identity["name"], identity["document_no"]) == (NAME, resident_number(1))
    guardian = next(row["guardian_sealed"] for row in content["data"]["consent"] if row["guardian_sealed"])
    assert guardian == {"name": "顾守护", "relation": "parent"}
    assert len([name for name in packed.namelist() if name.startswith("photos/")]) == 2
    assert set(content["elsewhere"]) == {"institution", "declaration", "notification"}


@pytest.mark.requirement("V59")
async def test_what_is_not_about_a_person_says_so() -> None:
    """A personal column of a table without an owner is in nobody's copy, and the register says why."""
    ownerless = [column for column in SERVICE.register.columns() if column.person is None]
    assert [str(column) for column in ownerless if column.said.withheld is None] == []


@pytest.mark.requirement("V59", "V44")
async def test_a_copy_is_only_ones_own(serve: Serve) -> None:
    """Nothing of another person is in it, and nobody else can fetch it, staff included."""
    service = await serve("identity", some_morning())
    one, other = await verified(service, 1), await verified(service, 2)
    content, _ = await fetched(service, one)
    text = json.dumps(content, ensure_ascii=False)
    assert resident_number(1) in text
    assert (await other.get("/me")).body["person_id"] not in text
    for foreign in (resident_number(2), phone_number(2)):
        assert foreign not in text
    export_id = (await one.get("/me/exports")).body["items"][0]["export_id"]
    assert (await other.get(f"/me/exports/{export_id}/file")).status == 404
    assert (await service.anonymous().get(f"/me/exports/{export_id}/file")).status == 401
    assert (await (await reviewer(service)).get(f"/me/exports/{export_id}/file")).status == 403
    assert await audited(service, "own_data.download") == 1


@pytest.mark.requirement("V59", "V50")
async def test_a_copy_rests_sealed_and_not_for_long(serve: Serve) -> None:
    """The file in the bucket opens with the key of its class only, and is gone a week later."""
    service = await serve("identity", clock := some_morning())
    caller = await verified(service, 1)
    await fetched(service, caller)
    async with service.database.read() as reader:
        key = await reader.fetchval("SELECT object_key FROM own_data_export")
    assert await service.bucket.sealed_with(key) == "k1"
    clock.advance(timedelta(days=7, minutes=1))
    await remove_old_exports(service.deps)
    assert not await service.bucket.exists(key)
    caller = await candidate(service, phone_number(1))
    (old,) = (await caller.get("/me/exports")).body["items"]
    assert old["state"] == "removed"
    assert (await caller.get(f"/me/exports/{old['export_id']}/file")).status == 404


@pytest.mark.requirement("V59")
async def test_several_workers_make_one_copy(serve: Serve) -> None:
    """Asked twice it is one copy; made by four workers at once it is one file, and the losers do not remove it."""
    service = await serve("identity", some_morning())
    caller = await verified(service, 1)
    first, second = await caller.post("/me/exports"), await caller.post("/me/exports")
    assert first.body["export_id"] == second.body["export_id"]
    async with service.database.read() as reader:
        (wanted,) = await own_data_exports.select_queued(reader, service.clock.now(), 10)
    deps = service.deps
    made = await asyncio.gather(
        *(make_export(wanted, deps.register, deps.database, deps.bucket, deps.keyring, deps.clock) for _ in range(4))
    )
    assert sum(made) == 1
    assert (await caller.get(f"/me/exports/{first.body['export_id']}/file")).status == 200


@pytest.mark.requirement("V58")
async def test_a_closed_account_leaves_an_id_only(serve: Serve) -> None:
    """Phone, consents, claim, readings, sessions, photos and copies are gone; the others are told; the phone may begin
    anew as somebody else."""
    service = await serve("identity", clock := some_morning())
    opened = (await log_in(service, phone_number(1))).body
    caller = with_token(service, opened)
    await caller.post("/consents", CONSENT)
    for side, photo in (("front", card(1)[1]), ("back", card(1)[2])):
        assert (await upload(caller, side, photo)).status == 200
    await caller.post("/me/exports")
    await make_exports(service.deps)
    await ask(caller)
    async with service.database.read() as reader:
        keys = [row["k"] for row in await reader.fetch("SELECT object_key AS k FROM verification_image")]
        keys += [row["k"] for row in await reader.fetch("SELECT object_key AS k FROM own_data_export")]
    assert len(keys) == 3
    assert (await caller.post("/me/closure")).status in (200, 204)
    person = opened["person_id"]
    assert [str(event.person_id) for event in await service.published(PersonClosed)] == [person]
    await service.ended.refresh()
    assert (await caller.get("/me")).status == 401, "the access token is refused too"
    refresh = await service.anonymous().post("/sessions/refresh", {"refresh_token": opened["refresh_token"]})
    assert refresh.status == 401
    clock.advance(timedelta(minutes=61))
    await remove_replaced_images(service.deps)
    await remove_old_exports(service.deps)
    assert [await service.bucket.exists(key) for key in keys] == [False] * 3
    left = await rows_about(service, person)
    assert left == {"person": 1, "own_data_export": 1}
    async with service.database.read() as reader:
        row = await reader.fetchrow("SELECT phone_sealed, phone_index, state FROM person WHERE state = 'closed'")
    assert tuple(row) == (None, None, "closed")
    assert (await log_in(service, phone_number(1))).body["person_id"] != person


@pytest.mark.requirement("V58")
async def test_a_record_can_not_be_destroyed(serve: Serve) -> None:
    """Who was verified is told why not, and nothing changes."""
    service = await serve("identity", some_morning())
    caller = await verified(service, 1)
    refused = await caller.post("/me/closure")
    assert (refused.status, refused.code) == (409, "account_has_record")
    assert (await caller.get("/verification")).body["state"] == "verified"


async def rows_about(service: ServiceUnderTest, person: str) -> dict[str, int]:
    """Tables that still hold rows about a person, by the register."""
    found = {}
    async with service.database.read() as reader:
        for name, table in service.definition.register.table.items():
            if table.person is not None:
                # allow built-sql: names of the committed register
                count = f"SELECT count(*) FROM {name} WHERE {table.person} = $1"
                found[name] = await reader.fetchval(count, person)
    return {name: count for name, count in found.items() if count}
