"""Versions of message templates, as people who edit them see them; what is sent is read by storage.catalogue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from services.notification.domain.template import LANGUAGES, TemplateContent, Wording
from shared.errors import NotFound
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT_PAGE: Final = """
SELECT t.key, t.version, t.title AS title_zh, e.title AS title_en, d.id AS draft_id,
       r.events, r.in_app, r.sms, r.wechat, r.email
FROM message_template t
JOIN message_template e ON e.key = t.key AND e.version = t.version AND e.language = 'en'
LEFT JOIN template_draft d ON d.template_key = t.key AND d.state = 'open'
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT event_type), '{}') AS events, coalesce(bool_or(n.in_app), false) AS in_app,
           coalesce(bool_or(n.sms), false) AS sms, coalesce(bool_or(n.wechat), false) AS wechat,
           coalesce(bool_or(n.email), false) AS email
    FROM notification_rule n WHERE n.template_key = t.key
) r ON true
WHERE t.language = 'zh' AND t.key > coalesce($1, '')
  AND t.version = (SELECT max(version) FROM message_template m WHERE m.key = t.key)
  AND ($2::text IS NULL OR EXISTS (
        SELECT FROM unnest(r.events) AS u (event) WHERE u.event = $2 OR starts_with(u.event, $2 || ':')))
  AND ($3::text IS NULL OR CASE $3 WHEN 'in_app' THEN r.in_app WHEN 'sms' THEN r.sms WHEN 'wechat' THEN r.wechat
                                   ELSE r.email END)
  AND ($4::text IS NULL OR ($4 = 'draft') = (d.id IS NOT NULL))
  AND ($5::text IS NULL OR strpos(lower(concat_ws(' ', t.key, t.title, t.body, e.title, e.body)), lower($5)) > 0)
ORDER BY t.key LIMIT $6
"""
_SELECT_VERSION: Final = """
SELECT key, language, version, title, body, sms_code, sms_variables, wechat_template_id,
       wechat_fields::text AS wechat_fields, email_subject, email_body
FROM message_template
WHERE key = $1 AND version = coalesce($2, (SELECT max(version) FROM message_template WHERE key = $1))
"""
_SELECT_VERSIONS: Final = """
SELECT t.version, d.reason, d.changed_by AS activated_by, d.changed_at AS activated_at
FROM message_template t LEFT JOIN template_draft d ON d.template_key = t.key AND d.made_version = t.version
WHERE t.key = $1 AND t.language = 'zh' ORDER BY t.version DESC
"""
_INSERT: Final = """
INSERT INTO message_template (key, language, version, title, body, sms_code, sms_variables, wechat_template_id,
                              wechat_fields, email_subject, email_body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11)
"""


class TemplateNotFound(NotFound):
    """No template, or no version of it, is known by this name."""

    code = "template_not_found"
    message_zh = "没有这个消息模板或版本，请从模板列表中选择。"
    message_en = "There is no such template or version; choose one from the list."


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One template in a list; `events` with their cases, channels as the rules that use it have them."""

    key: str
    version: int
    title_zh: str
    title_en: str
    draft_id: UUID | None
    events: list[str]
    in_app: bool
    sms: bool
    wechat: bool
    email: bool


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """When a version came in force, by whom and why; all None for what came with a release."""

    version: int
    reason: str | None
    activated_by: UUID | None
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class TemplateFilter:
    """What a list is narrowed to; None: not at all."""

    event: str | None
    channel: str | None
    state: str | None
    words: str | None


async def select_page(reader: Reader, wanted: TemplateFilter, after: str | None, limit: int) -> list[TemplateLine]:
    """In order of key, after a key."""
    rows = await reader.fetch(_SELECT_PAGE, after, wanted.event, wanted.channel, wanted.state, wanted.words, limit)
    return [TemplateLine(**row) for row in rows]


async def select_content(reader: Reader, key: str, version: int | None = None) -> tuple[int, TemplateContent]:
    """A version, or the one in force, with its number. Raises TemplateNotFound."""
    rows = {row["language"]: row for row in await reader.fetch(_SELECT_VERSION, key, version)}
    if set(rows) != set(LANGUAGES):
        raise TemplateNotFound
    zh = rows["zh"]
    content = TemplateContent(
        _wording(zh), _wording(rows["en"]), zh["sms_code"], tuple(zh["sms_variables"]), zh["wechat_template_id"]
    )
    return zh["version"], content


async def select_versions(reader: Reader, key: str) -> list[TemplateVersion]:
    """Newest first."""
    return [TemplateVersion(**row) for row in await reader.fetch(_SELECT_VERSIONS, key)]


async def insert_version(tx: Transaction, key: str, version: int, content: TemplateContent) -> None:
    """A further version, both languages."""
    for language in LANGUAGES:
        wording = content.wording(language)
        await tx.execute(
            _INSERT,
            key,
            language,
            version,
            wording.title,
            wording.body,
            content.sms_code,
            list(content.sms_variables),
            content.wechat_template_id,
            orjson.dumps(dict(wording.wechat_fields)).decode() if wording.wechat_fields else None,
            wording.email_subject,
            wording.email_body,
        )


def _wording(row: Row) -> Wording:
    fields = orjson.loads(row["wechat_fields"] or "{}")
    return Wording(row["title"], row["body"], row["email_subject"], fields, row["email_body"])
