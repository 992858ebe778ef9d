"""Close an account and destroy what is held about its owner: on request, or again after a backup brought it back
(V58)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.identity.storage import identity_documents, merge_requests, persons, sessions, verifications
from services.identity.storage import wechat_credentials as links
from services.identity.use_cases.own_data.forget_traces import forget_traces
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from shared import audit, outbox
from shared.actor import SYSTEM, Actor
from shared.contracts.identity import PersonClosed
from shared.errors import NotFound
from shared.ids import PersonId
from shared.postgres.transaction import Transaction


async def forget_person(tx: Transaction, person_id: UUID, actor: Actor, now: datetime, action: str) -> None:
    """What stays is an id with the state `closed`, and a key to be destroyed. The caller holds the lock of the
    verification. Raises NotFound for nobody and for who is closed already."""
    version = await persons.update_version(tx, person_id)
    if not await persons.update_closed(tx, person_id, now):
        raise NotFound
    await forget_traces(tx, person_id, now)
    await links.delete_of(tx, person_id)
    # Told before they are deleted: access tokens live on for minutes, and every service is to refuse them.
    await end_sessions(tx, person_id, actor, now, "account_closed")
    await sessions.delete_of(tx, person_id)
    await verifications.delete_of(tx, person_id)
    outbox.add(tx, PersonClosed(occurred_at=now, aggregate_version=version, person_id=PersonId(person_id)))
    audit.record(
        tx, action, actor=actor, subject_kind="person", subject_id=person_id, at=now, before="active", after="closed"
    )


async def forget_again(tx: Transaction, person_ids: Sequence[UUID], now: datetime) -> int:
    """Of persons whose keys were destroyed, close those whom a restored backup shows as active; how many. A verified
    document is never touched: it is part of the archive, and who has one was never erased."""
    forgotten = 0
    for person_id in sorted(await persons.select_active(tx, person_ids)):
        await verifications.lock(tx, person_id)
        if await identity_documents.select_any(tx, person_id):
            continue
        await merge_requests.delete_of(tx, person_id)
        await forget_person(tx, person_id, SYSTEM, now, "person.forget_again")
        forgotten += 1
    return forgotten
