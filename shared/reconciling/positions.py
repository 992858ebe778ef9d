"""Where work that goes through something page by page has got to; kept with the service's own data."""

from typing import Final

from shared.postgres.transaction import Reader, Transaction

_SELECT: Final = "SELECT position FROM reconciling_position WHERE name = $1"
_UPSERT: Final = """
INSERT INTO reconciling_position (name, position) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""


async def select_position(reader: Reader, name: str, start: str) -> str:
    """The position of that name, or `start`."""
    return str(await reader.fetchval(_SELECT, name) or start)


async def upsert_position(tx: Transaction, name: str, position: str) -> None:
    """Go on from here next time."""
    await tx.execute(_UPSERT, name, position)
