"""Give the national network the records under one exam site code, a page at a time (4.10). People stand in it masked:
who asked about a person by name and number knows the record's id."""

from dataclasses import dataclass
from uuid import UUID

from services.declaration.domain.status import StatusAnswer
from services.declaration.storage import status
from services.declaration.use_cases.status.admit_list import ListCall, admit_list, log_list
from services.declaration.use_cases.status.answer_of import answer_of
from shared.errors import TiroError
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """One person of the site."""

    answer: StatusAnswer
    name_masked: str | None
    document_type: str | None
    document_no_masked: str | None


@dataclass(frozen=True, slots=True)
class SitePage:
    """Records, and after which one to go on; None on the last page."""

    records: list[ListedRecord]
    following: UUID | None


async def list_site(
    tx: Transaction,
    keyring: Keyring,
    call: ListCall,
    site_code: str,
    after: UUID | None,
    limit: int,
    calls_per_minute: int,
) -> SitePage | TiroError:
    """A page of the exam year, or why there is none: LimitReached, NonceUsed. Raises SealBroken."""
    pace, refusal = await admit_list(tx, call, calls_per_minute)
    if refusal is not None:
        return refusal
    year = call.exam_year or 0
    found = await status.select_site_page(tx, year, site_code, call.actor.scope_id, after, limit + 1)
    records = [
        ListedRecord(answer_of(keyring, one, call.now), one.name_masked, one.document_type, one.document_no_masked)
        for one in found[:limit]
    ]
    if (refusal := await log_list(tx, call, len(records), pace)) is not None:
        return refusal
    return SitePage(records, found[limit - 1].declaration_id if len(found) > limit else None)
