"""Begin the next version of a template, copied from the one in force or from an earlier one."""

from datetime import datetime

from services.notification.domain.template_errors import DraftExists
from services.notification.storage import template_drafts, templates
from services.notification.storage.template_drafts import TemplateDraft
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def open_template_draft(
    tx: Transaction, key: str, from_version: int | None, *, actor: Actor, now: datetime
) -> TemplateDraft:
    """The draft; going back to an earlier version is a version too. Raises TemplateNotFound, DraftExists."""
    base_version, content = await templates.select_content(tx, key)
    if from_version is not None:
        _, content = await templates.select_content(tx, key, from_version)
    draft = await template_drafts.insert(tx, new_id(), key, base_version, content, actor.id, now)
    if draft is None:
        raise DraftExists
    audit.record(
        tx,
        "template_draft.open",
        actor=actor,
        subject_kind="template_draft",
        subject_id=draft.id,
        at=now,
        after="open",
        template=key,
        base_version=base_version,
        from_version=from_version,
    )
    return draft
