"""Switch channels of a rule on and off, with a reason; the next event is told so, within half a minute everywhere."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from services.notification.domain.rule_channels import CHANNELS, require_switchable
from services.notification.storage import rules, templates
from services.notification.storage.rules import StoredRule
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def switch_channels(
    tx: Transaction,
    rule_id: UUID,
    channels: Set[str],
    reason: str,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> StoredRule:
    """The rule with its new version. Raises RuleNotFound, StaleVersion, CodeStaysOnPhone, RuleUnchanged, InAppStays,
    SilentRule, WechatForCandidates, EmailForCandidates, InAppAlone, AccountByText, ChannelUnwritten."""
    before = await rules.lock(tx, rule_id, expected_version)
    _, content = await templates.select_content(tx, before.template_key)
    require_switchable(before.event_type, before.audience, set(before.channels()), channels, content.says_by())
    wanted = [name for name in CHANNELS if name in channels]
    after = await rules.update(tx, before, wanted, reason, actor.id, now)
    audit.record(
        tx,
        "notification_rule.switch",
        actor=actor,
        subject_kind="notification_rule",
        subject_id=rule_id,
        at=now,
        before=",".join(before.channels()),
        after=",".join(after.channels()),
        event=before.event_type,
        audience=before.audience,
        rule_version=after.version,
        why=reason,
    )
    return after
