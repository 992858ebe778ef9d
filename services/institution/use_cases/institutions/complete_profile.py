"""The owner fills in the institution's profile; complete, the institution becomes active and gets its code (B9)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import CodeTerms
from services.institution.domain.institution import Institution, with_profile
from services.institution.domain.institution_life import InstitutionNotAwaitingProfile
from services.institution.domain.profile import Profile, ProfileIncomplete, missing_fields, require_lawful
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.institutions.profile_in_clear import keep_contacts
from shared.actor import Actor
from shared.errors import FieldProblem, StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class SavedProfile:
    """The institution after saving, and what is still missing (empty: it is active)."""

    institution: Institution
    missing: list[FieldProblem]


async def complete_profile(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    profile: Profile,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> SavedProfile:
    """Replace the profile as a whole. An incomplete one is kept while the institution is not yet active.

    Raises NotFound, StaleVersion, InstitutionNotAwaitingProfile, ProfileWrong, ProfileIncomplete, CreditCodeTaken,
    RegistrationNoTaken (B9)."""
    before = await institutions.lock(tx, institution_id, scope_of(actor))
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    if before.state not in ("profile_incomplete", "active"):
        raise InstitutionNotAwaitingProfile
    require_lawful(profile, unchecked_credit_code=before.credit_code if before.credit_code_override_by else None)
    missing = missing_fields(profile, before.institution_type)
    if missing and before.state == "active":
        raise ProfileIncomplete(problems=missing, count=len(missing))
    await keep_contacts(tx, keyring, institution_id, profile)
    completes = not missing and before.state == "profile_incomplete"
    if completes:
        await confirmation_codes.insert(tx, keyring, institution_id, actor.id, CodeTerms(), now)
    after = await move_institution(
        tx,
        before,
        "complete" if completes else None,
        actor=actor,
        now=now,
        action="institution.complete" if completes else "institution.update_profile",
        changed=with_profile(before, profile, complete=not missing),
        missing=[problem.pointer for problem in missing],
    )
    return SavedProfile(after, missing)
