"""Pictures of licences: received before any transaction is opened, and shown marked with who looks (V33, V34)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from aiohttp import web

from services.institution.api.applications import keep_licence_image
from services.institution.api.schemas.applications import LicenceImageView
from services.institution.dependencies import Dependencies
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_applications, institutions, licence_images
from services.institution.storage.licence_images import OBJECT_CLASS, LicenceImage
from services.institution.use_cases.institutions.store_licence_image import StoredPicture, select_welcoming
from shared import audit
from shared.postgres.rate_limit import Rate, take
from shared.uploads.kinds import IMAGES
from shared.uploads.names import random_object_key
from shared.uploads.receive import receive
from shared.uploads.watermark import marked_picture
from shared.web.call import Call
from shared.web.shown_picture import shown_picture

IMAGE_LIMIT: Final = 12 * 1024 * 1024
_PER_HOUR: Final = 30


@dataclass(frozen=True, slots=True)
class MarkedLicence:
    """A JPEG with the viewer's mark all over it."""

    image: LicenceImage
    jpeg: bytes


async def put_licence_image(call: Call[Dependencies], picture: StoredPicture) -> LicenceImageView:
    """B15."""
    return await keep_licence_image(call, picture)


async def prepare_licence_image(call: Call[Dependencies]) -> StoredPicture:
    """The stored picture. Raises NotFound, InstitutionNotEditable, InstitutionNotAwaitingProfile, LimitReached, and
    what receiving and inspecting raise (V34-V36)."""
    deps, request = call.deps, call.request
    async with call.database.transaction(call.request_id) as tx:
        await select_welcoming(tx, call.path_id("institution_id"), call.actor)
        rate = Rate("institution.licence_image", _PER_HOUR, timedelta(hours=1))
        await take(tx, rate, call.actor.id.bytes, call.now)
    received = await receive(request.content, IMAGE_LIMIT, announced=request.content_length)
    safe = await deps.inspector.inspect(received.data, accept=IMAGES, declared_type=request.content_type)
    key = random_object_key(f"licences/{call.now:%Y%m%d}", safe.kind)
    await deps.bucket.put(key, safe.data, OBJECT_CLASS)
    return StoredPicture(key, received.sha256, safe.size, safe.width or 0, safe.height or 0)


async def get_licence_image(call: Call[Dependencies], licence: MarkedLicence) -> web.StreamResponse:
    """V33."""
    return _shown(call, licence)


async def prepare_marked_licence(call: Call[Dependencies]) -> MarkedLicence:
    """Of an institution in the caller's scope. Raises NotFound, ObjectStoreUnavailable."""
    async with call.database.read() as reader:
        found = await institutions.select(reader, call.path_id("institution_id"), scope_of(call.actor))
        image = await licence_images.select(reader, found.id)
    return await _marked(call, image)


async def get_application_licence_image(call: Call[Dependencies], licence: MarkedLicence) -> web.StreamResponse:
    """V33."""
    return _shown(call, licence)


async def prepare_marked_application_licence(call: Call[Dependencies]) -> MarkedLicence:
    """Of an application in the area. Raises NotFound, ObjectStoreUnavailable."""
    async with call.database.read() as reader:
        found = await institution_applications.select_in_area(
            reader, call.path_id("institution_id"), scope_of(call.actor)
        )
        image = await licence_images.select(reader, found.id)
    return await _marked(call, image)


async def _marked(call: Call[Dependencies], image: LicenceImage) -> MarkedLicence:
    data = await call.deps.bucket.get(image.object_key, OBJECT_CLASS)
    return MarkedLicence(image, await marked_picture(data, call.actor, call.now))


def _shown(call: Call[Dependencies], licence: MarkedLicence) -> web.StreamResponse:
    institution_id: UUID = licence.image.institution_id
    audit.record(
        call.tx,
        "institution.view_licence_image",
        actor=call.actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=call.now,
        image_id=str(licence.image.id),
    )
    return shown_picture(licence.jpeg, "licence")
