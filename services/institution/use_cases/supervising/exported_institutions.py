"""What a sheet of institutions holds, part by part: as the list shows it, to whoever may see it at that moment (B7, B8,
V69)."""

from typing import Final
from uuid import UUID

from services.institution.domain.supervised import SupervisedInstitution
from services.institution.domain.supervised_words import COLUMNS, field_word, standing_word
from services.institution.storage import known_staff, supervision
from services.institution.use_cases.supervising.export_filter import opened_filter
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.exporting.errors import MakerNotKnownYet
from shared.exporting.job import ROWS_AT_ONCE, Export
from shared.postgres.transaction import Reader

_SEPARATOR: Final = {"zh": "、"}


def header(job: Export) -> list[str]:
    """The titles of the columns."""
    return [words[job.language != "zh"] for words in COLUMNS]


async def next_institutions(reader: Reader, job: Export, after: UUID | None) -> tuple[list[list[str]], UUID | None]:
    """The rows behind an institution in the order of their creation, and the id of the last one; None when these are
    the last. Raises NotFound when the maker's account or body is his no more, MakerNotKnownYet."""
    if job.scope_id is None:
        raise NotFound
    acts = await known_staff.select_acts_in(reader, job.created_by, job.scope_id, job.role)
    if acts is None:
        raise MakerNotKnownYet
    if not acts:
        raise NotFound
    found = await supervision.select_page(reader, job.scope_id, opened_filter(job.filter), after, ROWS_AT_ONCE)
    more = found[-1].institution.id if len(found) == ROWS_AT_ONCE else None
    return [_cells(one, job.language) for one in found], more


def _cells(line: SupervisedInstitution, language: str) -> list[str]:
    one = line.institution
    return [
        one.name,
        one.registration_no or "",
        one.credit_code or "",
        one.division_code,
        line.body_name or "",
        standing_word(line.standing, language),
        _SEPARATOR.get(language, ", ").join(field_word(name, language) for name in line.lacks),
        "" if one.licence_valid_to is None else one.licence_valid_to.isoformat(),
        *(str(number) for number in (line.records, line.approved, line.filed)),
        one.state_changed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    ]
