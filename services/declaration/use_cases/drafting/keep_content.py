"""Keep the filled content of a locked draft: rows that changed ask for a new confirmation, and files that nothing calls
for any more go (A29, A33, 4.5)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.sections import DOCUMENTS, changed_sections
from services.declaration.storage import contents, documents, status_changes
from services.declaration.use_cases.prior_rows.renew_confirmations import renew_confirmations
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_OF_FRESH_GRADUATES: Final = ("undertaking_letter",)
_OF_UPGRADES: Final = (
    "qualification_certificate",
    "practising_certificate",
    "practice_period_certificate",
    "first_registration_proof",
)


async def keep_content(
    tx: Transaction,
    declaration_id: UUID,
    filled: Content,
    *,
    before: Content,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> int:
    """The declaration's new version; sections that differ from `before` are marked as changed by it, and the network
    is told when it is another channel now (A17)."""
    excluded = (() if filled.fresh_graduate else _OF_FRESH_GRADUATES) + (
        () if filled.is_assistant_upgrade else _OF_UPGRADES
    )
    gone = await documents.delete_orphans(tx, declaration_id, excluded, [one.id for one in filled.periods], now)
    await renew_confirmations(tx, declaration_id, filled, keyring=keyring, actor=actor, now=now)
    sections = [*changed_sections(before, filled), *([DOCUMENTS] if gone else [])]
    if filled.is_active_military != before.is_active_military:
        await status_changes.insert(tx, declaration_id)
    return await contents.update(tx, keyring, declaration_id, filled, sections, now)
