"""Lost events, and projections whose rows are gone, come back by themselves; people hear nothing twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from uuid import UUID

import aio_pika
import pytest
import pytest_asyncio

from shared.clock import FrozenClock
from shared.contracts.declaration import DeclarationSetDiffers
from tests.integration.institution.library import Library
from tests.support.engines import Engines
from tests.support.neighbours import neighbours, purge, working
from tests.support.service_under_test import ServiceUnderTest
from tests.support.waiting import wait_until

_UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND parked_reason IS NULL"
_KNOWN = (
    "SELECT (SELECT count(*) FROM known_institution), (SELECT count(*) FROM known_binding),"
    " (SELECT count(*) FROM known_exam_body), (SELECT count(*) FROM known_supervisor)"
)
_WHOLE = (1, 1, 1, 1)
_PROJECTIONS = (
    "DELETE FROM known_institution",
    "DELETE FROM known_binding",
    "DELETE FROM known_exam_body",
    "DELETE FROM known_supervisor",
)


@dataclass(frozen=True, slots=True)
class Town:
    """A hospital with one person bound to it and one supervisor, told by institution to two services."""

    engines: Engines
    institution: ServiceUnderTest
    declaration: ServiceUnderTest
    notification: ServiceUnderTest
    person_id: UUID

    @property
    def services(self) -> tuple[ServiceUnderTest, ...]:
        """All three."""
        return self.institution, self.declaration, self.notification

    async def known(self) -> tuple[int, ...]:
        """How many institutions, bindings, exam bodies and supervisors declaration knows."""
        return tuple(await _row(self.declaration, _KNOWN))

    async def is_known(self) -> bool:
        """Declaration knows all there is."""
        return await self.known() == _WHOLE

    async def messages(self) -> int:
        """What the person was told in the app."""
        count: int = (
            await _row(self.notification, "SELECT count(*) FROM message WHERE recipient_id = $1", self.person_id)
        )[0]
        return count

    async def shipped(self) -> None:
        """Everything institution has committed lies in the queues."""
        async with working(self.institution, consumers=False):
            await wait_until(self._all_sent, what="institution's outbox empty")

    async def _all_sent(self) -> bool:
        return bool((await _row(self.institution, _UNSENT))[0] == 0)

    async def consumed(self) -> None:
        """Everything in the queues was handled, and what that led to as well."""
        async with working(*self.services):
            for _ in range(3):
                for one in self.services:
                    await wait_until(partial(self._drained, one), what=f"{one.definition.name} at rest")

    async def _drained(self, one: ServiceUnderTest) -> bool:
        if (await _row(one, _UNSENT))[0]:
            return False
        depths = [await depth(self.engines, one.definition.name, queue) for queue in one.definition.queues]
        return not any(depths)


async def _row(service: ServiceUnderTest, query: str, *arguments: object) -> Any:
    async with service.database.read() as reader:
        return await reader.fetchrow(query, *arguments)


async def depth(engines: Engines, service: str, queue: str) -> int:
    """Messages in a queue that are ready."""
    connection = await aio_pika.connect(engines.stack.around.broker_url(f"{service}_migrator"))
    async with connection:
        declared = await (await connection.channel()).declare_queue(queue, passive=True)
        return int(declared.declaration_result.message_count or 0)


@pytest_asyncio.fixture(loop_scope="session")
async def town(engines: Engines) -> AsyncIterator[Town]:
    """The town as committed; nothing was shipped yet."""
    names = ("institution", "declaration", "notification")
    async with neighbours(engines, names, RECONCILING__GRACE="0") as (institution, declaration, notification):
        library = await Library.open(institution, cast("FrozenClock", institution.clock))
        hospital = await library.hospital()
        person_id, _, _ = await library.bound(hospital)
        listed = {"name": "顾维安", "practising_certificate_no": "110420106000123"}
        answer = await hospital.business_admin.post(f"/institutions/{hospital.id}/supervisors", listed)
        assert answer.status == 201, answer.body
        yield Town(engines, institution, declaration, notification, person_id)


async def _lose_queues(town: Town) -> None:
    """The queues are purged while the messages are in them."""
    await town.shipped()
    assert await purge(town.engines, "declaration", "declaration.institution") > 3
    assert await purge(town.engines, "notification", "notification.institution") > 0
    await town.consumed()
    assert await town.known() == (0, 0, 0, 0)
    assert await town.messages() == 0


async def _lose_rows(town: Town) -> None:
    """Rows of the projections are deleted; the inbox still says that everything was handled."""
    await town.shipped()
    await town.consumed()
    assert await town.is_known()
    assert await town.messages() == 1
    await _empty(town.declaration, *_PROJECTIONS)


async def _restore_earlier(town: Town) -> None:
    """Both consumers' databases are as they were before they heard anything."""
    await town.shipped()
    await town.consumed()
    await _empty(town.declaration, *_PROJECTIONS, "DELETE FROM inbox")
    await _empty(town.notification, "DELETE FROM message", "DELETE FROM delivery", "DELETE FROM inbox")


async def _empty(service: ServiceUnderTest, *statements: str) -> None:
    async with service.database.transaction() as tx:
        for statement in statements:
            assert await tx.execute(statement) >= 0


LOSSES = pytest.mark.parametrize("lose", [_lose_queues, _lose_rows, _restore_earlier])


@pytest.mark.requirement("M11")
@LOSSES
async def test_a_loss_heals_within_two_rounds(town: Town, lose: Any) -> None:
    """Queues purged, rows deleted, databases restored: after two lists everything is known again, the person has the
    one message, and the third list costs nobody a question."""
    await lose(town)
    for _ in range(2):
        await town.institution.reconcile("list-sets")
        await town.consumed()
    assert await town.is_known()
    assert await town.messages() == 1
    assert await town.declaration.findings() == {}
    asked = len(await town.declaration.published(DeclarationSetDiffers))
    assert asked > 0
    await town.institution.reconcile("list-sets")
    await town.consumed()
    assert len(await town.declaration.published(DeclarationSetDiffers)) == asked


@pytest.mark.requirement("M11")
@LOSSES
async def test_control_without_lists_a_loss_stays(town: Town, lose: Any) -> None:
    """Negative control: the reconciler off, the same losses are still there when everything is at rest."""
    await lose(town)
    await town.consumed()
    assert await town.known() == (0, 0, 0, 0)
