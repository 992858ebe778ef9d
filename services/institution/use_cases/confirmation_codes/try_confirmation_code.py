"""A person types an institution's confirmation code. The caller commits the try before it refuses (A20, 4.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.institution.domain.binding import IdentityRevoked
from services.institution.domain.confirmation_code import (
    CodeAccepted,
    ConfirmationCodeExpired,
    ConfirmationCodeUsedUp,
    ConfirmationCodeWrong,
    TooManyWrongCodes,
    WrongCodeLimit,
    codes_match,
    seconds_until_next,
)
from services.institution.storage import (
    code_attempts,
    confirmation_codes,
    institutions,
    known_people,
    known_revoked_people,
)
from services.institution.storage.confirmation_codes import ConfirmationCode
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.institution import ConfirmationCodeGuessed
from shared.errors import Conflict, TiroError
from shared.ids import ExamBodyId, InstitutionId
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

log = structlog.get_logger()


class IdentityNotKnown(Conflict):
    """Binding needs a verified identity, and the news of it must have arrived here (4.3)."""

    code = "identity_not_known"
    message_zh = "请先完成实名认证；如已认证成功，请稍等片刻后重试。"
    message_en = "Verify your identity first; if that was done, wait a moment and try again."


@dataclass(frozen=True, slots=True)
class CodeTry:
    """What became of a try: accepted, or the refusal to raise after the commit."""

    accepted: CodeAccepted | None
    refusal: TiroError | None

    def require_accepted(self) -> CodeAccepted:
        """The proof, or the refusal."""
        if self.accepted is None:
            raise self.refusal or ConfirmationCodeWrong(left=0)
        return self.accepted


async def try_confirmation_code(
    tx: Transaction,
    keyring: Keyring,
    limit: WrongCodeLimit,
    institution_id: UUID,
    typed: str,
    *,
    actor: Actor,
    now: datetime,
) -> CodeTry:
    """Compare, count and write down one try. Tries of one person take turns, so the limit is exact under race.

    Raises IdentityNotKnown and IdentityRevoked at once: nothing was tried."""
    if await known_people.lock(tx, actor.id) is None:
        raise IdentityNotKnown
    if await known_revoked_people.select_is_revoked(tx, actor.id):
        raise IdentityRevoked
    wrong = await code_attempts.count_wrong(tx, actor.id, now - limit.window)
    if wrong.count >= limit.count and wrong.oldest is not None:
        return CodeTry(None, TooManyWrongCodes(retry_after=seconds_until_next(wrong.oldest, limit, now)))
    # All are compared, whichever is right, so that the time it takes tells nothing.
    in_force = await confirmation_codes.select_in_force(tx, keyring, institution_id)
    matching = [kept for kept in in_force if codes_match(typed, kept.code)]
    if not matching:
        await _count_wrong(tx, institution_id, limit, actor, now)
        return CodeTry(None, ConfirmationCodeWrong(left=limit.count - wrong.count - 1))
    if (refusal := await _not_good(tx, matching[0], now)) is not None:
        return CodeTry(None, refusal)
    await code_attempts.insert(tx, actor.id, institution_id, "right", now)
    return CodeTry(CodeAccepted(institution_id, matching[0].id, matching[0].terms), None)


async def _not_good(tx: Transaction, kept: ConfirmationCode, now: datetime) -> Conflict | None:
    """Why the right code does not bind. The last word on its room for people is said when the binding is made."""
    terms = kept.terms
    if terms.expires_at is not None and terms.expires_at <= now:
        return ConfirmationCodeExpired()
    if terms.quota is not None and await confirmation_codes.count_uses(tx, kept.id) >= terms.quota:
        return ConfirmationCodeUsedUp()
    return None


async def _count_wrong(
    tx: Transaction, institution_id: UUID, limit: WrongCodeLimit, actor: Actor, now: datetime
) -> None:
    await code_attempts.insert(tx, actor.id, institution_id, "wrong", now)
    at_institution = await code_attempts.count_wrong_at(tx, institution_id, now - limit.window)
    audit.record(
        tx,
        "confirmation_code.wrong",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        wrong_at_institution=at_institution,
    )
    if at_institution >= limit.alarm:
        await _raise_alarm(tx, institution_id, at_institution, limit, now)


async def _raise_alarm(tx: Transaction, institution_id: UUID, wrong: int, limit: WrongCodeLimit, now: datetime) -> None:
    if not await code_attempts.upsert_alarm(tx, institution_id, now, now - limit.window):
        return
    log.warning("confirmation_code_alarm", institution_id=str(institution_id), wrong=wrong)
    for institution in await institutions.select_these(tx, [institution_id]):
        event = ConfirmationCodeGuessed(
            occurred_at=now,
            aggregate_version=institution.version,
            institution_id=InstitutionId(institution.id),
            institution_name=institution.name,
            filing_body_id=ExamBodyId(institution.filing_body_id),
            wrong=wrong,
            minutes=round(limit.window.total_seconds() / 60),
        )
        outbox.add(tx, event)
