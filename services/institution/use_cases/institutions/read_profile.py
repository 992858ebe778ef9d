"""The institution's own people read its profile in clear; the look is recorded (V64)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile, missing_fields
from services.institution.domain.scope import scope_of
from services.institution.storage import institutions
from services.institution.use_cases.institutions.profile_in_clear import open_profile
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
    audit.record(
        tx, "institution.read_profile", actor=actor, subject_kind="institution", subject_id=institution_id, at=now
    )
    profile = await open_profile(tx, keyring, institution)
    return institution, profile, missing_fields(profile, institution.institution_type)
