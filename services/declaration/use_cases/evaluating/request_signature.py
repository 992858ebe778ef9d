"""The unit asks a supervisor to sign an opinion off, by a code that it hands over itself (4.6)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.declaration.storage import evaluations_opinions
from shared import audit
from shared.actor import Actor
from shared.errors import NotFound
from shared.postgres.transaction import Transaction

_CODE_BYTES = 24


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """Shown once: only the hash of `code` is kept."""

    opinion_id: UUID
    code: str
    until: datetime


async def request_signature(
    tx: Transaction, evaluation_id: UUID, supervisor_id: UUID, valid: timedelta, *, actor: Actor, now: datetime
) -> SignatureRequest:
    """A new code; earlier ones are void. Raises NotFound, EvaluationStepNotAllowed, OpinionAlreadySigned."""
    opinion = await evaluations_opinions.lock_in_institution(tx, evaluation_id, supervisor_id, actor.scope_id)
    if opinion is None:
        raise NotFound
    opinion.check_signable()
    code, until = secrets.token_urlsafe(_CODE_BYTES), now + valid
    await evaluations_opinions.update_asked(tx, opinion.id, hash_of(code), until)
    audit.record(
        tx,
        "evaluation.request_signature",
        actor=actor,
        subject_kind="evaluation",
        subject_id=evaluation_id,
        at=now,
        supervisor=str(supervisor_id),
    )
    return SignatureRequest(opinion.id, code, until)


def hash_of(code: str) -> bytes:
    """What is kept of a code of 192 random bits."""
    return hashlib.sha256(code.encode()).digest()
