"""The reviewers' side of accounts that may be one person's: queue, opened request, photos, decisions (A5)."""

from datetime import datetime
from uuid import UUID

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.api.credential_schemas import (
    MergeItemView,
    MergeRejectionBody,
    MergeSideView,
    MergeView,
    OwnMergeView,
)
from services.identity.api.review_photos import get_verification_request_image
from services.identity.storage import merge_requests
from services.identity.storage.verification_images import OBJECT_CLASS
from services.identity.use_cases.linking.decide_merge import approve_merge, reject_merge
from services.identity.use_cases.linking.show_merge import MergeSide, ShownMerge, show_merge
from services.identity.use_cases.verifying.view_verification_image import MarkedPhoto, mark_photo, select_photo
from shared import audit
from shared.errors import NotFound
from shared.web.cursors import Page, decode_cursor, encode_cursor


async def get_merge_requests(call: IdentityCall) -> Page[MergeItemView]:
    """A5; oldest first."""
    query = call.query
    since, request_id = decode_cursor(query.cursor, (datetime, UUID))
    found = await merge_requests.select_pending(call.reader, query.grounds, (since, request_id), query.limit + 1)
    shown, last = found[: query.limit], found[query.limit - 1 : query.limit]
    more = encode_cursor(last[0].requested_at, last[0].request_id) if len(found) > query.limit else None
    items = [
        MergeItemView(request_id=r.request_id, grounds=r.grounds, requested_at=r.requested_at, version=r.version)
        for r in shown
    ]
    return Page(items=items, next_cursor=more)


async def get_merge_request(call: IdentityCall) -> MergeView:
    """A5, V55: opened with a record of who looked."""
    request_id = call.path_id("request_id")
    shown = await show_merge(call.tx, request_id, call.actor, call.deps.keyring)
    audit.record(
        call.tx,
        "merge.view",
        actor=call.actor,
        subject_kind="merge_request",
        subject_id=request_id,
        at=call.now,
    )
    return _view(shown)


async def prepare_merge_image(call: IdentityCall) -> MarkedPhoto:
    """A photo of the applicant, while the request waits. Raises NotFound, OwnRequest, ObjectStoreUnavailable."""
    async with call.database.read() as reader:
        shown = await show_merge(reader, call.path_id("request_id"), call.actor, call.deps.keyring)
        if shown.request.state != "pending" or shown.request.grounds != "identity":
            raise NotFound
        image = await select_photo(reader, shown.request.applicant_id, call.path["side"])
    data = await call.deps.bucket.get(image.object_key, OBJECT_CLASS)
    return await mark_photo(image, data, call.actor, call.now)


async def get_merge_request_image(call: IdentityCall, photo: MarkedPhoto) -> web.StreamResponse:
    """V33."""
    return await get_verification_request_image(call, photo)


async def post_merge_approval(call: IdentityCall) -> OwnMergeView:
    """A5, V25."""
    deps, request_id = call.deps, call.path_id("request_id")
    decided = await approve_merge(
        call.tx, request_id, call.expected_version, call.actor, deps.keyring, deps.settings.session, call.now
    )
    return OwnMergeView.of(decided)


async def post_merge_rejection(call: IdentityCall, body: MergeRejectionBody) -> OwnMergeView:
    """A5, V25."""
    request_id, version = call.path_id("request_id"), call.expected_version
    return OwnMergeView.of(await reject_merge(call.tx, request_id, version, body.reason_code, call.actor, call.now))


def _view(shown: ShownMerge) -> MergeView:
    request, claim = shown.request, shown.claim
    return MergeView(
        request_id=request.request_id,
        grounds=request.grounds,
        state=request.state,
        version=request.version,
        requested_at=request.requested_at,
        applicant=_side(shown.applicant),
        other=None if shown.other is None else _side(shown.other),
        remains=shown.remains,
        claimed_type=None if claim is None else claim.document_type,
        claimed_name=None if claim is None else claim.name,
        claimed_document_no=None if claim is None else claim.document_no,
        claimed_name_agrees=shown.name_agrees,
    )


def _side(side: MergeSide) -> MergeSideView:
    document = side.document
    return MergeSideView(
        person_id=side.side.person_id,
        created_at=side.side.created_at,
        active=side.side.active,
        phone_masked=side.phone_masked,
        wechat_accounts=side.wechat_accounts,
        verification_state=side.verification_state,
        name_masked=None if document is None else document.name_masked,
        document_no_masked=None if document is None else document.document_no_masked,
        photos=side.photos,
    )
