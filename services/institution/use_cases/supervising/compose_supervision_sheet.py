"""Compose the sheet of a jurisdiction's institutions: where each stands and what it lacks, as the list shows it (B7,
B8, V69)."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.institution.domain.supervised import SupervisedInstitution
from services.institution.domain.supervised_errors import NoInstitutionsToExport, TooManyInstitutionsToExport
from services.institution.domain.supervised_words import COLUMNS, TITLE, field_word, standing_word
from services.institution.storage import supervision
from services.institution.storage.supervision import SupervisionFilter
from shared.clock import SHANGHAI
from shared.postgres.transaction import Reader
from shared.spreadsheets.workbook import Workbook

MOST_ROWS: Final = 10_000
"""So many are written within a request: several times the units of a province."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """An XLSX file with so many rows below its header."""

    data: bytes
    rows: int


async def compose_supervision_sheet(
    reader: Reader, scope_id: UUID, wanted: SupervisionFilter, language: str, most: int = MOST_ROWS
) -> Sheet:
    """Institutions in the order of their creation. Raises NoInstitutionsToExport, TooManyInstitutionsToExport."""
    found, after = list[SupervisedInstitution](), None
    while True:
        part = await supervision.select_page(reader, scope_id, wanted, after, _AT_ONCE)
        found += part
        if len(found) > most:
            raise TooManyInstitutionsToExport(most=most)
        if len(part) < _AT_ONCE:
            break
        after = part[-1].institution.id
    if not found:
        raise NoInstitutionsToExport
    return Sheet(await asyncio.to_thread(_written, found, language), len(found))


def _written(found: Sequence[SupervisedInstitution], language: str) -> bytes:
    file, other = io.BytesIO(), language != "zh"
    book = Workbook(file, TITLE[other], [words[other] for words in COLUMNS])
    book.add(_cells(one, language) for one in found)
    book.close()
    return file.getvalue()


def _cells(line: SupervisedInstitution, language: str) -> list[str]:
    one = line.institution
    return [
        one.name,
        one.registration_no or "",
        one.credit_code or "",
        one.division_code,
        line.body_name or "",
        standing_word(line.standing, language),
        ("、" if language == "zh" else ", ").join(field_word(name, language) for name in line.lacks),
        "" if one.licence_valid_to is None else one.licence_valid_to.isoformat(),
        *(str(number) for number in (line.records, line.approved, line.filed)),
        one.state_changed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    ]
