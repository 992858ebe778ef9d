"""Decline what an institution entered: the reason goes to the institution, the draft becomes the candidate's own, and
what the candidate had not changed is taken out of it (B3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.domain.entry_errors import EntryDecided
from services.declaration.domain.sections import FIELDS, changed_sections, without_sections
from services.declaration.storage import contents, declarations, institution_entries
from services.declaration.storage.institution_entries import InstitutionEntry
from services.declaration.use_cases.drafting.keep_content import keep_content
from services.declaration.use_cases.event_fields import event_fields
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.declaration import EntryDeclined
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_WAITING: Final = "waiting"


@dataclass(frozen=True, slots=True)
class Declining:
    """Why a person does not take an entry over: a code, and words of his own."""

    code: str
    text: str


async def decline_entry(
    tx: Transaction,
    declaration_id: UUID,
    declining: Declining,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> int:
    """The draft's new version. Raises NotFound, StaleVersion, EntryDecided, DeclarationNotEditable."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, expected_version)
    entry = await institution_entries.select_own(tx, draft.id, actor.id)
    if entry.state != _WAITING:
        raise EntryDecided
    require_editable(draft.state)
    version = await _take_out(tx, entry, keyring, actor, now)
    await institution_entries.update_declined(tx, keyring, draft.id, declining.code, declining.text, now)
    audit.record(
        tx,
        "declaration.decline_entry",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        reason=declining.code,
        institution_id=str(entry.institution_id),
    )
    moved = replace(draft, version=version)
    outbox.add(tx, EntryDeclined(**event_fields(moved, now), reason_code=declining.code))
    return version


async def _take_out(tx: Transaction, entry: InstitutionEntry, keyring: Keyring, actor: Actor, now: datetime) -> int:
    mine = await contents.select(tx, keyring, entry.declaration_id)
    changed = changed_sections(entry.open_content(keyring), mine)
    left = without_sections(mine, [one for one in FIELDS if one not in changed])
    return await keep_content(tx, entry.declaration_id, left, before=mine, keyring=keyring, actor=actor, now=now)
