"""Give a draft up."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.template_errors import DraftClosed
from services.notification.storage import template_drafts
from services.notification.storage.template_drafts import Step, TemplateDraft
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def discard_template_draft(
    tx: Transaction, draft_id: UUID, *, expected_version: int, actor: Actor, now: datetime
) -> TemplateDraft:
    """The draft as it stays. Raises DraftNotFound, StaleVersion, DraftClosed."""
    draft = await template_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    discarded = await template_drafts.update(tx, draft.id, draft.content, Step("discarded", actor.id, now))
    audit.record(
        tx,
        "template_draft.discard",
        actor=actor,
        subject_kind="template_draft",
        subject_id=draft.id,
        at=now,
        before="open",
        after="discarded",
        template=draft.template_key,
    )
    return discarded
