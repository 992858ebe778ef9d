"""The facts about supervisors in a cycle that signals judge, for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from services.declaration.domain.risk.facts import SupervisorFacts, Trainee
from services.declaration.domain.supervision import family_of
from services.declaration.storage import known_supervisors, risk_subjects
from services.declaration.storage.risk_subjects import GuidedTime, RosterEntry
from shared.postgres.transaction import Reader
from shared.security.blind_index import normalise
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text


async def gather_supervisors(
    reader: Reader, supervisors: Sequence[UUID], cycle_id: UUID, keyring: Keyring
) -> dict[UUID, SupervisorFacts]:
    """Facts by supervisor, of those that are known; whoever stands with the same number counts as the same physician.
    Raises SealBroken."""
    entries = await risk_subjects.select_supervisors(reader, supervisors)
    indexes = list({one.certificate_index for one in entries})
    alike, guided = defaultdict[bytes, list[RosterEntry]](list), defaultdict[bytes, list[GuidedTime]](list)
    for other in await risk_subjects.select_alike(reader, indexes):
        alike[other.certificate_index].append(other)
    for time in await risk_subjects.select_guided(reader, indexes, cycle_id):
        guided[time.certificate_index].append(time)
    return {
        one.supervisor_id: _facts(one, alike[one.certificate_index], guided[one.certificate_index], keyring)
        for one in entries
    }


def _facts(
    one: RosterEntry, alike: Sequence[RosterEntry], guided: Sequence[GuidedTime], keyring: Keyring
) -> SupervisorFacts:
    others = [other for other in alike if other.institution_id != one.institution_id]
    names = {_name(other, keyring) for other in (one, *alike)} if len(alike) > 1 else set()
    family = family_of(one.category_code)
    unfit = {time.declaration_id for time in guided if time.families is not None and family not in time.families}
    return SupervisorFacts(
        id=one.supervisor_id,
        institution_id=one.institution_id,
        level=one.certificate_level,
        multi_site=one.multi_site or any(other.multi_site for other in others),
        trainees=tuple(Trainee(time.declaration_id, time.first_day, time.last_day) for time in guided),
        elsewhere=tuple(sorted({other.institution_id for other in others})) if one.active else (),
        two_names=len(names) > 1,
        unfit=tuple(sorted(unfit)),
    )


def _name(one: RosterEntry, keyring: Keyring) -> str:
    place = known_supervisors.place("name", one.supervisor_id)
    return normalise(unseal_text(keyring, known_supervisors.DATA_CLASS, place, one.name))
