"""Write a draft anew; what could not be sent is refused with its place."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.template import TemplateContent, differing
from services.notification.domain.template_errors import DraftClosed
from services.notification.storage import template_drafts
from services.notification.storage.template_drafts import Step, TemplateDraft
from services.notification.use_cases.templates.require_sound_template import require_sound_template
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def change_template_draft(
    tx: Transaction, draft_id: UUID, content: TemplateContent, *, expected_version: int, actor: Actor, now: datetime
) -> TemplateDraft:
    """The draft with its new version. Raises DraftNotFound, StaleVersion, DraftClosed, TemplateUnsound."""
    draft = await template_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    await require_sound_template(tx, draft.template_key, content)
    changed = await template_drafts.update(tx, draft.id, content, Step("open", actor.id, now))
    audit.record(
        tx,
        "template_draft.change",
        actor=actor,
        subject_kind="template_draft",
        subject_id=draft.id,
        at=now,
        before="open",
        after="open",
        template=draft.template_key,
        fields=list(differing(draft.content, content)),
    )
    return changed
