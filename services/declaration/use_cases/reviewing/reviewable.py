"""What every step of a reviewer begins with: a declaration of the own unit, locked, and the guards steps share."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.claim_errors import ClaimNotHeld
from services.declaration.domain.cycle import require_review_window
from services.declaration.domain.declaration import State
from services.declaration.domain.review_errors import (
    ClaimedByAnother,
    InstitutionNotActive,
    OwnDeclaration,
    ProfileIncomplete,
)
from services.declaration.storage import cycles, declarations, known_institutions
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.reviewing.name_change import name_change
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


async def lock_reviewable(
    tx: Transaction,
    declaration_id: UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
    keyring: Keyring | None = None,
    in_window: bool = True,
    whoever_claimed: bool = False,
) -> Declaration:
    """A declaration submitted to the actor's unit. Raises NotFound, DeclarationChanged (with the fields where `keyring`
    is given), OwnDeclaration, ClaimedByAnother unless `whoever_claimed`, InstitutionNotActive, ProfileIncomplete, and
    ReviewDeadlinePassed unless `in_window` is False."""
    scope = scope_of(actor)
    try:
        declaration = await declarations.lock_in_institution(tx, declaration_id, scope, expected_version)
    except StaleVersion:
        raise await name_change(tx, declaration_id, expected_version, keyring) from None
    require_other_person(declaration, actor)
    if not whoever_claimed:
        require_claim_free(declaration, actor, now)
    await require_working_unit(tx, scope)
    if in_window:
        require_review_window(await cycles.select_for_unit(tx, declaration.cycle_id, declaration.institution_id), now)
    return declaration


async def require_working_unit(reader: Reader, institution_id: UUID) -> None:
    """B9, 4.2. Raises InstitutionNotActive, ProfileIncomplete."""
    unit = (await known_institutions.select_many(reader, [institution_id])).get(institution_id)
    if unit is None or unit.state != "active":
        raise InstitutionNotActive
    if not unit.profile_complete:
        raise ProfileIncomplete


def scope_of(actor: Actor) -> UUID:
    """The unit of a staff account. Raises NotFound for accounts without one."""
    if actor.scope_id is None:
        raise NotFound
    return actor.scope_id


def require_other_person(declaration: Declaration, actor: Actor) -> None:
    """Four eyes: raises OwnDeclaration (section 2, rule 5)."""
    if actor.person_id is not None and actor.person_id == declaration.person_id:
        raise OwnDeclaration


def require_claim_free(declaration: Declaration, actor: Actor, now: datetime) -> None:
    """Raises ClaimedByAnother while a colleague's claim holds (4.4: lock with time-out)."""
    until = declaration.claimed_until
    if declaration.state is not State.UNDER_REVIEW or until is None or until <= now:
        return
    if declaration.claimed_by != actor.id:
        raise ClaimedByAnother(until=until.astimezone(SHANGHAI).strftime("%H:%M"))


def require_claim_held(declaration: Declaration, actor: Actor) -> None:
    """Raises ClaimNotHeld unless the actor's own claim stands, timed out or not."""
    if declaration.state is not State.UNDER_REVIEW or declaration.claimed_by != actor.id:
        raise ClaimNotHeld
