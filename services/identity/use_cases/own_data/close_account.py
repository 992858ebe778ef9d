"""Close an account that stands in no statutory record, and destroy what is held about its owner (V58, PIPL 47)."""

from datetime import datetime

from services.identity.domain.merging import MergePending
from services.identity.storage import exempt_choices, identity_documents, merge_requests, verifications
from services.identity.use_cases.linking.require_not_held import require_not_held
from services.identity.use_cases.own_data.forget_person import forget_person
from shared.actor import Actor
from shared.errors import Conflict
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
    """Phone, WeChat accounts, consents, claims, readings, devices and sessions are destroyed at once, photos, copies
    and the person's key by the worker; what stays is an id that says an account was closed. Who was never verified can
    have declared nothing. Raises NotFound, HeldAfterPhoneChange, AccountHasRecord, ExemptChoiceStands, MergePending."""
    # Locks against a check that is just being decided.
    await verifications.lock(tx, actor.id)
    await require_not_held(tx, actor.id, now)
    if await identity_documents.select_any(tx, actor.id):
        raise AccountHasRecord
    if await exempt_choices.select(tx, actor.id) is not None:
        raise ExemptChoiceStands
    if not await merge_requests.delete_decided_of(tx, actor.id):
        raise MergePending
    await forget_person(tx, actor.id, actor, now, "person.close")
