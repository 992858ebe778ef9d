"""Ask identity to invite the owner of an institution, and remember that it was asked (B5, C1)."""

from datetime import datetime

from services.institution.domain.application import OwnerToBe
from services.institution.domain.institution import Institution
from services.institution.storage import owner_requests
from services.institution.use_cases.request_staff import request_staff
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def invite_owner(
    tx: Transaction, keyring: Keyring, institution: Institution, owner: OwnerToBe, *, actor: Actor, now: datetime
) -> None:
    """The request leaves with the commit; what became of it comes back as events."""
    request_id = request_staff(
        tx,
        keyring,
        role="institution_owner",
        scope_id=institution.id,
        scope_name=institution.name,
        name=owner.name,
        phone=owner.phone,
        requested_by=actor.id,
        now=now,
    )
    await owner_requests.insert(tx, request_id, institution.id, actor.id, now)
