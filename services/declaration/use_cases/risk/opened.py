"""A declaration in clear, as far as signals look at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

import orjson

from services.declaration.domain.content import Content, EducationRecord, Period
from services.declaration.domain.risk.facts import Place, Practice, Study
from services.declaration.storage.declarations import DATA_CLASS
from services.declaration.storage.risk_declarations import HandedIn, LicensedPlace
from services.declaration.storage.snapshots import Snapshot, place
from services.declaration.use_cases.evaluating.locked_evaluation import opinion_place
from shared.clock import SHANGHAI
from shared.security.blind_index import normalise
from shared.security.keyring import Keyring
from shared.security.sealing import unseal, unseal_text

NOWHERE: Final[Mapping[UUID, LicensedPlace]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Opened:
    """A row with its snapshot, that of the year before, and its texts by source."""

    row: HandedIn
    snapshot: Snapshot
    earlier: Snapshot | None
    texts: dict[str, str]

    @property
    def content(self) -> Content:
        """What was handed in last."""
        return self.snapshot.content

    @property
    def submitted_on(self) -> date:
        """The day it was handed in for the first time in its cycle."""
        return shanghai_day(self.row.first_submitted_at)


def shanghai_day(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def open_snapshot(keyring: Keyring, declaration_id: UUID, submission: int, sealed: bytes) -> Snapshot:
    """Raises SealBroken."""
    return Snapshot(orjson.loads(unseal(keyring, DATA_CLASS, place(declaration_id, submission), sealed)))


def open_handed_in(keyring: Keyring, row: HandedIn) -> Opened:
    """Raises SealBroken."""
    snapshot, earlier = open_snapshot(keyring, row.id, row.submission, row.content), None
    if row.earlier_id is not None and row.earlier_submission is not None and row.earlier_content is not None:
        earlier = open_snapshot(keyring, row.earlier_id, row.earlier_submission, row.earlier_content)
    texts = {"summary": "\n".join(one.work_summary or "" for one in snapshot.content.periods)}
    if row.evaluation_id is not None and row.opinion is not None:
        texts["opinion"] = unseal_text(keyring, DATA_CLASS, opinion_place(row.evaluation_id), row.opinion)
    return Opened(row, snapshot, earlier, texts)


def practices(
    content: Content, unit: UUID, until: date, places: Mapping[UUID, LicensedPlace] = NOWHERE
) -> tuple[Practice, ...]:
    """The rows that say since when; a row without an end lasts until it was handed in."""
    return tuple(
        Practice(
            number=number,
            place_key=_place_key(one, unit),
            first=one.first_day,
            last=one.last_day or until,
            is_current=one.is_current,
            department=one.department,
            place=_place(places, unit if one.is_current else one.institution_id),
        )
        for number, one in enumerate(content.periods, start=1)
        if one.first_day is not None
    )


def studies(records: Iterable[EducationRecord]) -> tuple[Study, ...]:
    """Every degree."""
    return tuple(
        Study(one.level, one.school, one.enrolled_on, one.graduated_on, one.form == "full_time", one.is_basis)
        for one in records
    )


def _place_key(period: Period, unit: UUID) -> str:
    if period.is_current:
        return str(unit)
    return str(period.institution_id or normalise(period.institution_name or ""))


def _place(places: Mapping[UUID, LicensedPlace], institution_id: UUID | None) -> Place | None:
    if institution_id is None or (known := places.get(institution_id)) is None:
        return None
    departments = tuple(known.departments) if known.departments is not None else None
    return Place(known.institution_id, known.licence_valid_from, known.licence_valid_to, departments)
