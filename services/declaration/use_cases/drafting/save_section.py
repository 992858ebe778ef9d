"""Save one section of a draft: little to send, and other sections may change at the same time (A24, P17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.content import Content, normalised
from services.declaration.domain.declaration import require_editable
from services.declaration.domain.saving_errors import SectionHoldsOther, misplaced
from services.declaration.domain.sections import FIELDS, with_section
from services.declaration.storage import contents, declarations
from services.declaration.use_cases.drafting.keep_content import keep_content
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.drafting.require_unchanged import require_unchanged
from services.declaration.use_cases.drafting.save_content import fill_content
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_PLACED: Final = "periods"
"""The section whose rows the server completes from the library and the rosters."""


@dataclass(frozen=True, slots=True)
class SavedSection:
    """The declaration's new version, and the other sections that changed since the version the save was made from."""

    version: int
    changed_meanwhile: list[str]


async def save_section(
    tx: Transaction,
    declaration_id: UUID,
    section: str,
    part: Content,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> SavedSection:
    """Of `part` only the section's fields count. Raises NotFound, SectionHoldsOther, DraftChangedMeanwhile,
    DeclarationNotEditable, IdentityRequired, BindingRequired, BindingFrozen, InstitutionNotInLibrary,
    SupervisorUnknown."""
    if section not in FIELDS:
        raise NotFound
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    if others := sorted(part.model_fields_set.difference(FIELDS[section])):
        raise SectionHoldsOther(problems=misplaced(others))
    others_changed = await require_unchanged(tx, draft, expected_version, [section])
    require_editable(draft.state)
    _, binding = await require_candidate(tx, actor.id)
    before = await contents.select(tx, keyring, draft.id)
    merged = normalised(with_section(before, section, part))
    filled = await fill_content(tx, merged, binding, keyring) if section == _PLACED else merged
    version = await keep_content(tx, draft.id, filled, before=before, keyring=keyring, actor=actor, now=now)
    audit.record(
        tx,
        "declaration.save",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        version=version,
        section=section,
    )
    return SavedSection(version, others_changed)
