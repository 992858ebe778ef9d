"""An exam body corrects what it keeps of an institution: a new name leaves the old one findable (P3, A31, 5.6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.institution_kinds import InstitutionType
from services.institution.domain.institution_life import IN_LIBRARY, InstitutionNotActive
from services.institution.domain.names import name_key
from services.institution.domain.profile import ProfileWrong, number_problems, overrides_check
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_aliases, institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.registering.wanted_institution import require_parent
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Correction:
    """What changes; None leaves a field as it is. Numbers are tidied, `aliases` are added."""

    name: str | None
    institution_type: InstitutionType | None
    credit_code: str | None
    accept_unchecked_credit_code: bool
    credit_code_reason: str | None
    registration_no: str | None
    parent_institution_id: UUID | None
    aliases: tuple[str, ...]
    reason: str


async def correct_registration(
    tx: Transaction,
    institution_id: UUID,
    correction: Correction,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, InstitutionNotActive (merged or closed), OverrideUnexplained, ProfileWrong,
    ParentUnknown, InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken."""
    before = await institutions.lock(tx, institution_id, scope_of(actor))
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    if before.state not in IN_LIBRARY:
        raise InstitutionNotActive
    if correction.parent_institution_id is not None:
        await require_parent(tx, correction.parent_institution_id, before.id)
    changed = _corrected(before, correction, actor)
    await institutions.update_registration(tx, changed)
    if name_key(changed.name) != name_key(before.name):
        await institution_aliases.insert(tx, before.id, "former", before.name, now)
    for alias in correction.aliases:
        await institution_aliases.insert(tx, before.id, "alias", alias, now)
    return await move_institution(
        tx,
        before,
        None,
        actor=actor,
        now=now,
        action="institution.correct_registration",
        changed=changed,
        reason=correction.reason,
        credit_code_override=correction.credit_code_reason if changed.credit_code_override_by else None,
    )


def _corrected(before: Institution, wanted: Correction, actor: Actor) -> Institution:
    overridden = overrides_check(
        wanted.credit_code, accepted=wanted.accept_unchecked_credit_code, reason=wanted.credit_code_reason
    )
    unchecked = wanted.credit_code if overridden else None
    if problems := number_problems(wanted.credit_code, wanted.registration_no, unchecked):
        raise ProfileWrong(problems=problems, count=len(problems))
    kept = before.credit_code_override_by if wanted.credit_code is None else None
    return replace(
        before,
        name=wanted.name or before.name,
        institution_type=wanted.institution_type or before.institution_type,
        credit_code=wanted.credit_code or before.credit_code,
        credit_code_override_by=actor.id if overridden else kept,
        registration_no=wanted.registration_no or before.registration_no,
        parent_institution_id=wanted.parent_institution_id or before.parent_institution_id,
    )
