"""Keep the filled content of a locked draft: rows that changed ask for a new confirmation, and files that nothing calls
for any more go (A29, A33, 4.5)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, Period
from services.declaration.domain.sections import DOCUMENTS, changed_sections
from services.declaration.storage import contents, documents, prior_confirmations
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_OF_FRESH_GRADUATES: Final = ("undertaking_letter",)
_OF_UPGRADES: Final = (
    "qualification_certificate",
    "practising_certificate",
    "practice_period_certificate",
    "first_registration_proof",
)


async def keep_content(
    tx: Transaction, declaration_id: UUID, filled: Content, *, before: Content, keyring: Keyring, now: datetime
) -> int:
    """The declaration's new version; sections that differ from `before` are marked as changed by it."""
    await prior_confirmations.replace(tx, declaration_id, _fingerprints(filled, keyring))
    excluded = (() if filled.fresh_graduate else _OF_FRESH_GRADUATES) + (
        () if filled.is_assistant_upgrade else _OF_UPGRADES
    )
    gone = await documents.delete_orphans(tx, declaration_id, excluded, [one.id for one in filled.periods], now)
    sections = [*changed_sections(before, filled), *([DOCUMENTS] if gone else [])]
    return await contents.update(tx, keyring, declaration_id, filled, sections, now)


def _fingerprints(content: Content, keyring: Keyring) -> dict[UUID, bytes]:
    """What an earlier row says about place, department and dates; a change of it asks for a new confirmation (4.5)."""
    return {one.id: blind_index(keyring, "index_person", "prior_row", _said(one)) for one in content.prior_periods}


def _said(period: Period) -> str:
    # A unit of the library may be renamed without anything said here becoming another thing.
    place = period.institution_id or period.institution_name
    parts = (place, period.department, period.first_day, period.last_day)
    return "|".join(str(part) for part in parts)
