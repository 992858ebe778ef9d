"""A reviewer's decision on two accounts that may belong to one person, on the version that was seen (A5, V25)."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.limits import SessionLimits
from services.identity.domain.merging import (
    MergeAlreadyDecided,
    MergeOutdated,
    MergeState,
    NobodyHolds,
    remaining,
)
from services.identity.storage import (
    identity_documents,
    login_guards,
    merge_requests,
    persons,
    wechat_credentials,
)
from services.identity.storage.merge_requests import MergeRequest
from services.identity.storage.persons import Person
from services.identity.use_cases.linking.attach_wechat import openid_index
from services.identity.use_cases.linking.claim_account import open_account_claim
from services.identity.use_cases.linking.move_email import move_email
from services.identity.use_cases.linking.move_wechat import move_wechat
from services.identity.use_cases.linking.replace_phone import replace_phone
from services.identity.use_cases.linking.request_merge import open_proof
from services.identity.use_cases.own_data.forget_traces import forget_traces
from services.identity.use_cases.signing_in.become_known import phone_of
from services.identity.use_cases.signing_in.end_sessions import end_sessions
from services.identity.use_cases.signing_in.tell_contact import tell_contact
from services.identity.use_cases.verifying.claim_review import OwnRequest
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.identity import MergeDecided
from shared.errors import StaleVersion
from shared.ids import PersonId
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def approve_merge(
    tx: Transaction,
    request_id: UUID,
    expected_version: int,
    actor: Actor,
    keyring: Keyring,
    limits: SessionLimits,
    now: datetime,
) -> MergeRequest:
    """One person remains with all credentials, the other is closed. Raises NotFound, OwnRequest, StaleVersion,
    MergeAlreadyDecided, NobodyHolds, MergeOutdated, BothProven."""
    request = await _lock(tx, request_id, expected_version, actor)
    other_id = await holder_now(tx, request, keyring)
    if other_id is None:
        raise NobodyHolds if request.grounds == "identity" else MergeOutdated
    if request.other_id is not None and request.other_id != other_id:
        raise MergeOutdated
    if actor.person_id == other_id:
        raise OwnRequest
    phone = await _phone_to_keep(tx, request, other_id, keyring, now)
    sides = await persons.lock_sides(tx, [request.applicant_id, other_id])
    survivor, closing = remaining(sides[request.applicant_id], sides[other_id])
    if request.grounds == "identity" and survivor.person_id != other_id:
        raise MergeOutdated
    await end_sessions(tx, closing.person_id, actor, now, "merged")
    await move_email(tx, closing.person_id, survivor.person_id, actor, keyring, now)
    await persons.update_closed(tx, closing.person_id, now)
    await forget_traces(tx, closing.person_id, now)
    await move_wechat(tx, closing.person_id, survivor.person_id, keyring)
    person = await persons.lock(tx, survivor.person_id)
    if phone is not None and phone != await phone_of(person, keyring):
        await replace_phone(tx, person, phone, actor, keyring, limits, now)
    else:
        await tell_contact(tx, person.person_id, keyring, now)
    return await _decide(tx, request, "approved", survivor.person_id, closing.person_id, None, actor, now)


async def reject_merge(
    tx: Transaction, request_id: UUID, expected_version: int, reason_code: str, actor: Actor, now: datetime
) -> MergeRequest:
    """Both stay as they are. Raises NotFound, OwnRequest, StaleVersion, MergeAlreadyDecided."""
    request = await _lock(tx, request_id, expected_version, actor)
    return await _decide(tx, request, "rejected", request.applicant_id, None, reason_code, actor, now)


async def holder_now(reader: Reader, request: MergeRequest, keyring: Keyring) -> UUID | None:
    """Who holds what was proven or claimed, at this moment; None of a decided request, whose proof is forgotten."""
    if (claim := await open_account_claim(request, keyring)) is not None:
        index = blind_index(keyring, "index_person", "document_no", claim.document_no)
        return await identity_documents.select_holder(reader, index)
    if (proof := await open_proof(request, keyring)) is None:
        return None
    if request.grounds == "wechat":
        return await wechat_credentials.select_holder(reader, openid_index(keyring, proof))
    person = await persons.select_by_phone(reader, blind_index(keyring, "index_contact", "phone", proof))
    return None if person is None else person.person_id


async def _lock(tx: Transaction, request_id: UUID, expected_version: int, actor: Actor) -> MergeRequest:
    request = await merge_requests.lock(tx, request_id)
    if actor.person_id is not None and actor.person_id in (request.applicant_id, request.other_id):
        raise OwnRequest
    if request.state != "pending":
        raise MergeAlreadyDecided(state=request.state)
    if request.version != expected_version:
        raise StaleVersion(current=request.version, state=request.state)
    return request


async def _phone_to_keep(
    tx: Transaction, request: MergeRequest, other_id: UUID, keyring: Keyring, now: datetime
) -> str | None:
    """The phone that was proven last, else any that one of the two has; its guard is locked until commit, so that no
    login makes a person of it meanwhile. None: the phone of who remains stays."""
    applicant, other = await _person(tx, request.applicant_id), await _person(tx, other_id)
    first, second = (applicant, other) if request.grounds == "identity" else (other, applicant)
    phone = await phone_of(first, keyring)
    if request.grounds == "wechat" or phone is None:
        phones = [p for p in (await phone_of(applicant, keyring), await phone_of(other, keyring)) if p is not None]
        phone = phones[0] if len(phones) == 1 else None
    if phone is not None:
        await login_guards.lock(tx, blind_index(keyring, "index_contact", "phone", phone), now)
        held = await phone_of(await _person(tx, first.person_id), keyring), await phone_of(second, keyring)
        if phone not in held:
            raise MergeOutdated
    return phone


async def _person(tx: Transaction, person_id: UUID) -> Person:
    if (person := await persons.select(tx, person_id)) is None:
        raise MergeOutdated
    return person


async def _decide(
    tx: Transaction,
    request: MergeRequest,
    decision: MergeState,
    person_id: UUID,
    closed_id: UUID | None,
    reason_code: str | None,
    actor: Actor,
    now: datetime,
) -> MergeRequest:
    await merge_requests.update_decided(tx, request.request_id, decision, actor.id, reason_code, now)
    event = MergeDecided(
        occurred_at=now,
        aggregate_version=request.version + 1,
        request_id=request.request_id,
        decision="approved" if decision == "approved" else "rejected",
        person_id=PersonId(person_id),
        closed_person_id=None if closed_id is None else PersonId(closed_id),
    )
    outbox.add(tx, event)
    audit.record(
        tx,
        "merge.approve" if decision == "approved" else "merge.reject",
        actor=actor,
        subject_kind="merge_request",
        subject_id=request.request_id,
        at=now,
        before="pending",
        after=decision,
        reason=reason_code,
        person_id=str(person_id),
        closed_person_id=None if closed_id is None else str(closed_id),
    )
    return await merge_requests.select(tx, request.request_id)
