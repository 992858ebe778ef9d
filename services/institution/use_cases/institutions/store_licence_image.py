"""Keep a picture of the licence; a new one replaces the one before (4.2, B15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import InstitutionNotAwaitingProfile, next_state
from services.institution.domain.scope import scope_of
from services.institution.storage import institution_applications, institutions, licence_images
from services.institution.storage.licence_images import LicenceImage
from shared import audit
from shared.actor import Actor
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that already lies in the bucket. `sha256` of the bytes as they came, the rest of the safe copy."""

    object_key: str
    sha256: str
    size: int
    width: int
    height: int


async def select_welcoming(reader: Reader, institution_id: UUID, actor: Actor) -> Institution:
    """The institution whose picture the caller may replace: an applicant's while the application can be edited, an
    owner's while the profile can. Raises NotFound, InstitutionNotEditable, InstitutionNotAwaitingProfile."""
    if actor.kind == "candidate":
        found = await institution_applications.select_of_applicant(reader, institution_id, actor.id)
    else:
        found = await institutions.select(reader, institution_id, scope_of(actor))
    return _welcoming(found, actor)


async def store_licence_image(
    tx: Transaction, institution_id: UUID, picture: StoredPicture, *, actor: Actor, now: datetime
) -> LicenceImage:
    """Raises NotFound, InstitutionNotEditable, InstitutionNotAwaitingProfile."""
    if actor.kind == "candidate":
        _welcoming(await institution_applications.lock_of_applicant(tx, institution_id, actor.id), actor)
    else:
        _welcoming(await institutions.lock(tx, institution_id, scope_of(actor)), actor)
    image = LicenceImage(
        new_id(),
        institution_id,
        picture.object_key,
        picture.sha256,
        picture.size,
        picture.width,
        picture.height,
        actor.id,
        now,
    )
    await licence_images.insert(tx, image)
    audit.record(
        tx,
        "institution.store_licence_image",
        actor=actor,
        subject_kind="institution",
        subject_id=institution_id,
        at=now,
        image_id=str(image.id),
    )
    return image


def _welcoming(institution: Institution, actor: Actor) -> Institution:
    if actor.kind == "candidate":
        next_state(institution.state, "submit")
    elif institution.state not in ("profile_incomplete", "active"):
        raise InstitutionNotAwaitingProfile
    return institution
