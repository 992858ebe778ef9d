"""Discard a draft of rules; the version in force stays."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.rule_errors import DraftClosed
from services.declaration.storage import rule_drafts
from services.declaration.storage.rule_drafts import RuleDraft
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def discard_rule_draft(
    tx: Transaction, draft_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> RuleDraft:
    """The discarded draft. Raises NotFound, StaleVersion, DraftClosed."""
    draft = await rule_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    discarded = await rule_drafts.update(tx, draft.id, "discarded", now)
    audit.record(
        tx,
        "rule_draft.discard",
        actor=actor,
        subject_kind="rule_draft",
        subject_id=draft.id,
        at=now,
        before="open",
        after="discarded",
    )
    return discarded
