"""Proving who one is: consent, photos, the automatic check, and where it stands."""

from services.identity.api.calls import IdentityCall
from services.identity.api.manual import claim_request, own_verification
from services.identity.api.verification_schemas import (
    ClaimBody,
    ConsentBody,
    ConsentView,
    ImageView,
    MeView,
    VerificationView,
)
from services.identity.api.verification_views import me_verification_view, quality_view
from services.identity.storage import persons
from services.identity.storage.persons import Person
from services.identity.use_cases.linking.email_of import email_of
from services.identity.use_cases.signing_in.become_known import phone_of
from services.identity.use_cases.verifying.accept_consent import accept_consent
from services.identity.use_cases.verifying.show_verification import show_verification
from services.identity.use_cases.verifying.start_automatic_verification import start_automatic_verification
from services.identity.use_cases.verifying.store_verification_image import StoredSide, store_verification_image
from shared.errors import NotFound
from shared.masking import mask_email, mask_phone
from shared.security.keyring import Keyring


async def get_me(call: IdentityCall) -> MeView:
    """A6, V55."""
    person = await _active(call)
    status = await show_verification(call.reader, call.actor.id, call.deps.settings.verification, call.now)
    phone_masked, email_masked = await _masked(person, call.deps.keyring)
    return MeView(
        person_id=person.person_id,
        phone_masked=phone_masked,
        email_masked=email_masked,
        held_until=None if person.held_until is None or person.held_until <= call.now else person.held_until,
        language=person.language,
        verification=me_verification_view(status),
        name_masked=status.document.name_masked if status.document else None,
        document_no_masked=status.document.document_no_masked if status.document else None,
    )


async def _active(call: IdentityCall) -> Person:
    person = await persons.select(call.reader, call.actor.id)
    if person is None or person.state != "active":
        raise NotFound
    return person


async def _masked(person: Person, keyring: Keyring) -> tuple[str | None, str | None]:
    phone, email = await phone_of(person, keyring), await email_of(person, keyring)
    return phone and mask_phone(phone), email and mask_email(email)


async def get_verification(call: IdentityCall) -> VerificationView:
    """A7, A12."""
    return await own_verification(call)


async def post_consent(call: IdentityCall, body: ConsentBody) -> ConsentView:
    """V56."""
    limits = call.deps.settings.verification
    accepted = await accept_consent(call.tx, body.kind, body.version, call.actor, limits, call.now)
    return ConsentView(kind=body.kind, text_version=body.version, accepted_at=accepted)


async def put_verification_image(call: IdentityCall, photo: StoredSide) -> ImageView:
    """A11; the photo was received, made safe and stored by `prepare_photo`."""
    replaces = await store_verification_image(call.tx, photo, call.actor, call.now)
    return ImageView(
        side=photo.side,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        replaces=replaces,
        quality=quality_view(photo.look, call.language),
    )


async def post_automatic_verification(call: IdentityCall, body: ClaimBody) -> VerificationView:
    """A8-A10, A14."""
    deps = call.deps
    await start_automatic_verification(
        call.tx, claim_request(body), call.actor, deps.keyring, deps.settings.verification, deps.catalogue, call.now
    )
    return await own_verification(call)
