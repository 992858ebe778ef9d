"""A person types an institution's confirmation code. The caller commits the try before it refuses (A20, 4.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.institution.domain.confirmation_code import (
    CodeAccepted,
    ConfirmationCodeExpired,
    ConfirmationCodeWrong,
    TooManyWrongCodes,
    WrongCodeLimit,
    codes_match,
    seconds_until_next,
)
from services.institution.storage import code_attempts, confirmation_codes, known_people
from shared import audit
from shared.actor import Actor
from shared.errors import Conflict, TiroError
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

    Raises IdentityNotKnown at once: nothing was tried."""
    if await known_people.lock(tx, actor.id) is None:
        raise IdentityNotKnown
    wrong = await code_attempts.count_wrong(tx, actor.id, now - limit.window)
    if wrong.count >= limit.count and wrong.oldest is not None:
        return CodeTry(None, TooManyWrongCodes(retry_after=seconds_until_next(wrong.oldest, limit, now)))
    kept = await confirmation_codes.select_current(tx, keyring, institution_id)
    if kept is None or not codes_match(typed, kept.code):
        await _count_wrong(tx, institution_id, limit, actor, now)
        return CodeTry(None, ConfirmationCodeWrong(left=limit.count - wrong.count - 1))
    if kept.expires_at is not None and kept.expires_at <= now:
        return CodeTry(None, ConfirmationCodeExpired())
    await code_attempts.insert(tx, actor.id, institution_id, "right", now)
    return CodeTry(CodeAccepted(institution_id, kept.id), None)


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
    if at_institution == limit.alarm:
        log.warning("confirmation_code_alarm", institution_id=str(institution_id), wrong=at_institution)
