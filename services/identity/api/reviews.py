"""The reviewers' queue: filters and search, claims, opening a request, deciding it."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.identity.api.calls import IdentityCall
from services.identity.api.review_schemas import (
    ApprovalBody,
    ClaimedView,
    DecisionView,
    ReasonChoiceView,
    ReasonsView,
    RejectionBody,
    ReviewQuery,
    ReviewQueueView,
    ReviewSearch,
    ReviewView,
)
from services.identity.api.review_views import alike_view, decision_view, photo_link_view, queue_view
from services.identity.domain.claim import Claim
from services.identity.storage import identity_documents, review_requests, verification_images, verifications
from services.identity.storage.review_requests import QueueFilter
from services.identity.use_cases.verifying.claim_review import claim_review, release_review
from services.identity.use_cases.verifying.decide_manual_review import (
    ReviewedDetails,
    approve_manual_review,
    open_request,
    reject_manual_review,
)
from services.identity.use_cases.verifying.link_verification_image import link_image
from services.identity.use_cases.verifying.search_people import find_duplicates
from shared import audit
from shared.security.blind_index import blind_index
from shared.web.cursors import decode_cursor


async def get_verification_requests(call: IdentityCall) -> ReviewQueueView:
    """A15; oldest first."""
    return await _queue(call, call.query)


async def post_verification_request_search(call: IdentityCall, body: ReviewSearch) -> ReviewQueueView:
    """A15; a name or number is sent in the body, so that no address holds it."""
    return await _queue(call, body, body.name, body.document_no)


async def get_review_reasons(call: IdentityCall) -> ReasonsView:
    """A15: what a reviewer may reject with, what the zone may revoke with."""
    who: Literal["reviewer", "zone"] = "zone" if call.actor.role == "zone_admin" else "reviewer"
    chinese = call.language == "zh"
    return ReasonsView(
        items=[
            ReasonChoiceView(code=one.code, message=one.zh if chinese else one.en, field=one.field)
            for one in call.deps.catalogue.reasons_by(who)
        ]
    )


async def get_verification_request(call: IdentityCall) -> ReviewView:
    """A15, V55: opened with a record of who looked."""
    person_id = call.path_id("person_id")
    claim = await open_request(call.tx, person_id, call.actor, call.deps.keyring, call.now)
    audit.record(
        call.tx,
        "verification.view_claim",
        actor=call.actor,
        subject_kind="person",
        subject_id=person_id,
        at=call.now,
    )
    return await _review(call, person_id, claim)


async def post_verification_claim(call: IdentityCall) -> ClaimedView:
    """A15: nobody else works on it meanwhile."""
    person_id, limits = call.path_id("person_id"), call.deps.settings.verification
    until = await claim_review(call.tx, person_id, call.actor, limits, call.now)
    return ClaimedView(person_id=person_id, claimed_until=until)


async def delete_verification_claim(call: IdentityCall) -> None:
    """A15: free for the others again."""
    await release_review(call.tx, call.path_id("person_id"), call.actor, call.now)


async def post_verification_approval(call: IdentityCall, body: ApprovalBody) -> DecisionView:
    """A15."""
    details = ReviewedDetails(body.sex, body.birth_date, body.ethnicity_code, body.valid_to, body.duplicates_compared)
    person_id, keyring, limits = call.path_id("person_id"), call.deps.keyring, call.deps.settings.verification
    return decision_view(
        await approve_manual_review(
            call.tx, person_id, call.expected_version, details, call.actor, keyring, limits, call.now
        )
    )


async def post_verification_rejection(call: IdentityCall, body: RejectionBody) -> DecisionView:
    """A15."""
    deps = call.deps
    return decision_view(
        await reject_manual_review(
            call.tx,
            call.path_id("person_id"),
            call.expected_version,
            body.reason_code,
            call.actor,
            deps.keyring,
            deps.settings.verification,
            deps.catalogue,
            call.now,
        )
    )


async def _queue(
    call: IdentityCall, query: ReviewQuery, name: str | None = None, document_no: str | None = None
) -> ReviewQueueView:
    keyring = call.deps.keyring
    age = query.min_age_hours
    wanted = QueueFilter(
        states=("pending_manual", "rejected", "verified") if query.state == "all" else (query.state,),
        document_type=query.document_type,
        since_before=None if age is None else call.now - timedelta(hours=age),
        name_index=None if name is None else blind_index(keyring, "index_person", "name", name),
        document_index=None
        if document_no is None
        else blind_index(keyring, "index_person", "document_no", document_no),
        held=query.held,
        viewer=call.actor.id,
        now=call.now,
    )
    after = decode_cursor(query.cursor, (datetime, UUID))
    found = await review_requests.select_queue(call.reader, wanted, (after[0], after[1]), query.limit + 1)
    return await queue_view(found, query, await review_requests.count_waiting(call.reader, call.now), keyring)


async def _review(call: IdentityCall, person_id: UUID, claim: Claim) -> ReviewView:
    keyring, limits = call.deps.keyring, call.deps.settings.verification
    verification = await verifications.select(call.tx, person_id)
    index = blind_index(keyring, "index_person", "document_no", claim.document_no)
    holder = await identity_documents.select_holder(call.tx, index)
    alike = await find_duplicates(call.tx, claim, None, person_id, keyring)
    photos = await verification_images.select_current(call.tx, person_id)
    waiting = await review_requests.select_claim(call.tx, person_id)
    links = [link_image(photos[side], call.actor, keyring, limits, call.now) for side in sorted(photos)]
    return ReviewView(
        person_id=person_id,
        since=verification.since,
        version=verification.version,
        change=verification.changing,
        document_type=claim.document_type,
        name=claim.name,
        document_no=claim.document_no,
        country=claim.country,
        valid_to=claim.valid_to,
        held_by_another=holder not in (None, person_id),
        revoked_before=await identity_documents.select_was_revoked(call.tx, index),
        possible_duplicates=[alike_view(one) for one in alike],
        photos=[photo_link_view(link) for link in links],
        claimed_until=waiting.claimed_until if waiting else None,
    )
