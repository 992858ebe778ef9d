"""The institution's own people read its profile in clear; the look is recorded (V64)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile, missing_fields
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_contacts, institutions
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def read_profile(
    tx: Transaction, keyring: Keyring, institution_id: UUID, *, actor: Actor, now: datetime
) -> tuple[Institution, Profile, list[FieldProblem]]:
    """Institution, profile and what is missing in it. Raises NotFound."""
    institution = await institutions.select(tx, institution_id, scope_of(actor))
    contacts = await institution_contacts.select_clear(tx, keyring, institution_id)
    audit.record(
        tx, "institution.read_profile", actor=actor, subject_kind="institution", subject_id=institution_id, at=now
    )
    profile = Profile(
        legal_representative=contacts.legal_representative,
        probation_officer=contacts.probation_officer,
        probation_officer_phone=contacts.probation_officer_phone,
        address=institution.address,
        credit_code=institution.credit_code,
        registration_no=institution.registration_no,
        licence_valid_from=institution.licence_valid_from,
        licence_valid_to=institution.licence_valid_to,
        grade=institution.grade,
        ownership=institution.ownership,
        departments=institution.departments,
        physicians=institution.physicians,
    )
    return institution, profile, missing_fields(profile, institution.institution_type)
