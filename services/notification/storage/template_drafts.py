"""Rows of `template_draft`: the next version of a template while it is written, and afterwards how it came in force."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import orjson

from services.notification.domain.template import LANGUAGES, TemplateContent, Wording
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

State = Literal["open", "activated", "discarded"]

_INSERT: Final = """
INSERT INTO template_draft (id, template_key, base_version, state, content, version, changed_by, changed_at)
VALUES ($1, $2, $3, 'open', $4::text::jsonb, 1, $5, $6)
ON CONFLICT (template_key) WHERE state = 'open' DO NOTHING
RETURNING id, template_key, base_version, state, content::text AS content, version, made_version, changed_by, changed_at
"""
_INSERT_ACTIVATED: Final = """
INSERT INTO template_draft (id, template_key, base_version, state, content, version, made_version, reason, changed_by,
                            changed_at)
VALUES ($1, $2, $3, 'activated', $4::text::jsonb, 1, $5, $6, $7, $8)
"""
_SELECT: Final = """
SELECT id, template_key, base_version, state, content::text AS content, version, made_version, changed_by, changed_at
FROM template_draft WHERE id = $1
"""
_LOCK: Final = """
SELECT id, template_key, base_version, state, content::text AS content, version, made_version, changed_by, changed_at
FROM template_draft WHERE id = $1 FOR UPDATE
"""
_UPDATE: Final = """
UPDATE template_draft
SET state = $2, content = $3::text::jsonb, made_version = $4, reason = $5, changed_by = $6, changed_at = $7,
    version = version + 1
WHERE id = $1
RETURNING id, template_key, base_version, state, content::text AS content, version, made_version, changed_by, changed_at
"""


class DraftNotFound(NotFound):
    """No such draft."""

    code = "template_draft_not_found"
    message_zh = "没有找到该模板草稿，请返回模板列表重新打开。"
    message_en = "There is no such draft; open the template again from the list."


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """A draft; `made_version` is the version it became."""

    id: UUID
    template_key: str
    base_version: int
    state: State
    content: TemplateContent
    version: int
    made_version: int | None
    changed_by: UUID
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a draft, by whom and when."""

    state: State
    by: UUID
    at: datetime
    made_version: int | None = None
    reason: str | None = None


async def insert(
    tx: Transaction, draft_id: UUID, key: str, base_version: int, content: TemplateContent, by: UUID, at: datetime
) -> TemplateDraft | None:
    """A draft; None when the template has an open one already."""
    row = await tx.fetchrow(_INSERT, draft_id, key, base_version, _as_json(content), by, at)
    return None if row is None else _draft(row)


async def insert_activated(
    tx: Transaction, draft_id: UUID, key: str, base_version: int, content: TemplateContent, step: Step
) -> None:
    """That a version was made at once, without a draft that anybody wrote on."""
    made = (step.made_version, step.reason, step.by, step.at)
    await tx.execute(_INSERT_ACTIVATED, draft_id, key, base_version, _as_json(content), *made)


async def select(reader: Reader, draft_id: UUID) -> TemplateDraft:
    """Raises DraftNotFound."""
    return _found(await reader.fetchrow(_SELECT, draft_id))


async def lock(tx: Transaction, draft_id: UUID, expected_version: int) -> TemplateDraft:
    """Raises DraftNotFound, StaleVersion."""
    draft = _found(await tx.fetchrow(_LOCK, draft_id))
    if draft.version != expected_version:
        raise StaleVersion(current=draft.version, state=draft.state)
    return draft


async def update(tx: Transaction, draft_id: UUID, content: TemplateContent, step: Step) -> TemplateDraft:
    """Write a locked draft; the draft with its new version."""
    row = await tx.fetchrow(
        _UPDATE, draft_id, step.state, _as_json(content), step.made_version, step.reason, step.by, step.at
    )
    return _found(row)


def _found(row: Row | None) -> TemplateDraft:
    if row is None:
        raise DraftNotFound
    return _draft(row)


def _draft(row: Row) -> TemplateDraft:
    return TemplateDraft(**{**dict(row), "content": _content(orjson.loads(row["content"]))})


def _as_json(content: TemplateContent) -> str:
    data = asdict(content)
    for language in LANGUAGES:
        # A process of the version before reads what it knows the names of.
        if data[language]["email_body"] is None:
            del data[language]["email_body"]
    return orjson.dumps(data).decode()


def _content(data: dict[str, Any]) -> TemplateContent:
    languages: dict[str, Wording] = {name: Wording(**data[name]) for name in LANGUAGES}
    return TemplateContent(**{**data, **languages, "sms_variables": tuple(data["sms_variables"])})
