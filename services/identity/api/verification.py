"""Proving who one is: consent, photos, the automatic check, and where it stands."""

from services.identity.api.calls import IdentityCall
from services.identity.api.verification_schemas import (
    ClaimBody,
    ConsentBody,
    ConsentView,
    ImageView,
    MeView,
    VerificationView,
)
from services.identity.api.verification_views import me_verification_view, verification_view
from services.identity.storage import persons
from services.identity.use_cases.verifying.accept_consent import accept_consent
from services.identity.use_cases.verifying.show_verification import show_verification
from services.identity.use_cases.verifying.start_automatic_verification import (
    ClaimRequest,
    start_automatic_verification,
)
from services.identity.use_cases.verifying.store_verification_image import StoredPhoto, store_verification_image
from shared.errors import NotFound
from shared.masking import mask_phone
from shared.security.sealing import unseal_text


async def get_me(call: IdentityCall) -> MeView:
    """A6, V55."""
    person = await persons.select(call.reader, call.actor.id)
    if person is None:
        raise NotFound
    status = await show_verification(call.reader, call.actor.id, call.deps.settings.verification, call.now)
    phone = unseal_text(call.deps.keyring, "contact", f"person.phone:{person.person_id}", person.phone_sealed)
    return MeView(
        person_id=person.person_id,
        phone_masked=mask_phone(phone),
        language=person.language,
        verification=me_verification_view(status),
        name_masked=status.document.name_masked if status.document else None,
        document_no_masked=status.document.document_no_masked if status.document else None,
    )


async def get_verification(call: IdentityCall) -> VerificationView:
    """A7, A12."""
    limits = call.deps.settings.verification
    status = await show_verification(call.reader, call.actor.id, limits, call.now)
    return verification_view(status, call.language, limits.consent_version)


async def post_consent(call: IdentityCall, body: ConsentBody) -> ConsentView:
    """V56."""
    limits = call.deps.settings.verification
    accepted = await accept_consent(call.tx, body.kind, body.version, call.actor, limits, call.now)
    return ConsentView(kind=body.kind, text_version=body.version, accepted_at=accepted)


async def put_verification_image(call: IdentityCall, photo: StoredPhoto) -> ImageView:
    """A11; the photo was received, made safe and stored by `prepare_photo`."""
    replaces = await store_verification_image(call.tx, photo, call.actor, call.now)
    return ImageView(
        side=photo.side,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        replaces=replaces,
    )


async def post_automatic_verification(call: IdentityCall, body: ClaimBody) -> VerificationView:
    """A8-A10, A14."""
    request = ClaimRequest(body.document_type, body.name, body.document_no)
    limits = call.deps.settings.verification
    await start_automatic_verification(call.tx, request, call.actor, call.deps.keyring, limits, call.now)
    status = await show_verification(call.tx, call.actor.id, limits, call.now)
    return verification_view(status, call.language, limits.consent_version)
