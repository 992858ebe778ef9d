"""Rules and templates, read from the database and kept for half a minute: they change by hand, a few times a year. A
version that another copy of the service knows already is looked for at once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.notification.domain.audience import Audience
from shared.errors import Unavailable
from shared.postgres.database import Database

_KEEP_SECONDS = 30.0

_SELECT_RULES: Final = """
SELECT r.event_type, r.audience, r.template_key, r.in_app, r.sms, r.wechat, r.email, max(t.version) AS template_version
FROM notification_rule r JOIN message_template t ON t.key = r.template_key
GROUP BY r.event_type, r.audience, r.template_key, r.in_app, r.sms, r.wechat, r.email ORDER BY r.event_type, r.audience
"""
_SELECT_TEMPLATES: Final = """
SELECT key, language, version, title, body, sms_code, wechat_template_id, wechat_fields::text AS wechat_fields,
       email_subject, email_body, sms_variables
FROM message_template
"""


class RuleMissing(Unavailable):
    """No rule for an event: the rule table was not loaded yet."""

    code = "rule_missing"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table with the template version in force."""

    event_type: str
    audience: Audience
    template_key: str
    in_app: bool
    sms: bool
    wechat: bool
    email: bool
    template_version: int


@dataclass(frozen=True, slots=True)
class Template:
    """One language of one version; `body` has {placeholders} for the message's parameters."""

    key: str
    language: str
    version: int
    title: str
    body: str
    sms_code: str | None
    wechat_template_id: str | None
    wechat_fields: dict[str, str]
    email_subject: str | None
    email_body: str | None
    sms_variables: tuple[str, ...]


def _template(row: Mapping[str, Any]) -> Template:
    fields = orjson.loads(row["wechat_fields"] or "{}")
    return Template(**{**dict(row), "wechat_fields": fields, "sms_variables": tuple(row["sms_variables"])})


class Catalogue:
    """The cached rule table and templates."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rules: dict[str, list[Rule]] = {}
        self._templates: dict[tuple[str, str, int], Template] = {}
        self._read_at = float("-inf")

    async def rules(self, key: str) -> list[Rule]:
        """The rules of an event; may be empty where the table says nothing about a state."""
        await self._refresh()
        if not self._rules:
            raise RuleMissing
        return self._rules.get(key, [])

    async def template(self, key: str, language: str, version: int) -> Template:
        """A template in `language`, else in Chinese. Raises RuleMissing."""
        await self._refresh()
        if (found := self._found(key, language, version)) is None:
            await self._read()
            found = self._found(key, language, version)
        if found is None:
            raise RuleMissing
        return found

    async def titled(self, part: str) -> list[tuple[str, int]]:
        """(key, version) of the templates whose title holds `part`, in either language and whatever its case."""
        await self._refresh()
        wanted = part.casefold()
        return sorted({(t.key, t.version) for t in self._templates.values() if wanted in t.title.casefold()})

    def _found(self, key: str, language: str, version: int) -> Template | None:
        return self._templates.get((key, language, version)) or self._templates.get((key, "zh", version))

    async def _refresh(self) -> None:
        if time.monotonic() - self._read_at >= _KEEP_SECONDS:
            await self._read()

    async def _read(self) -> None:
        async with self._database.read() as reader:
            rules = [Rule(**row) for row in await reader.fetch(_SELECT_RULES)]
            templates = [_template(row) for row in await reader.fetch(_SELECT_TEMPLATES)]
        self._templates = {(t.key, t.language, t.version): t for t in templates}
        grouped: dict[str, list[Rule]] = {}
        for rule in rules:
            grouped.setdefault(rule.event_type, []).append(rule)
        self._rules = grouped
        self._read_at = time.monotonic()
