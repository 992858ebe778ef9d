"""Rows of `draft_section`: at which version of the declaration each section was changed last. Written with the change
itself, see storage.contents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT: Final = "SELECT section, version, saved_at FROM draft_section WHERE declaration_id = $1"


@dataclass(frozen=True, slots=True)
class SavedSection:
    """`version` is the one the declaration got by the last change of this section."""

    section: str
    version: int
    saved_at: datetime


async def select(reader: Reader, declaration_id: UUID) -> dict[str, SavedSection]:
    """By section; those never saved are missing. Access to the declaration was checked by its own select."""
    rows = await reader.fetch(_SELECT, declaration_id)
    return {row["section"]: SavedSection(**row) for row in rows}
