"""What a code is called in the lists under which a declaration was made."""

from typing import Final
from uuid import UUID

from shared.postgres.transaction import Reader

_SELECT_CATEGORY: Final = """
SELECT c.name_zh FROM declaration d JOIN exam_category c ON c.catalogue_version = d.catalogue_version
WHERE d.id = $1 AND c.code = $2 ORDER BY c.valid_from DESC LIMIT 1
"""


async def select_category_name(reader: Reader, declaration_id: UUID, code: str) -> str | None:
    """The Chinese name of a category, or None for one that those lists do not have. Lock or check the declaration
    first."""
    name: str | None = await reader.fetchval(_SELECT_CATEGORY, declaration_id, code)
    return name
