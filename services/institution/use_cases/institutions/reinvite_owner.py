"""An exam body has the owner of an institution invited again: the invitation expired, went to a wrong phone, or the
last owner's account was disabled (C1, P15)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.account_chain import OwnerInPlace
from services.institution.domain.application import OwnerToBe
from services.institution.domain.institution_life import IN_LIBRARY, InstitutionNotActive
from services.institution.domain.scope import scope_of
from services.institution.storage import institutions, known_staff
from services.institution.use_cases.institutions.invite_owner import invite_owner
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def reinvite_owner(
    tx: Transaction, keyring: Keyring, institution_id: UUID, owner: OwnerToBe, *, actor: Actor, now: datetime
) -> None:
    """Raises NotFound, InstitutionNotActive (merged or closed), OwnerInPlace."""
    institution = await institutions.lock(tx, institution_id, scope_of(actor))
    if institution.state not in IN_LIBRARY:
        raise InstitutionNotActive
    if await known_staff.select_has_owner(tx, institution_id):
        raise OwnerInPlace
    await invite_owner(tx, keyring, institution, owner, actor=actor, now=now)
    audit.record(
        tx, "institution.reinvite_owner", actor=actor, subject_kind="institution", subject_id=institution_id, at=now
    )
