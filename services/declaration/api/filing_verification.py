"""Handler: anybody who holds a printed list can check it by the code on it (B10)."""

from services.declaration.api.schemas.filing import VerificationView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.list_pages import page_check
from services.declaration.storage import print_sources
from services.declaration.storage.print_sources import NumberedList
from shared.errors import NotFound
from shared.web.call import Call


async def get_verification(call: Call[Dependencies]) -> VerificationView:
    """What became of the list with this number, and whether the printed hash is its own. Nobody is named."""
    found = await print_sources.select_by_number(call.reader, call.path["number"])
    if found is None:
        raise NotFound
    return _view(found, call.query.check, call.query.page)


def _view(found: NumberedList, check: str | None, page: int | None) -> VerificationView:
    printed = found.content_hash if page is None else page_check(found.content_hash, page)
    known = page is None or found.page_count is None or page <= found.page_count
    return VerificationView(
        number=found.number,
        kind=found.kind,
        edition=found.edition,
        exam_year=found.exam_year,
        institution_name=found.institution_name,
        state=found.state.value,
        lines=found.line_count,
        generated_at=found.generated_at,
        content_hash=found.content_hash,
        authentic=None if check is None else known and printed.startswith(check),
        pages=found.page_count,
    )
