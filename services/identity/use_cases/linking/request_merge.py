"""Ask a reviewer whether two accounts belong to one person (A5). Two persons are never made one in silence."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.merging import BothProven, Grounds, MergePending, remaining
from services.identity.storage import merge_requests, persons
from services.identity.storage.merge_requests import MergeRequest
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text, seal_text_for


async def request_merge(
    tx: Transaction,
    other_id: UUID | None,
    grounds: Grounds,
    proof: str | None,
    actor: Actor,
    keyring: Keyring,
    now: datetime,
    *,
    request_id: UUID | None = None,
    claim_sealed: bytes | None = None,
) -> MergeRequest:
    """A request of `actor` that waits. `other_id` holds the phone or WeChat account of `proof`, or else the claimed
    document; None where nobody does, which only the reviewer learns. Raises BothProven, MergePending."""
    if grounds != "identity" and other_id is not None:
        await _require_one_to_remain(tx, actor.id, other_id)
    request = MergeRequest(
        request_id=(request_id := request_id or new_id()),
        applicant_id=actor.id,
        other_id=other_id,
        grounds=grounds,
        proof_sealed=await _sealed(proof, request_id, actor.id, keyring),
        claim_sealed=claim_sealed,
        state="pending",
        version=1,
        requested_at=now,
    )
    if not await merge_requests.insert(tx, request):
        raise MergePending
    audit.record(
        tx,
        "merge.request",
        actor=actor,
        subject_kind="merge_request",
        subject_id=request.request_id,
        at=now,
        after="pending",
        grounds=grounds,
    )
    return request


async def _require_one_to_remain(tx: Transaction, applicant_id: UUID, other_id: UUID) -> None:
    sides = await persons.lock_sides(tx, [applicant_id, other_id])
    remaining(sides[applicant_id], sides[other_id])


async def open_proof(request: MergeRequest, keyring: Keyring) -> str | None:
    """The phone or WeChat account that was proven, None where there was none or it is forgotten."""
    if request.proof_sealed is None:
        return None
    return await open_text(keyring, "contact", _place(request.request_id), request.proof_sealed)


async def _sealed(proof: str | None, request_id: UUID, applicant_id: UUID, keyring: Keyring) -> bytes | None:
    return None if proof is None else await seal_text_for(keyring, applicant_id, "contact", _place(request_id), proof)


def _place(request_id: UUID) -> str:
    return f"merge_request.proof:{request_id}"


async def require_no_history(tx: Transaction, person_id: UUID) -> None:
    """Raise BothProven for who has begun to prove an identity here: such an account is never given up."""
    sides = await persons.lock_sides(tx, [person_id])
    if sides[person_id].has_history:
        raise BothProven
