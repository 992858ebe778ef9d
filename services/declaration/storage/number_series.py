"""Table number_series: gapless serial numbers per series, year and place."""

from typing import Final

from shared.postgres.transaction import Transaction

_TAKE: Final = """
INSERT INTO number_series (series, year, place, last) VALUES ($1, $2, $3, 1)
ON CONFLICT (series, year, place) DO UPDATE SET last = number_series.last + 1
RETURNING last
"""


async def take_number(tx: Transaction, series: str, year: int, place: str) -> int:
    """The next number; given back if the transaction rolls back. Others of the series wait until it ends."""
    number: int = await tx.fetchval(_TAKE, series, year, place)
    return number
