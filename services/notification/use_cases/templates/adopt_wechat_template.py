"""Say under which template of the account at WeChat everything with the same fields goes: a version of each, with a
reason, in one commit."""

from collections.abc import Mapping
from datetime import datetime

from services.notification.domain.template import differing, renamed
from services.notification.domain.template_errors import FieldsCollide, WechatFieldsUnused
from services.notification.storage import rules, template_drafts, templates, wechat_forms
from services.notification.storage.template_drafts import Step
from services.notification.use_cases.templates.require_sound_template import require_sound_template
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def adopt_wechat_template(
    tx: Transaction, names: Mapping[str, str], template_id: str | None, reason: str, *, actor: Actor, now: datetime
) -> list[str]:
    """The templates that changed. `names`: what each field is called there; without `template_id` they go by WeChat no
    more. Drafts that are open start again from the new version. Raises FieldsCollide, WechatFieldsUnused,
    TemplateUnsound."""
    if len(set(names.values())) < len(names):
        raise FieldsCollide
    keys = await wechat_forms.select_keys(tx, list(names))
    if not keys:
        raise WechatFieldsUnused
    return [key for key in keys if await _adopt(tx, key, names, template_id, reason, actor, now)]


async def _adopt(
    tx: Transaction,
    key: str,
    names: Mapping[str, str],
    template_id: str | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bool:
    # Whoever activates a draft of it holds these too.
    await rules.lock_of_template(tx, key)
    version, content = await templates.select_content(tx, key)
    adopted = renamed(content, names, template_id)
    if set(content.zh.wechat_fields) != set(names) or not (fields := differing(content, adopted)):
        return False
    await require_sound_template(tx, key, adopted)
    await templates.insert_version(tx, key, version + 1, adopted)
    draft_id, step = new_id(), Step("activated", actor.id, now, version + 1, reason)
    await template_drafts.insert_activated(tx, draft_id, key, version, adopted, step)
    audit.record(
        tx,
        "template_draft.activate",
        actor=actor,
        subject_kind="template_draft",
        subject_id=draft_id,
        at=now,
        after="activated",
        template=key,
        template_version=version + 1,
        fields=list(fields),
        why=reason,
    )
    return True
