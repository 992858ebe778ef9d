"""Every service learns which sessions ended, remembers them as long as a token could live, and no longer."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.actor import Actor
from shared.contracts.identity import SessionEnded
from shared.ids import new_id
from shared.process.housekeeping import purge
from shared.security.ended_sessions import EndedSessions
from tests.support.service_under_test import Caller, Serve, ServiceUnderTest

PATHS = {
    "identity": "/me",
    "institution": "/bindings/current",
    "declaration": "/declarations",
    "notification": "/messages",
}


def ended(session_id: UUID) -> SessionEnded:
    """What identity tells."""
    return SessionEnded(
        occurred_at=datetime.now(UTC),
        aggregate_version=1,
        session_id=session_id,
        subject_kind="candidate",
        subject_id=new_id(),
        reason="logout",
    )


def acting(service: ServiceUnderTest, session_id: UUID) -> Caller:
    """Calls with a token of this session."""
    actor = Actor("candidate", new_id(), "candidate", session_id=session_id)
    return Caller(service.base, service.session, service.token(actor))


@pytest.mark.requirement("V17")
@pytest.mark.parametrize("name", PATHS)
async def test_a_service_refuses_what_identity_ended(serve: Serve, name: str) -> None:
    """Told twice, read once: 401 for the ended session, business as usual for another."""
    service = await serve(name)
    gone, stays = new_id(), new_id()
    assert (await acting(service, gone).get(PATHS[name])).status != 401
    await service.deliver(ended(gone))
    await service.deliver(ended(gone))
    await service.ended.refresh()
    assert (await acting(service, gone).get(PATHS[name])).status == 401
    assert (await acting(service, stays).get(PATHS[name])).status != 401


@pytest.mark.requirement("V17")
async def test_a_copy_that_starts_reads_all_and_later_only_what_is_new(serve: Serve) -> None:
    """Five minutes old is known to a fresh copy; twelve minutes old to nobody; the purge keeps the last hour."""
    service = await serve("institution")
    recent, old, ancient = (new_id() for _ in range(3))
    for session in (recent, old, ancient):
        await service.deliver(ended(session))
    async with service.database.transaction() as tx:
        ages = ((recent, 5), (old, 12), (ancient, 120))
        for session, minutes in ages:
            await tx.execute(
                "UPDATE ended_session SET heard_at = now() - make_interval(mins => $2) WHERE session_id = $1",
                session,
                minutes,
            )
    fresh = EndedSessions(service.database, service.keys.verifier)
    await fresh.refresh()
    statuses = [(await acting(service, s).get(PATHS["institution"])).status for s in (recent, old, ancient)]
    assert [status == 401 for status in statuses] == [True, False, False]
    late = new_id()
    await service.deliver(ended(late))
    await fresh.refresh()
    assert (await acting(service, late).get(PATHS["institution"])).status == 401
    await purge(service.deps)
    async with service.database.read() as reader:
        rows = await reader.fetch("SELECT session_id FROM ended_session")
    assert {row["session_id"] for row in rows} == {recent, old, late}
