"""Rows of `notification_rule` and their changes, as people who edit them see them; what is sent is read by
storage.catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.notification.domain.audience import Audience
from services.notification.domain.rule_channels import CHANNELS
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

# It is on, and the template in force has no id of a template at WeChat.
_COLUMNS: Final = """
id, event_type, audience, template_key, in_app, sms, wechat, email, version, wechat AND NOT EXISTS (
    SELECT FROM message_template t WHERE t.key = template_key AND t.wechat_template_id IS NOT NULL
    AND t.version = (SELECT max(v.version) FROM message_template v WHERE v.key = t.key)) AS wechat_waits
"""
_SELECT_PAGE: Final = f"""
SELECT {_COLUMNS}
FROM notification_rule
WHERE ($1::text IS NULL OR (event_type, audience) > ($1, $2::text))
  AND ($3::text IS NULL OR event_type = $3 OR starts_with(event_type, $3 || ':'))
  AND ($4::text IS NULL OR audience = $4)
  AND ($5::text IS NULL OR CASE $5 WHEN 'in_app' THEN in_app WHEN 'sms' THEN sms WHEN 'wechat' THEN wechat
                                   ELSE email END)
  AND ($6::text IS NULL OR strpos(event_type || ' ' || template_key, lower($6)) > 0)
ORDER BY event_type, audience LIMIT $7
"""
_SELECT: Final = f"""
SELECT {_COLUMNS} FROM notification_rule WHERE id = $1
"""
_LOCK: Final = f"""
SELECT {_COLUMNS} FROM notification_rule
WHERE id = $1 FOR UPDATE
"""
_LOCK_OF_TEMPLATE: Final = f"""
SELECT {_COLUMNS} FROM notification_rule
WHERE template_key = $1 ORDER BY id FOR UPDATE
"""
_SELECT_OF_TEMPLATE: Final = f"""
SELECT {_COLUMNS} FROM notification_rule
WHERE template_key = $1 ORDER BY event_type, audience
"""
_UPDATE: Final = f"""
UPDATE notification_rule SET in_app = $2, sms = $3, wechat = $4, email = $5, version = version + 1 WHERE id = $1
RETURNING {_COLUMNS}
"""
_INSERT_CHANGE: Final = """
INSERT INTO notification_rule_change (rule_id, version, channels_before, channels_after, reason, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_SELECT_CHANGES: Final = """
SELECT version, channels_before, channels_after, reason, changed_by, changed_at
FROM notification_rule_change WHERE rule_id = $1 ORDER BY version DESC
"""


class RuleNotFound(NotFound):
    """No such rule."""

    code = "notification_rule_not_found"
    message_zh = "没有找到该通知规则，请返回规则列表重新选择。"
    message_en = "There is no such rule; choose it from the list."


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One row of the rule table; `event_type` with its case. `wechat_waits`: by WeChat nothing goes until its template
    has an id."""

    id: UUID
    event_type: str
    audience: Audience
    template_key: str
    in_app: bool
    sms: bool
    wechat: bool
    email: bool
    version: int
    wechat_waits: bool

    def channels(self) -> tuple[str, ...]:
        """Those that are on, in order."""
        return tuple(name for name in CHANNELS if getattr(self, name))


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One version of a rule."""

    version: int
    channels_before: list[str]
    channels_after: list[str]
    reason: str
    changed_by: UUID
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """What a list is narrowed to; None: not at all."""

    event: str | None
    audience: str | None
    channel: str | None
    words: str | None


async def select_page(
    reader: Reader, wanted: RuleFilter, after: tuple[str | None, str | None], limit: int
) -> list[StoredRule]:
    """In order of event and audience."""
    narrowed = (wanted.event, wanted.audience, wanted.channel, wanted.words)
    return [StoredRule(**row) for row in await reader.fetch(_SELECT_PAGE, *after, *narrowed, limit)]


async def select(reader: Reader, rule_id: UUID) -> StoredRule:
    """Raises RuleNotFound."""
    return _found(await reader.fetchrow(_SELECT, rule_id))


async def select_of_template(reader: Reader, key: str) -> list[StoredRule]:
    """The rules that use a template."""
    return [StoredRule(**row) for row in await reader.fetch(_SELECT_OF_TEMPLATE, key)]


async def select_changes(reader: Reader, rule_id: UUID) -> list[RuleChange]:
    """Newest first."""
    return [RuleChange(**row) for row in await reader.fetch(_SELECT_CHANGES, rule_id)]


async def lock(tx: Transaction, rule_id: UUID, expected_version: int) -> StoredRule:
    """Raises RuleNotFound, StaleVersion."""
    rule = _found(await tx.fetchrow(_LOCK, rule_id))
    if rule.version != expected_version:
        raise StaleVersion(current=rule.version, state=", ".join(rule.channels()))
    return rule


async def lock_of_template(tx: Transaction, key: str) -> list[StoredRule]:
    """The rules that use a template: nobody switches a channel of them meanwhile."""
    return [StoredRule(**row) for row in await tx.fetch(_LOCK_OF_TEMPLATE, key)]


async def update(
    tx: Transaction, before: StoredRule, channels: Sequence[str], reason: str, by: UUID, at: datetime
) -> StoredRule:
    """Write the channels of a locked rule, and that they changed."""
    after = _found(await tx.fetchrow(_UPDATE, before.id, *(name in channels for name in CHANNELS)))
    await tx.execute(_INSERT_CHANGE, after.id, after.version, before.channels(), after.channels(), reason, by, at)
    return after


def _found(row: Row | None) -> StoredRule:
    if row is None:
        raise RuleNotFound
    return StoredRule(**row)
