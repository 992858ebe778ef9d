"""The facts about institutions in a cycle that signals judge, for many at once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import orjson

from services.declaration.domain.risk.facts import InstitutionFacts
from services.declaration.domain.supervision import family_of
from services.declaration.storage import risk_subjects
from services.declaration.use_cases.risk.opened import shanghai_day
from shared.postgres.transaction import Reader


async def gather_institutions(
    reader: Reader, institutions: Sequence[UUID], cycle_id: UUID, now: datetime
) -> dict[UUID, InstitutionFacts]:
    """Facts by institution, of those that are known. Categories of unknown digits stand for themselves."""
    trainees, sanctions = defaultdict[UUID, Counter[str]](Counter), defaultdict[UUID, list[tuple[str, date]]](list)
    for institution, code, count in await risk_subjects.select_trainees(reader, institutions, cycle_id):
        trainees[institution][family_of(code) or code] += count
    for institution, rule, at in await risk_subjects.select_sanctions(reader, institutions, cycle_id):
        sanctions[institution].append((rule, shanghai_day(at)))
    return {
        one.institution_id: InstitutionFacts(
            id=one.institution_id,
            kind=one.institution_type,
            today=shanghai_day(now),
            declared=one.declared,
            before=one.before,
            trainees=trainees[one.institution_id],
            physicians=_by_family(one.physicians),
            wrong_codes=one.wrong_codes,
            sanctions=tuple(sanctions[one.institution_id]),
        )
        for one in await risk_subjects.select_institutions(reader, institutions, cycle_id)
    }


def _by_family(physicians: str | None) -> dict[str, int] | None:
    """Licensed physicians by family; assistants (2xx, 4xx) guide nobody."""
    if physicians is None:
        return None
    counted = Counter[str]()
    for code, number in orjson.loads(physicians).items():
        counted[family_of(code) or code] += number if code[:1] in ("1", "3") else 0
    return dict(counted)
