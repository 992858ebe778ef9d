"""The facts about declarations that signals judge, for many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.declaration.domain.content import CONTENT
from services.declaration.domain.risk.facts import (
    Alike,
    Decision,
    DeclarationFacts,
    Earlier,
    Namesake,
    Sharer,
    Twin,
)
from services.declaration.domain.risk.shingles import shingles, similarity
from services.declaration.storage import known_people, risk_declarations, risk_devices, risk_traces
from services.declaration.use_cases.risk.opened import (
    Opened,
    open_handed_in,
    open_snapshot,
    practices,
    shanghai_day,
    studies,
)
from shared.postgres.transaction import Reader
from shared.security.blind_index import normalise
from shared.security.keyring import Keyring

_MEETINGS: Final = 20
_BY_RESIDENT_ID: Final = "resident_id"


async def gather_declarations(
    reader: Reader, opened: Sequence[Opened], keyring: Keyring
) -> dict[UUID, DeclarationFacts]:
    """Facts by declaration. Their traces were written before. Raises SealBroken."""
    ids = [one.row.id for one in opened]
    twins, alike = await _twins(reader, ids), await _alike(reader, opened, keyring)
    namesakes, decisions = await _namesakes(reader, ids, keyring), await _decisions(reader, ids, keyring)
    sharers = await _sharers(reader, ids)
    schools = await risk_declarations.select_home_schools(reader)
    places = await risk_declarations.select_places(reader, list({id for one in opened for id in _places(one)}))
    return {
        one.row.id: DeclarationFacts(
            id=one.row.id,
            person_id=one.row.person_id,
            institution_id=one.row.institution_id,
            submitted_on=one.submitted_on,
            practices=practices(one.content, one.row.institution_id, one.submitted_on, places),
            studies=studies(one.content.education),
            id_province=_id_province(one),
            school_in_province=_is_home_school(one, schools),
            bound_on=shanghai_day(one.row.bound_at) if one.row.bound_at else None,
            registered_on=_registered_on(one),
            earlier=_earlier(one),
            twins=tuple(twins[one.row.id]),
            alike=tuple(alike[one.row.id]),
            namesakes=tuple(namesakes[one.row.id]),
            sharers=tuple(sharers[one.row.id]),
            decisions=tuple(decisions[one.row.id]),
        )
        for one in opened
    }


def _places(one: Opened) -> set[UUID]:
    return {one.row.institution_id, *(period.institution_id for period in one.content.periods if period.institution_id)}


def _id_province(one: Opened) -> str | None:
    """The province that issued the resident ID; other documents name none."""
    identity = one.snapshot.identity
    return identity.document_no[:2] if identity.document_type == _BY_RESIDENT_ID else None


def _is_home_school(one: Opened, schools: Sequence[str]) -> bool:
    basis = one.content.basis
    return basis is not None and any(name in normalise(basis.school) for name in schools)


def _registered_on(one: Opened) -> date | None:
    recorded = one.row.probation_recorded_at
    return shanghai_day(recorded) if recorded is not None and one.row.probation_started_on is not None else None


def _earlier(one: Opened) -> Earlier | None:
    row, earlier = one.row, one.earlier
    if earlier is None or row.earlier_id is None or row.earlier_submitted_at is None:
        return None
    on, unit = shanghai_day(row.earlier_submitted_at), row.earlier_institution_id or row.institution_id
    return Earlier(row.earlier_id, on, practices(earlier.content, unit, on), studies(earlier.content.education))


async def _twins(reader: Reader, ids: Sequence[UUID]) -> Mapping[UUID, list[Twin]]:
    found = defaultdict[UUID, list[Twin]](list)
    for one in await risk_declarations.select_twins(reader, ids):
        found[one.declaration_id].append(Twin(one.other_id, one.kind))
    return found


async def _sharers(reader: Reader, ids: Sequence[UUID]) -> Mapping[UUID, list[Sharer]]:
    found = defaultdict[UUID, list[Sharer]](list)
    for one in await risk_devices.select_shared(reader, ids):
        found[one.declaration_id].append(Sharer(one.used, one.subject_id, one.other_id))
    return found


async def _alike(reader: Reader, opened: Sequence[Opened], keyring: Keyring) -> Mapping[UUID, list[Alike]]:
    """Texts that share a band, compared as they are."""
    meetings = await risk_traces.select_meetings(reader, [one.row.id for one in opened], _MEETINGS)
    rows = await risk_declarations.select_many(reader, list({one.other_id for one in meetings}))
    others = {row.id: open_handed_in(keyring, row) for row in rows}
    mine = {one.row.id: one for one in opened}
    found = defaultdict[UUID, list[Alike]](list)
    for meeting in meetings:
        if (other := others.get(meeting.other_id)) is None:
            continue
        text = shingles(mine[meeting.declaration_id].texts.get(meeting.source, ""))
        percent = similarity(text, shingles(other.texts.get(meeting.source, "")))
        found[meeting.declaration_id].append(Alike(meeting.other_id, meeting.source, percent, len(text)))
    return found


async def _namesakes(reader: Reader, ids: Sequence[UUID], keyring: Keyring) -> Mapping[UUID, list[Namesake]]:
    """By name and birth date with another document, or by document with another name."""
    found = defaultdict[UUID, list[Namesake]](list)
    for one in await risk_declarations.select_namesakes(reader, ids):
        own = known_people.open_identity(keyring, one.person_id, one.identity)
        other = known_people.open_identity(keyring, one.other_id, one.other_identity)
        same_name = normalise(own.name) == normalise(other.name)
        if one.same_document and not same_name:
            found[one.declaration_id].append(Namesake(one.other_id, "document", one.other_declaration_id))
        elif same_name and own.birth_date == other.birth_date:
            found[one.declaration_id].append(Namesake(one.other_id, "name_and_birth", one.other_declaration_id))
    return found


async def _decisions(reader: Reader, ids: Sequence[UUID], keyring: Keyring) -> Mapping[UUID, list[Decision]]:
    """Decisions with what was decided on: content and files, as one text."""
    found = defaultdict[UUID, list[Decision]](list)
    for one in await risk_declarations.select_decisions(reader, ids):
        snapshot = open_snapshot(keyring, one.declaration_id, one.submission, one.content)
        files = ",".join(sorted(str(file) for file in snapshot.document_ids))
        content = CONTENT.dump_json(snapshot.content) + files.encode()
        found[one.declaration_id].append(Decision(one.action, one.actor_id, one.submission, content))
    return found
