"""The head of a unit that is not in the library begins its registration (A20, P4, 4.2)."""

from datetime import datetime

from services.institution.domain.application import OPEN_AT_ONCE, TooManyApplications
from services.institution.domain.institution import Institution
from services.institution.storage import institution_applications, institution_steps, institutions
from services.institution.storage.institution_steps import InstitutionStep
from services.institution.use_cases.institutions.profile_in_clear import keep_contacts
from services.institution.use_cases.registering.wanted_institution import WantedInstitution, begun, require_sound
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def apply_for_institution(
    tx: Transaction, keyring: Keyring, wanted: WantedInstitution, *, actor: Actor, now: datetime
) -> Institution:
    """A draft that only the applicant sees. Raises TooManyApplications, what `require_sound` raises, and
    InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken where the library has it already."""
    if (count := await institution_applications.count_open(tx, actor.id)) >= OPEN_AT_ONCE:
        raise TooManyApplications(count=count)
    draft = begun(wanted, await require_sound(tx, wanted, None), now)
    for refusal in (await institutions.select_taken(tx, draft)).values():
        raise refusal
    await institutions.insert(tx, draft)
    await keep_contacts(tx, keyring, draft.id, wanted.profile)
    await institution_applications.upsert(tx, keyring, draft.id, actor.id, wanted.owner)
    step = InstitutionStep(1, "apply", None, draft.state, actor.role, None, None, now)
    await institution_steps.insert(tx, draft.id, step)
    audit.record(
        tx,
        "institution.apply",
        actor=actor,
        subject_kind="institution",
        subject_id=draft.id,
        at=now,
        after=draft.state,
        filing_body_id=str(draft.filing_body_id),
    )
    return draft
