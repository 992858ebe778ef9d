"""Close an account that stands in no statutory record, and destroy what is held about its owner (V58, PIPL 47)."""

from datetime import datetime

from services.identity.domain.merging import MergePending
from services.identity.storage import (
    exempt_choices,
    identity_documents,
    merge_requests,
    persons,
    sessions,
    verifications,
    wechat_credentials,
)
from services.identity.use_cases.linking.require_not_held import require_not_held
from services.identity.use_cases.own_data.forget_traces import forget_traces
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import PersonClosed
from shared.errors import Conflict, NotFound
from shared.ids import PersonId
from shared.postgres.transaction import Transaction


class ExemptChoiceStands(Conflict):
    """Whoever declares elsewhere is answered for here: the choice is taken back first (A17)."""

    code = "exempt_choice_stands"
    message_zh = "您已选择其他申报渠道，请先撤回该选择，再注销账号。"
    message_en = "You chose to declare elsewhere; take that back first, then close the account."


class AccountHasRecord(Conflict):
    """A verified identity is part of the archive of the qualification and can not be destroyed on request."""

    code = "account_has_record"
    message_zh = "您已完成实名认证，认证信息属于依法保存的考试档案，不能注销。如需更正或限制处理，请联系考试管理机构。"
    message_en = (
        "You were verified; that is part of the archive the law asks us to keep, so the account can not be closed. "
        "Ask your exam body if something is to be corrected or restricted."
    )


async def close_account(tx: Transaction, actor: Actor, now: datetime) -> None:
    """Phone, WeChat accounts, consents, claims, readings, devices and sessions are destroyed at once, photos and copies
    put aside for the worker; what stays is an id that says an account was closed. Who was never verified can have
    declared nothing. Raises NotFound, HeldAfterPhoneChange, AccountHasRecord, ExemptChoiceStands, MergePending."""
    # Locks against a check that is just being decided.
    await verifications.lock(tx, actor.id)
    await require_not_held(tx, actor.id, now)
    if await identity_documents.select_any(tx, actor.id):
        raise AccountHasRecord
    if await exempt_choices.select(tx, actor.id) is not None:
        raise ExemptChoiceStands
    if not await merge_requests.delete_decided_of(tx, actor.id):
        raise MergePending
    version = await persons.update_version(tx, actor.id)
    if not await persons.update_closed(tx, actor.id, now):
        raise NotFound
    await forget_traces(tx, actor.id, now)
    await wechat_credentials.delete_of(tx, actor.id)
    # Told before they are deleted: access tokens live on for minutes, and every service is to refuse them.
    await end_sessions(tx, actor.id, actor, now, "account_closed")
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
