"""What each kind of sheet holds, row by row: as masked as the lists that exam bodies see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from services.declaration.domain.export import ExportJob
from services.declaration.domain.export_words import FILING_COLUMNS, RECORD_COLUMNS, flag, word
from services.declaration.domain.record_standing import Lack, RecordFilter, Standing
from services.declaration.storage import exported_filings, supervised_records
from services.declaration.storage.exported_filings import ExportedFiling, FilingFilter
from services.declaration.storage.supervised_records import RecordRow
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.postgres.transaction import Reader


def header(job: ExportJob) -> list[str]:
    """The titles of the columns."""
    columns = RECORD_COLUMNS if job.kind == "records" else FILING_COLUMNS
    return [zh if job.language == "zh" else en for zh, en in columns]


async def count_rows(reader: Reader, job: ExportJob, most: int) -> int:
    """How many rows there are now; stops counting behind `most`."""
    if job.kind == "records":
        return await supervised_records.count(reader, _scope(job), _record_filter(job), most)
    return await exported_filings.count(reader, _scope(job), _filing_filter(job), most)


async def next_rows(reader: Reader, job: ExportJob, limit: int) -> tuple[list[list[str]], UUID | None]:
    """The rows behind the job's position, and the id of the last one."""
    found: Sequence[RecordRow | ExportedFiling]
    if job.kind == "records":
        found = await supervised_records.select_page(reader, _scope(job), _record_filter(job), job.last_id, limit)
    else:
        found = await exported_filings.select_page(reader, _scope(job), _filing_filter(job), job.last_id, limit)
    return [_cells(one, job.language) for one in found], found[-1].id if found else None


def _scope(job: ExportJob) -> UUID:
    """The body whose jurisdiction limits the rows. Raises NotFound."""
    if job.scope_id is None:
        raise NotFound
    return job.scope_id


def _place(job: ExportJob) -> dict[str, Any]:
    wanted = job.filter
    unit = wanted["institution_id"]
    return {
        "cycle_id": UUID(str(wanted["cycle_id"])),
        "body_id": UUID(str(wanted["body_id"])),
        "direct": bool(wanted["direct"]),
        "late": wanted["late"],
        "reopened": wanted["reopened"],
        "institution_id": None if unit is None else UUID(str(unit)),
    }


def _record_filter(job: ExportJob) -> RecordFilter:
    standing, lacks = cast("Standing | None", job.filter["state"]), cast("Lack | None", job.filter.get("lacks"))
    return RecordFilter(**_place(job), standing=standing, lacks=lacks)


def _filing_filter(job: ExportJob) -> FilingFilter:
    return FilingFilter(**_place(job), state=cast("str | None", job.filter["state"]))


def _cells(one: RecordRow | ExportedFiling, language: str) -> list[str]:
    return _record(one, language) if isinstance(one, RecordRow) else _filing(one, language)


def _record(one: RecordRow, language: str) -> list[str]:
    return [
        one.number or "",
        one.name_masked or "",
        one.document_no_masked or "",
        one.institution_name,
        one.body_name or "",
        word("level", one.exam_level, language),
        one.exam_category_code,
        word("standing", one.standing, language),
        word("state", one.state, language),
        _moment(one.submitted_at),
        _moment(one.decided_at),
        word("evaluation", one.evaluation_state, language),
        "" if one.months_counted is None else str(one.months_counted),
        one.certificate_no or "",
        one.list_number or "",
        word("list_state", one.list_state, language),
        flag(one.reopened, language),
        flag(one.late, language),
        ("、" if language == "zh" else ", ").join(word("lack", each, language) for each in one.lacks),
    ]


def _filing(one: ExportedFiling, language: str) -> list[str]:
    return [
        one.number or "",
        word("list_kind", one.kind, language),
        str(one.edition),
        one.replaces_number or "",
        word("list_state", one.state, language),
        one.institution_name,
        one.body_name or "",
        str(one.exam_year),
        str(one.line_count),
        str(one.provisional_count),
        str(one.reopened),
        flag(one.late, language),
        _moment(one.late_permitted_at),
        _moment(one.filing_deadline),
        _moment(one.submitted_at),
        _moment(one.decided_at),
    ]


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
