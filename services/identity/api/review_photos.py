"""A photo of a request, to the reviewer its link was made for: watermarked, and every look recorded (V33)."""

from aiohttp import web

from services.identity.api.calls import IdentityCall
from services.identity.storage.verification_images import OBJECT_CLASS
from services.identity.use_cases.verifying.claim_review import require_reviewable
from services.identity.use_cases.verifying.link_verification_image import require_link
from services.identity.use_cases.verifying.view_verification_image import (
    MarkedPhoto,
    mark_photo,
    record_view,
    select_photo,
)
from shared.web.shown_picture import shown_picture


async def get_verification_request_image(call: IdentityCall, photo: MarkedPhoto) -> web.StreamResponse:
    """V33."""
    record_view(call.tx, photo, call.actor, call.now)
    return photo_response(photo)


def photo_response(photo: MarkedPhoto) -> web.StreamResponse:
    """A marked photo, to be shown and kept nowhere."""
    return shown_picture(photo.jpeg, photo.image.side)


async def prepare_request_image(call: IdentityCall) -> MarkedPhoto:
    """Load and mark the photo before the transaction. Raises NotFound, OwnRequest, RequestHeldByAnother,
    ImageLinkEnded, ObjectStoreUnavailable."""
    person_id, link = call.path_id("person_id"), call.query
    async with call.database.read() as reader:
        await require_reviewable(reader, person_id, call.actor, call.now)
        image = await select_photo(reader, person_id, call.path["side"])
    require_link(image, link.until, link.seal, call.actor, call.deps.keyring, call.now)
    data = await call.deps.bucket.get(image.object_key, OBJECT_CLASS)
    return await mark_photo(image, data, call.actor, call.now)
