"""A packet's question and its answer travel over the broker, also while notification is stopped (C6, M2)."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import pytest
import pytest_asyncio

from services.declaration.storage import packet_notices
from shared import outbox
from shared.contracts.declaration import DeclarationApproved, PacketNoticesAsked
from shared.ids import CycleId, DeclarationId, InstitutionId, PersonId, new_id
from tests.support.engines import Engines
from tests.support.neighbours import neighbours, working
from tests.support.service_under_test import ServiceUnderTest
from tests.support.waiting import wait_until

Pair = tuple[ServiceUnderTest, ServiceUnderTest]
_DECLARE = """
INSERT INTO declaration (id, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
    exam_level, exam_category_code, route, origin, catalogue_version, created_at, updated_at)
SELECT $1, $2, id, 2027, $3, '虚构医院', 'draft', 1, 'licensed_physician', '110', 'prescribed_education',
    'candidate_declaration', 1, now(), now() FROM cycle
"""
_PACKET = """
INSERT INTO export_job (id, version, kind, state, filter, language, reason_code, declaration_id, scope_path, created_by,
    role, rows_all, rows_done, attempts, downloads, created_at, moved_at, notices_until)
VALUES ($1, 1, 'packet', 'writing', '{}', 'zh', 'own_data', $2, '{}', $3, 'candidate', 0, 0, 0, 0, now(), now(),
    now() + interval '5 minutes')
"""
_UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
_WAITS = "SELECT notices_until IS NOT NULL FROM export_job"


@pytest_asyncio.fixture(loop_scope="session")
async def pair(engines: Engines) -> AsyncIterator[Pair]:
    """Declaration and notification with empty queues."""
    async with neighbours(engines, ("declaration", "notification")) as services:
        yield services[0], services[1]


async def fact(service: ServiceUnderTest, query: str) -> object:
    """One value from a service's database."""
    async with service.database.read() as reader:
        return await reader.fetchval(query)


async def waits_no_more(declaration: ServiceUnderTest) -> bool:
    """Whether the packet has its answer."""
    return await fact(declaration, _WAITS) is False


async def all_sent(declaration: ServiceUnderTest) -> bool:
    """Whether the question is with the broker."""
    return await fact(declaration, _UNSENT) == 0


async def asked(declaration: ServiceUnderTest, notification: ServiceUnderTest) -> UUID:
    """A packet of somebody's declaration that waits, its question in the outbox; the approval was told before."""
    zone = declaration.caller("zone_admin", scope_id=new_id())
    assert (await zone.post("/cycles", {"year": 2027})).status == 201
    person, subject, unit, packet_id = PersonId(new_id()), DeclarationId(new_id()), InstitutionId(new_id()), new_id()
    about = {"declaration_id": subject, "person_id": person, "institution_id": unit, "institution_name": "虚构医院"}
    now = declaration.clock.now()
    envelope = {"occurred_at": now, "aggregate_version": 1, "cycle_year": 2027, "number": "D2027-000001"}
    await notification.deliver(DeclarationApproved.model_validate(about | envelope))
    async with declaration.database.transaction() as tx:
        await tx.execute(_DECLARE, subject, person, unit)
        await tx.execute(_PACKET, packet_id, subject, person)
        question = PacketNoticesAsked(
            occurred_at=now,
            aggregate_version=1,
            packet_id=packet_id,
            person_id=person,
            declaration_id=subject,
            cycle_id=CycleId(new_id()),
            evaluations=[],
            lists=[],
            own_only=True,
        )
        outbox.add(tx, question)
    return packet_id


@pytest.mark.requirement("C6")
async def test_a_stopped_notification_answers_when_it_returns(pair: Pair) -> None:
    """The question waits with the broker while notification is stopped, and the packet waits too; started again it
    answers, and declaration keeps the answer beside the packet."""
    declaration, notification = pair
    packet_id = await asked(declaration, notification)
    async with working(declaration):
        await wait_until(partial(all_sent, declaration))
        assert not await waits_no_more(declaration)
        async with working(notification):
            await wait_until(partial(waits_no_more, declaration))
    async with declaration.database.read() as reader:
        notices, came, parts = await packet_notices.select(reader, declaration.keyring, packet_id)
    assert ([one.event_type for one in notices], came, parts) == ([DeclarationApproved.TYPE], 1, 1)
