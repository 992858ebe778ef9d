"""From stored requests and people to what a reviewer sees."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from services.identity.api.review_schemas import (
    AlikeView,
    DecisionView,
    PhotoLinkView,
    ReviewCountsView,
    ReviewItemView,
    ReviewQuery,
    ReviewQueueView,
)
from services.identity.domain.documents import Side
from services.identity.domain.verification import Verification
from services.identity.storage.people_search import PersonFound
from services.identity.storage.review_requests import QueueCounts, ReviewRequest
from services.identity.use_cases.verifying.link_verification_image import ImageLink
from services.identity.use_cases.verifying.request_manual_review import open_manual_claim
from shared.clock import SHANGHAI
from shared.masking import mask_document_no, mask_name
from shared.security.keyring import Keyring
from shared.web.cursors import encode_cursor

Agreement = Literal["name", "birth_date", "phone", "document_no"]


async def queue_view(
    found: list[ReviewRequest], query: ReviewQuery, counts: QueueCounts, keyring: Keyring
) -> ReviewQueueView:
    """One page; `found` holds one more than the page when there is another."""
    shown, last = found[: query.limit], found[query.limit - 1 : query.limit]
    more = encode_cursor(last[0].since, last[0].person_id) if len(found) > query.limit else None
    figures = ReviewCountsView.model_validate(counts, from_attributes=True)
    return ReviewQueueView(items=[await _item(one, keyring) for one in shown], next_cursor=more, counts=figures)


def decision_view(verification: Verification) -> DecisionView:
    """The state after a decision."""
    return DecisionView(person_id=verification.person_id, state=verification.state, version=verification.version)


def alike_view(found: PersonFound) -> AlikeView:
    """A hit, with what agrees."""
    agrees: list[Agreement] = ["name"] if found.same_name or found.same_birth else []
    agrees += ["birth_date"] if found.same_birth else []
    agrees += ["phone"] if found.same_phone else []
    agrees += ["document_no"] if found.same_document else []
    return AlikeView(
        person_id=found.person_id,
        state=found.state,
        version=found.version,
        since=found.since,
        document_type=found.document_type,
        name_masked=found.name_masked,
        document_no_masked=found.document_no_masked,
        document_state=found.document_state,
        agrees_in=agrees,
    )


def photo_link_view(link: ImageLink) -> PhotoLinkView:
    """The address of a photo, with the end and the seal of the link."""
    side: Side = "front" if link.image.side == "front" else "back"
    where = f"/api/identity/v1/verification-requests/{link.image.person_id}/images/{side}"
    href = f"{where}?{urlencode({'until': link.until, 'seal': link.seal})}"
    return PhotoLinkView(side=side, href=href, valid_until=datetime.fromtimestamp(link.until, SHANGHAI))


async def _item(request: ReviewRequest, keyring: Keyring) -> ReviewItemView:
    name, number = request.claim_name_masked, request.claim_no_masked
    if (name is None or number is None) and request.claim_sealed is not None:
        claim = await open_manual_claim(request.claim_sealed, request.person_id, keyring)
        name, number = mask_name(claim.name), mask_document_no(claim.document_no)
    return ReviewItemView(
        person_id=request.person_id,
        state=request.state,
        since=request.since,
        version=request.version,
        change=request.changing,
        document_type=request.claim_type,
        name_masked=name or "*",
        document_no_masked=number or "*",
        claimed_by=request.claimed_by,
        claimed_until=request.claimed_until,
        reason_code=request.reason_code,
    )
