"""The applicant corrects an application that is a draft or came back (4.2)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import next_state
from services.institution.storage import institution_applications, institutions
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.institutions.profile_in_clear import keep_contacts
from services.institution.use_cases.registering.wanted_institution import (
    WantedInstitution,
    described,
    require_sound,
)
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def correct_application(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    wanted: WantedInstitution,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Replace what was filled in as a whole. Raises NotFound, StaleVersion, InstitutionNotEditable, what
    `require_sound` raises, InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken."""
    before = await institution_applications.lock_of_applicant(tx, institution_id, actor.id)
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    next_state(before.state, "submit")
    changed = described(before, wanted, await require_sound(tx, wanted, before.id))
    for refusal in (await institutions.select_taken(tx, changed)).values():
        raise refusal
    await institutions.update_registration(tx, changed)
    await keep_contacts(tx, keyring, before.id, wanted.profile)
    await institution_applications.upsert(tx, keyring, before.id, actor.id, wanted.owner)
    return await move_institution(
        tx, before, None, actor=actor, now=now, action="institution.correct_application", changed=changed
    )
