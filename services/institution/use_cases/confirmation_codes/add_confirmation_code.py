"""Owner or business admin makes another confirmation code, for a department or a cohort (A21)."""

from datetime import datetime
from uuid import UUID

from services.institution.domain.confirmation_code import CodeTerms, DepartmentUnknown, TooManyCodes, require_future
from services.institution.domain.institution_life import require_active
from services.institution.domain.scope import scope_of
from services.institution.storage import confirmation_codes, institutions
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def add_confirmation_code(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    terms: CodeTerms,
    *,
    most: int,
    actor: Actor,
    now: datetime,
) -> ConfirmationCode:
    """`most` is how many may be in force. Raises NotFound, InstitutionNotActive, ExpiryInPast, DepartmentUnknown,
    TooManyCodes, ConfirmationCodeNameTaken."""
    require_future(terms.expires_at, now)
    institution = await institutions.lock(tx, institution_id, scope_of(actor))
    require_active(institution.state)
    if terms.department is not None and terms.department not in institution.departments:
        text = (DepartmentUnknown.message_zh, DepartmentUnknown.message_en)
        raise DepartmentUnknown(problems=[FieldProblem("/department", DepartmentUnknown.code, *text)])
    if len(await confirmation_codes.select_page(tx, institution_id, None, True, most)) >= most:
        raise TooManyCodes(limit=most)
    made = await confirmation_codes.insert(tx, keyring, institution_id, actor.id, terms, now)
    audit.record(
        tx,
        "confirmation_code.add",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        code_id=str(made.id),
        quota=terms.quota,
    )
    return made
