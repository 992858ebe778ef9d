"""Receives a photo before any transaction is opened: streamed under a cap, re-encoded, stored sealed."""

import asyncio

from services.identity.api.calls import IdentityCall
from services.identity.domain.documents import Side
from services.identity.domain.exempt_channel import PROOFS, Proof
from services.identity.recognition.first_look import first_look
from services.identity.storage.image_keys import day_prefix
from services.identity.storage.verification_images import OBJECT_CLASS, proof_side
from services.identity.use_cases.exempting.store_exempt_proof import require_proofs_welcome
from services.identity.use_cases.verifying.store_verification_image import (
    StoredPhoto,
    StoredSide,
    require_photos_welcome,
    require_size,
    take_upload,
)
from shared.errors import NotFound
from shared.uploads.kinds import IMAGES
from shared.uploads.names import random_object_key
from shared.uploads.receive import receive

IMAGE_LIMIT = 12 * 1024 * 1024
_SIDES: dict[str, Side] = {"front": "front", "back": "back"}
_PROOFS: dict[str, Proof] = {proof: proof for proof in PROOFS}


async def prepare_photo(call: IdentityCall) -> StoredSide:
    """The stored photo. Raises NotFound for an unknown side, ConsentMissing, VerificationNotAllowed, LimitReached,
    PhotoTooSmall, and what receiving and inspecting raise (V34-V36)."""
    if (side := _SIDES.get(call.path["side"])) is None:
        raise NotFound
    limits = call.deps.settings.verification
    async with call.database.transaction(call.request_id) as tx:
        await require_photos_welcome(tx, call.actor, limits)
        await take_upload(tx, call.actor, limits, call.now)
    photo, data = await _received(call, side)
    look = await asyncio.to_thread(first_look, data)
    return StoredSide(
        side, photo.object_key, photo.sha256, photo.content_type, photo.size, photo.width, photo.height, look
    )


async def prepare_proof(call: IdentityCall) -> StoredPhoto:
    """The stored proof. Raises NotFound for an unknown one, ProofsNotHosted, and what `prepare_photo` raises (A18)."""
    if (proof := _PROOFS.get(call.path["proof"])) is None:
        raise NotFound
    deps, limits = call.deps, call.deps.settings.verification
    async with call.database.transaction(call.request_id) as tx:
        await require_proofs_welcome(tx, call.actor, limits, deps.catalogue, call.now)
        await take_upload(tx, call.actor, limits, call.now)
    photo, _ = await _received(call, proof_side(proof))
    return photo


async def _received(call: IdentityCall, side: str) -> tuple[StoredPhoto, bytes]:
    """The photo, inspected and stored, and the bytes of its safe copy."""
    limits, request = call.deps.settings.verification, call.request
    received = await receive(request.content, limits.image_bytes, announced=request.content_length)
    safe = await call.deps.inspector.inspect(received.data, accept=IMAGES, declared_type=request.content_type)
    require_size(safe.width or 0, safe.height or 0, limits)
    key = random_object_key(day_prefix(call.now.date()), safe.kind)
    await call.deps.bucket.put(key, safe.data, OBJECT_CLASS, call.actor.id)
    width, height = safe.width or 0, safe.height or 0
    return StoredPhoto(side, key, received.sha256, safe.content_type, safe.size, width, height), safe.data
