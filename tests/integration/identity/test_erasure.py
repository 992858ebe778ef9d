"""Who was erased stays erased: a backup of before the erasure is restored, and nothing of that person opens (V58)."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from structlog.testing import capture_logs

from services.identity.jobs import destroy_day_keys, destroy_keys, make_exports
from shared.process.forgetting import forget_now
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_sealed, open_text, subject_of
from tests.integration.identity.cards import claim, with_photos
from tests.integration.identity.people import (
    PHONE,
    candidate,
    log_in,
    phone_number,
    resident_number,
    some_morning,
)
from tests.integration.identity.rotation import crowd, read_number
from tests.integration.identity.sealed_rows import close, sealed_for
from tests.integration.identity.test_consents import GUARDIAN
from tests.integration.identity.test_credentials import link_wechat
from tests.integration.identity.test_manual_review import ask
from tests.integration.identity.test_own_data import fetched, rows_about
from tests.support.backups import dump_database, restored
from tests.support.engines import Engines
from tests.support.fake_wechat import running_wechat
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest, serving


async def photos_of(service: ServiceUnderTest, person_id: str) -> list[str]:
    """Keys of a person's photos."""
    select = "SELECT object_key FROM verification_image WHERE person_id = $1"
    async with service.database.read() as reader:
        return [row["object_key"] for row in await reader.fetch(select, person_id)]


async def sent_envelopes(service: ServiceUnderTest) -> list[tuple[str, str, bytes]]:
    """(event type, place, envelope) of every sealed field in the outbox."""
    found = []
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT type, aggregate_id, body FROM outbox ORDER BY position")
    for row in rows:
        for name, value in orjson.loads(row["body"]).items():
            if name in ("phone", "code", "old_phone", "person"):
                place = f"{row['type']}.{name}:{row['aggregate_id']}"
                found.append((row["type"], place, base64.b64decode(value, validate=True)))
    return found


async def somebody(service: ServiceUnderTest) -> tuple[Caller, str]:
    """A person with everything that can be held of who was never verified."""
    caller = await with_photos(service, PHONE)
    assert (await caller.post("/consents/guardian", GUARDIAN)).status == 201
    assert (await link_wechat(caller)).body["outcome"] == "linked"
    assert (await ask(caller)).status == 202
    return caller, (await caller.get("/me")).body["person_id"]


@asynccontextmanager
async def brought_back(engines: Engines, service: ServiceUnderTest, dump: Path) -> AsyncIterator[ServiceUnderTest]:
    """The service on the database of the backup, as a new process with nothing remembered."""
    name = f"{service.database_name}_restored"
    async with (
        restored(engines.stack.around.admin_dsn(), dump, name),
        serving(engines, "identity", service.clock, on=name) as again,
    ):
        yield again


@pytest.mark.requirement("V58")
async def test_an_erased_person_does_not_open_from_a_backup(serve: Serve, engines: Engines, tmp_path: Path) -> None:
    """A backup with phone, WeChat account, guardian, claim, photos and events; the person is erased; the backup is
    restored: every read is refused by name, through the API and at the values themselves. Control: while the key is not
    destroyed the same backup reads whole. Statutory records of somebody else read all the while."""
    async with running_wechat() as wechat:
        service: ServiceUnderTest = await serve("identity", some_morning(), **wechat.settings)
        (verified,) = await crowd(service, 1)
        caller, person_id = await somebody(service)
        waiting = await with_photos(service, phone_number(2), 2)
        assert (await claim(waiting, "王试", resident_number(2))).status == 202
        other_id = (await waiting.get("/me")).body["person_id"]
        photos = await photos_of(service, person_id)
        dump = await dump_database(engines.stack.around.admin_dsn(), service.database_name, tmp_path)
        token = caller._token
        for one in (caller, waiting):
            await close(service, one)
        async with brought_back(engines, service, dump) as again:
            # Control: the account is closed, its key not destroyed yet.
            values = await sealed_for(again, person_id) + await sealed_for(again, other_id)
            assert {value.column for value in values} == {
                "person.phone_sealed",
                "consent.guardian_sealed",
                "identity_verification.claim_sealed",
                "recognition_job.claim_sealed",
                "wechat_credential.openid_sealed",
            }
            for value in values:
                assert subject_of(value.envelope) == value.subject
                assert await open_text(again.keyring, value.data_class, value.place, value.envelope)
            back = Caller(again.base, again.session, token)
            assert (await back.get("/me")).body["phone_masked"][-4:] == PHONE[-4:]
            content, _ = await fetched(again, back)
            assert content["data"]["person"][0]["phone_sealed"] == PHONE
            for key in photos:
                assert await again.bucket.get(key, "image")
        await destroy_keys(service.deps)
        async with brought_back(engines, service, dump) as again:
            for value in values:
                with pytest.raises(SubjectErased):
                    await open_text(again.keyring, value.data_class, value.place, value.envelope)
            back = Caller(again.base, again.session, token)
            refused = await back.get("/me")
            assert (refused.status, refused.code) == (404, "subject_erased")
            assert (await back.post("/me/exports")).status in (202, 429)
            with capture_logs() as logs:
                await make_exports(again.deps)
            assert [line["error"] for line in logs if line["event"] == "export_failed"] == ["SubjectErased"]
            for key in photos:
                with pytest.raises(SubjectErased):
                    await again.bucket.get(key, "image")
            assert await read_number(again, verified) == verified.document_no


@pytest.mark.requirement("V58")
async def test_events_in_a_backup_do_not_open_either(serve: Serve, engines: Engines) -> None:
    """What identity sent about the person opens with nothing once the key is gone, and codes with the phones they went
    to once the key of their day is. Control: before, each of them opens."""
    service: ServiceUnderTest = await serve("identity", clock := some_morning())
    caller = await candidate(service)
    await close(service, caller)
    sent = await sent_envelopes(service)
    assert {kind for kind, _, _ in sent} == {"identity.person_contact_changed.v1", "identity.login_code_issued.v1"}
    assert all(subject_of(envelope) is not None for _, _, envelope in sent)
    opened = [await _opens(service, place, envelope) for _, place, envelope in sent]
    assert opened.count(PHONE) == 2
    assert all(opened)
    await destroy_keys(service.deps)
    clock.advance(timedelta(days=4))
    await destroy_day_keys(service.deps)
    async with serving(engines, "identity", clock, on=service.database_name) as fresh:
        assert [await _opens(fresh, place, envelope) for _, place, envelope in sent] == [None] * len(sent)


async def _opens(service: ServiceUnderTest, place: str, envelope: bytes) -> str | None:
    data_class = "login_code" if ".code:" in place else "contact"
    try:
        return (await open_sealed(service.keyring, data_class, place, envelope)).decode()
    except SubjectErased:
        return None


@pytest.mark.requirement("V58")
async def test_a_restored_service_forgets_again_by_itself(serve: Serve, engines: Engines, tmp_path: Path) -> None:
    """The log of the key store closes the person of the backup again: nothing is left but an id, the phone is free for
    somebody new, and a second run finds nothing to do. Control: before it the keyed hash still leads to the person."""
    service: ServiceUnderTest = await serve("identity", some_morning())
    caller = await candidate(service)
    neighbour = await candidate(service, phone_number(5))
    person_id = (await caller.get("/me")).body["person_id"]
    dump = await dump_database(engines.stack.around.admin_dsn(), service.database_name, tmp_path)
    await close(service, caller)
    await destroy_keys(service.deps)
    assert await rows_about(service, person_id) == {"person": 1}
    async with brought_back(engines, service, dump) as again:
        service.clock.advance(timedelta(minutes=2))
        assert (await log_in(again)).body["person_id"] == person_id
        assert await forget_now(again.definition, again.foundation, again.deps) == 1
        assert await rows_about(again, person_id) == {"person": 1}
        service.clock.advance(timedelta(minutes=2))
        assert (await log_in(again)).body["person_id"] != person_id
        assert (await Caller(again.base, again.session, neighbour._token).get("/me")).status == 200
        assert await forget_now(again.definition, again.foundation, again.deps) == 0
