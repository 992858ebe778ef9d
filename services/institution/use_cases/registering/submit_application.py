"""The applicant hands an application to the exam body of the area (4.2)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.application import ApplicationIncomplete, missing_for_review
from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import next_state
from services.institution.domain.profile import require_lawful
from services.institution.storage import institution_applications, institutions, licence_images
from services.institution.use_cases.institutions.move_institution import move_institution
from services.institution.use_cases.institutions.profile_in_clear import open_profile
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def submit_application(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Raises NotFound, StaleVersion, InstitutionNotEditable, ApplicationIncomplete, InstitutionNameTaken,
    CreditCodeTaken, RegistrationNoTaken."""
    before = await institution_applications.lock_of_applicant(tx, institution_id, actor.id)
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state=before.state)
    next_state(before.state, "submit")
    await require_ready(tx, keyring, before, now, unchecked_credit_code=before.credit_code)
    await institution_applications.update_submitted(tx, before.id, now)
    return await move_institution(
        tx, before, "submit", actor=actor, now=now, action="institution.submit", applicant_id=actor.id
    )


async def require_ready(
    tx: Transaction, keyring: Keyring, institution: Institution, now: datetime, *, unchecked_credit_code: str | None
) -> None:
    """All that is needed is there and lawful, and nothing of it is in the library: asked at submission and again at
    approval. Raises ApplicationIncomplete, ProfileWrong, InstitutionNameTaken, CreditCodeTaken, RegistrationNoTaken."""
    profile = await open_profile(tx, keyring, institution)
    has_image = await licence_images.select_if_any(tx, institution.id) is not None
    today = now.astimezone(SHANGHAI).date()
    if missing := missing_for_review(profile, institution.institution_type, has_image=has_image, today=today):
        raise ApplicationIncomplete(problems=missing, count=len(missing))
    require_lawful(profile, unchecked_credit_code=unchecked_credit_code)
    for refusal in (await institutions.select_taken(tx, institution)).values():
        raise refusal
