"""Receives a photo before any transaction is opened: streamed under a cap, re-encoded, stored sealed."""

from services.identity.api.calls import IdentityCall
from services.identity.domain.documents import Side
from services.identity.storage.image_keys import day_prefix
from services.identity.storage.verification_images import OBJECT_CLASS
from services.identity.use_cases.verifying.store_verification_image import (
    StoredPhoto,
    require_photos_welcome,
    require_size,
)
from shared.errors import NotFound
from shared.uploads.kinds import IMAGES
from shared.uploads.names import random_object_key
from shared.uploads.receive import receive

_SIDES: dict[str, Side] = {"front": "front", "back": "back"}


async def prepare_photo(call: IdentityCall) -> StoredPhoto:
    """The stored photo. Raises NotFound for an unknown side, ConsentMissing, VerificationNotAllowed, PhotoTooSmall, and
    what receiving and inspecting raise (V34-V36)."""
    if (side := _SIDES.get(call.path["side"])) is None:
        raise NotFound
    limits = call.deps.settings.verification
    async with call.database.read() as reader:
        await require_photos_welcome(reader, call.actor, limits)
    request = call.request
    received = await receive(request.content, limits.image_bytes, announced=request.content_length)
    safe = await call.deps.inspector.inspect(received.data, accept=IMAGES, declared_type=request.content_type)
    require_size(safe.width or 0, safe.height or 0, limits)
    key = random_object_key(day_prefix(call.now.date()), safe.kind)
    await call.deps.bucket.put(key, safe.data, OBJECT_CLASS)
    return StoredPhoto(side, key, received.sha256, safe.content_type, safe.size, safe.width or 0, safe.height or 0)
