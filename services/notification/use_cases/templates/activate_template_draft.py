"""Put a draft in force as the next version, with a reason; old messages keep the version they were made with."""

from datetime import datetime
from uuid import UUID

from services.notification.domain.template import differing
from services.notification.domain.template_errors import ChannelInUse, DraftClosed, DraftUnchanged, TemplateMovedOn
from services.notification.storage import rules, template_drafts, templates
from services.notification.storage.template_drafts import Step, TemplateDraft
from services.notification.use_cases.templates.require_sound_template import require_sound_template
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def activate_template_draft(
    tx: Transaction, draft_id: UUID, reason: str, *, expected_version: int, actor: Actor, now: datetime
) -> TemplateDraft:
    """The draft with the version it became; every copy of the service uses it within half a minute. Raises
    DraftNotFound, StaleVersion, DraftClosed, TemplateMovedOn, DraftUnchanged, ChannelInUse, TemplateUnsound."""
    draft = await template_drafts.lock(tx, draft_id, expected_version)
    if draft.state != "open":
        raise DraftClosed
    fields = await _require_ready(tx, draft)
    version = draft.base_version + 1
    await templates.insert_version(tx, draft.template_key, version, draft.content)
    step = Step("activated", actor.id, now, version, reason)
    activated = await template_drafts.update(tx, draft.id, draft.content, step)
    audit.record(
        tx,
        "template_draft.activate",
        actor=actor,
        subject_kind="template_draft",
        subject_id=draft.id,
        at=now,
        before="open",
        after="activated",
        template=draft.template_key,
        template_version=version,
        fields=fields,
        why=reason,
    )
    return activated


async def _require_ready(tx: Transaction, draft: TemplateDraft) -> list[str]:
    """The pointers of what differs from the version in force."""
    used_by = await rules.lock_of_template(tx, draft.template_key)
    in_force, current = await templates.select_content(tx, draft.template_key)
    if in_force != draft.base_version:
        raise TemplateMovedOn
    if not (fields := differing(current, draft.content)):
        raise DraftUnchanged
    # Only what is taken away: a rule may wait for a channel by which nothing is said yet.
    for channel in sorted(current.says_by() - draft.content.says_by()):
        if any(channel in rule.channels() for rule in used_by):
            raise ChannelInUse(channel=channel)
    await require_sound_template(tx, draft.template_key, draft.content)
    return list(fields)
