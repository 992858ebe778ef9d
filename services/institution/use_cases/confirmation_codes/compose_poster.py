"""Owner or business admin has a poster made that tells how to bind, with the code only on request (A20, A21)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import NoConfirmationCode
from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.printing.poster import Poster
from services.institution.storage import confirmation_codes, divisions, institutions
from services.institution.use_cases.confirmation_codes.code_in_force import code_in_force
from shared.actor import Actor
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


async def compose_poster(
    reader: Reader,
    keyring: Keyring,
    institution_id: UUID,
    code_id: UUID | None,
    *,
    shows_code: bool,
    public_url: str,
    actor: Actor,
    now: datetime,
) -> Poster:
    """For the main code or `code_id`. Raises NotFound, InstitutionNotActive, NoConfirmationCode, CodeNotInForce."""
    institution = await institutions.select(reader, institution_id, scope_of(actor))
    require_active(institution.state)
    kept = (
        await confirmation_codes.select_main(reader, keyring, institution_id)
        if code_id is None
        else await code_in_force(reader, keyring, institution_id, code_id)
    )
    if kept is None:
        raise NoConfirmationCode
    division = await divisions.select(reader, institution.division_code)
    return Poster(
        institution_id=institution.id,
        institution_name=institution.name,
        division_name=institution.division_code if division is None else division.name,
        registration_no=institution.registration_no,
        department=kept.terms.department,
        cohort=kept.terms.cohort,
        expires_at=kept.terms.expires_at,
        code=kept.code if shows_code else None,
        public_url=public_url,
        generated_at=now,
    )
