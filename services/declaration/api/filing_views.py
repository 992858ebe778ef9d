"""Rows of the filing as answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.declaration.api.schemas.filing import (
    LineView,
    ListDetailView,
    ListStepView,
    ListView,
    Progress,
    ReturnReasonView,
    StateCountView,
)
from services.declaration.api.schemas.filing_scans import ScanFileView, ScanView, SealCheckView
from services.declaration.domain.list_pages import missing_pages
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.domain.seal_checklist import ITEMS, LABELS
from services.declaration.storage import list_lines, list_scans, print_queue
from services.declaration.storage.filings import ListRow, StateCount
from services.declaration.storage.list_lines import LineRow
from services.declaration.storage.list_scans import ScanFile, SealCheck
from services.declaration.storage.print_queue import PrintPlace
from services.declaration.use_cases.filing.return_list import open_reasons
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class ListDetail:
    """What belongs to a list beside its own row."""

    people: Sequence[LineRow]
    files: Sequence[ScanFile]
    checks: Sequence[SealCheck]
    place: PrintPlace | None = None


async def select_detail(reader: Reader, row: ListRow) -> ListDetail:
    """All of it."""
    return ListDetail(
        await list_lines.select_lines(reader, row.id),
        await list_scans.select_files(reader, row.id),
        await list_scans.select_checks(reader, row.id),
        await print_queue.select_place(reader, "qualified_list", row.id),
    )


NO_DETAIL = ListDetail((), (), ())


def step_view(entity: QualifiedList, download_path: str | None = None) -> ListStepView:
    """A list after a step."""
    return ListStepView(
        id=entity.id,
        state=entity.state.value,
        version=entity.version,
        number=entity.number,
        kind=entity.kind,
        edition=entity.edition,
        exam_year=entity.exam_year,
        lines=entity.lines,
        download_path=download_path,
    )


def list_view(row: ListRow) -> ListView:
    """A list in a page."""
    return ListView.model_validate(_fields(row))


def detail_view(keyring: Keyring, row: ListRow, detail: ListDetail) -> ListDetailView:
    """A list with its people, masked, and its sealed paper."""
    reasons = open_reasons(keyring, row.id, row.return_reasons) if row.return_reasons else ()
    return ListDetailView.model_validate(
        _fields(row)
        | {
            "progress": _progress(row, detail.place.ahead if detail.place and detail.place.state == "queued" else None),
            "people": [LineView.model_validate(line, from_attributes=True) for line in detail.people],
            "return_reasons": [ReturnReasonView.model_validate(one, from_attributes=True) for one in reasons],
            "scan": _scan_view(row, detail.files),
            "seal_checks": _checks_view(detail.checks),
        }
    )


def scan_file_view(file: ScanFile) -> ScanFileView:
    """One file of the sealed paper."""
    return ScanFileView.model_validate(file, from_attributes=True)


def _scan_view(row: ListRow, files: Sequence[ScanFile]) -> ScanView:
    there = {page for file in files for page in file.pages}
    missing = missing_pages(row.page_count or 0, there)
    return ScanView(pages=row.page_count, missing=list(missing), files=[scan_file_view(file) for file in files])


def _checks_view(checks: Sequence[SealCheck]) -> list[SealCheckView]:
    done = {check.item: check for check in checks}
    return [
        SealCheckView(
            item=item,
            label_zh=LABELS[item][0],
            label_en=LABELS[item][1],
            confirmed_by=done[item].confirmed_by if item in done else None,
            confirmed_at=done[item].confirmed_at if item in done else None,
        )
        for item in ITEMS
    ]


def count_view(count: StateCount) -> StateCountView:
    """One line of the counts."""
    return StateCountView(state=count.state.value, lists=count.lists, people=count.people)


def _fields(row: ListRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in ListView.model_fields if name in ListRow.__slots__} | {
        "state": row.state.value,
        "lines": row.line_count,
        "provisional": row.provisional_count,
        "late_permitted": row.late_permitted_at is not None,
        "progress": _progress(row, None),
    }


def _progress(row: ListRow, ahead: int | None) -> Progress:
    ready = row.pdf_key is not None
    return Progress.model_validate(
        {"print": row.print_state, "ahead": ahead, "pdf_ready": ready, "pdf_sha256": row.pdf_sha256}
    )
