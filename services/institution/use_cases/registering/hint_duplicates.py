"""What a reviewer should compare an application with: same numbers anywhere, similar names in the county (B7)."""

from dataclasses import dataclass
from typing import Final

from services.institution.domain.institution import Institution
from services.institution.domain.likeness import ALIKE, likeness
from services.institution.storage import similar_institutions
from services.institution.storage.similar_institutions import SimilarRow
from shared.postgres.transaction import Reader

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Hint:
    """Another institution, or application, and how much its name is alike (0.0 to 1.0)."""

    other: SimilarRow
    name_likeness: float


async def hint_duplicates(reader: Reader, institution: Institution) -> list[Hint]:
    """At most ten, the likeliest first: a shared number outweighs any name."""
    rows = await similar_institutions.select_around(reader, institution)
    hints = [Hint(row, round(likeness(row.name, institution.name), 2)) for row in rows]
    worth = [one for one in hints if _shared(one) or (one.other.same_county and one.name_likeness >= ALIKE)]
    return sorted(worth, key=lambda one: (-_shared(one), -one.name_likeness, one.other.id))[:_SHOWN]


def _shared(hint: Hint) -> int:
    return hint.other.same_credit_code + hint.other.same_registration_no
