"""Close an account that stands in no statutory record, and destroy what is held about its owner (V58, PIPL 47)."""

from datetime import datetime

from services.identity.storage import (
    consents,
    identity_documents,
    own_data_exports,
    persons,
    recognition_jobs,
    sessions,
    verification_images,
    verifications,
)
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import PersonClosed
from shared.errors import Conflict, NotFound
from shared.ids import PersonId
from shared.postgres.transaction import Transaction


class AccountHasRecord(Conflict):
    """A verified identity is part of the archive of the qualification and can not be destroyed on request."""

    code = "account_has_record"
    message_zh = "您已完成实名认证，认证信息属于依法保存的考试档案，不能注销。如需更正或限制处理，请联系考试管理机构。"
    message_en = (
        "You were verified; that is part of the archive the law asks us to keep, so the account can not be closed. "
        "Ask your exam body if something is to be corrected or restricted."
    )


async def close_account(tx: Transaction, actor: Actor, now: datetime) -> None:
    """The phone, consents, claims, readings and sessions are destroyed at once, photos and copies put aside for the
    worker; what stays is an id that says an account was closed. Who was never verified can have declared nothing.
    Raises NotFound, AccountHasRecord."""
    # Locks against a check that is just being decided.
    await verifications.lock(tx, actor.id)
    if await identity_documents.select_any(tx, actor.id):
        raise AccountHasRecord
    version = await persons.update_version(tx, actor.id)
    if not await persons.update_closed(tx, actor.id, now):
        raise NotFound
    await verification_images.update_put_aside(tx, actor.id, now)
    await recognition_jobs.delete_of(tx, actor.id)
    await consents.delete_of(tx, actor.id)
    await own_data_exports.delete_of(tx, actor.id)
    await sessions.delete_of(tx, actor.id)
    await verifications.delete_of(tx, actor.id)
    outbox.add(tx, PersonClosed(occurred_at=now, aggregate_version=version, person_id=PersonId(actor.id)))
    audit.record(
        tx,
        "person.close",
        actor=actor,
        subject_kind="person",
        subject_id=actor.id,
        at=now,
        before="active",
        after="closed",
    )
