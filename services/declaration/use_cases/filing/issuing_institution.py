"""The institution that issues a list: known here, active, its profile complete (4.2, B9, B15)."""

from uuid import UUID

from services.declaration.domain.filing_errors import FilingNeedsProfile, InstitutionUnknown
from services.declaration.domain.review_errors import InstitutionNotActive
from services.declaration.storage import listable
from services.declaration.storage.listable import Issuer
from shared.postgres.transaction import Transaction


async def issuing_institution(tx: Transaction, institution_id: UUID) -> Issuer:
    """Raises InstitutionUnknown, InstitutionNotActive, FilingNeedsProfile."""
    if (issuer := await listable.lock_issuer(tx, institution_id)) is None:
        raise InstitutionUnknown(retry_after=5)
    if issuer.state != "active":
        raise InstitutionNotActive
    if not issuer.profile_complete:
        raise FilingNeedsProfile
    return issuer
