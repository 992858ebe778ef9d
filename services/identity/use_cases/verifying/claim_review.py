"""A reviewer takes a request for a time, so that two do not work on one; and gives it back."""

from datetime import datetime, timedelta
from uuid import UUID

from services.identity.domain.limits import VerificationLimits
from services.identity.storage import review_requests, verifications
from services.identity.storage.review_requests import OpenClaim
from shared import audit
from shared.actor import Actor
from shared.errors import Conflict, Forbidden, NotFound
from shared.postgres.transaction import Reader, Transaction


class OwnRequest(Forbidden):
    """Nobody decides about himself (four eyes)."""

    code = "own_request"
    message_zh = "不能审核本人的认证申请，请由其他审核员处理。"
    message_en = "You can not decide your own request; another reviewer must."


class RequestHeldByAnother(Conflict):
    """Another reviewer works on it."""

    code = "request_held_by_another"
    message_zh = "该申请正由其他审核员处理，请选择其他申请，或在领取到期后再处理。"
    message_en = "Another reviewer works on this request; take another one, or wait until the claim ends."


async def claim_review(
    tx: Transaction, person_id: UUID, actor: Actor, limits: VerificationLimits, now: datetime
) -> datetime:
    """Until when the request is the reviewer's; asked again it is prolonged, and a claim that ended is taken over.
    Raises NotFound, OwnRequest, RequestHeldByAnother."""
    await verifications.lock(tx, person_id)
    await require_reviewable(tx, person_id, actor, now)
    until = now + timedelta(minutes=limits.claim_minutes)
    await review_requests.update_claimed(tx, person_id, actor.id, until)
    _record(tx, "verification.claim", person_id, actor, now)
    return until


async def release_review(tx: Transaction, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a claim back; nothing happens when there is none. Raises NotFound, OwnRequest, RequestHeldByAnother."""
    await verifications.lock(tx, person_id)
    open_claim = await require_reviewable(tx, person_id, actor, now)
    if open_claim.claimed_by == actor.id:
        await review_requests.update_claimed(tx, person_id, None, None)
        _record(tx, "verification.release", person_id, actor, now)


async def require_reviewable(reader: Reader, person_id: UUID, actor: Actor, now: datetime) -> OpenClaim:
    """The sealed claim of a request that waits and that nobody else works on. Raises NotFound, OwnRequest,
    RequestHeldByAnother."""
    waiting = await review_requests.select_claim(reader, person_id)
    if waiting is None:
        raise NotFound
    if actor.person_id == person_id:
        raise OwnRequest
    held = waiting.claimed_until is not None and waiting.claimed_until > now
    if held and waiting.claimed_by != actor.id:
        raise RequestHeldByAnother
    return waiting


def _record(tx: Transaction, action: str, person_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(tx, action, actor=actor, subject_kind="person", subject_id=person_id, at=now)
