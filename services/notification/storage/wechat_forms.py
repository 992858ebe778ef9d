"""Which fields templates fill by WeChat, and under which id there: templates with the same fields share one of the few
that an account at WeChat may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.postgres.transaction import Reader

_SELECT: Final = """
SELECT f.fields, f.template_id, array_agg(f.key ORDER BY f.key) AS templates
FROM (
    SELECT t.key, t.wechat_template_id AS template_id,
           ARRAY(SELECT name FROM jsonb_object_keys(t.wechat_fields) AS n (name) ORDER BY name) AS fields
    FROM message_template t
    WHERE t.language = 'zh' AND t.wechat_fields IS NOT NULL
      AND t.version = (SELECT max(v.version) FROM message_template v WHERE v.key = t.key)
) f
GROUP BY f.fields, f.template_id ORDER BY f.fields, f.template_id NULLS FIRST
"""
_SELECT_KEYS: Final = """
SELECT t.key FROM message_template t
WHERE t.language = 'zh' AND t.wechat_fields IS NOT NULL
  AND ARRAY(SELECT name FROM jsonb_object_keys(t.wechat_fields) AS n (name) ORDER BY name) = $1::text[]
  AND t.version = (SELECT max(v.version) FROM message_template v WHERE v.key = t.key)
ORDER BY t.key
"""


@dataclass(frozen=True, slots=True)
class WechatForm:
    """Templates in force that fill the same fields, with the id they go under; None: they do not go by WeChat yet."""

    fields: list[str]
    template_id: str | None
    templates: list[str]


async def select_all(reader: Reader) -> list[WechatForm]:
    """A handful."""
    return [WechatForm(**row) for row in await reader.fetch(_SELECT)]


async def select_keys(reader: Reader, fields: Sequence[str]) -> list[str]:
    """The templates in force that fill exactly these fields."""
    return [row["key"] for row in await reader.fetch(_SELECT_KEYS, sorted(fields))]
