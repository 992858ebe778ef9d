"""Close an account that stands in no statutory record, and destroy what is held about its owner (V58, PIPL 47)."""

from datetime import datetime

from services.identity.domain.verification_catalogue import VerificationCatalogue
from services.identity.storage import (
    exempt_choices,
    identity_documents,
    merge_requests,
    persons,
    sessions,
    verifications,
    wechat_credentials,
)
from services.identity.use_cases.exempting.choose_exempt_channel import withdraw_exempt_channel
from services.identity.use_cases.own_data.forget_traces import forget_traces
from services.identity.use_cases.signing_in.end_sessions import end_sessions
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


async def close_account(tx: Transaction, actor: Actor, catalogue: VerificationCatalogue, now: datetime) -> None:
    """Every session ends in every service; phone, WeChat accounts, consents, claims, requests, readings and devices are
    destroyed at once, photos and copies put aside for the worker; what stays is an id that says an account was closed.
    Who was never verified can have declared nothing. A request to merge goes with who made it; one that somebody else
    made finds nobody any more. Raises NotFound, AccountHasRecord."""
    # Locks against a check that is just being decided.
    await verifications.lock(tx, actor.id)
    if await identity_documents.select_any(tx, actor.id):
        raise AccountHasRecord
    if await exempt_choices.select(tx, actor.id) is not None:
        # The name and number said with the choice lie elsewhere, and go by this.
        await withdraw_exempt_channel(tx, actor, catalogue, now)
    version = await persons.update_version(tx, actor.id)
    if not await persons.update_closed(tx, actor.id, now):
        raise NotFound
    await end_sessions(tx, actor.id, actor, now, "account_closed")
    await forget_traces(tx, actor.id, now)
    await merge_requests.delete_of(tx, actor.id)
    await wechat_credentials.delete_of(tx, actor.id)
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
