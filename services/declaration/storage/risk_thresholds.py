"""Rows of `risk_thresholds`: every setting of the signals there ever was, by version; never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from services.declaration.domain.risk.thresholds import Setting
from shared.errors import StaleVersion
from shared.postgres.transaction import Reader, Row, Transaction

_SELECT_CURRENT: Final = """
SELECT version, settings::text AS settings, reason, set_by, set_at FROM risk_thresholds ORDER BY version DESC LIMIT 1
"""
# Two who set thresholds at the same moment: one of them is stale.
_INSERT: Final = """
INSERT INTO risk_thresholds (version, settings, reason, set_by, set_at) VALUES ($1, $2::text::jsonb, $3, $4, $5)
ON CONFLICT (version) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings of all rules at a version, with who set them and why."""

    version: int
    settings: Mapping[str, Setting]
    reason: str
    set_by: UUID
    set_at: datetime


async def select_current(reader: Reader) -> Thresholds:
    """What counts now."""
    return _thresholds(await reader.fetchrow(_SELECT_CURRENT))


async def insert(tx: Transaction, new: Thresholds) -> None:
    """Raises StaleVersion when the version exists already."""
    settings = {one.rule: {"enabled": one.enabled, "limits": dict(one.limits)} for one in new.settings.values()}
    text = orjson.dumps(settings).decode()
    if not await tx.execute(_INSERT, new.version, text, new.reason, new.set_by, new.set_at):
        raise StaleVersion(current=new.version, state="set")


def _thresholds(row: Row) -> Thresholds:
    settings = {rule: Setting(rule, **one) for rule, one in orjson.loads(row["settings"]).items()}
    return Thresholds(row["version"], settings, row["reason"], row["set_by"], row["set_at"])
