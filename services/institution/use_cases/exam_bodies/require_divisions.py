"""Divisions that a territory is made of are those of today's table."""

from collections.abc import Sequence

from services.institution.domain.division import unknown
from services.institution.storage import divisions
from shared.postgres.transaction import Reader


async def require_divisions(reader: Reader, codes: Sequence[str]) -> tuple[str, ...]:
    """The codes, each once and in order. Raises DivisionUnknown, pointing at the first that is none."""
    known = {division.code for division in await divisions.select_many(reader, codes) if division.current}
    for place, code in enumerate(codes):
        if code not in known:
            raise unknown(f"/division_codes/{place}")
    return tuple(sorted(known))
