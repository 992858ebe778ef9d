"""Handlers: the head of a unit registers it and follows what becomes of it (A20, P4)."""

from services.institution.api.application_views import shared_part
from services.institution.api.schemas.applications import (
    ApplicationBody,
    LicenceImageView,
    MovedView,
    OwnApplicationLineView,
    OwnApplicationView,
)
from services.institution.api.schemas.exam_bodies import InvitedPerson
from services.institution.api.schemas.profiles import MissingFieldView
from services.institution.dependencies import Dependencies
from services.institution.domain.application import missing_for_review
from services.institution.domain.institution import Institution
from services.institution.storage import institution_applications, licence_images
from services.institution.use_cases.institutions.profile_in_clear import open_profile
from services.institution.use_cases.institutions.store_licence_image import StoredPicture, store_licence_image
from services.institution.use_cases.registering.apply_for_institution import apply_for_institution
from services.institution.use_cases.registering.correct_application import correct_application
from services.institution.use_cases.registering.submit_application import submit_application
from shared.clock import SHANGHAI
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

OwnApplicationPage = Page[OwnApplicationLineView]


async def post_own_application(call: Call[Dependencies], body: ApplicationBody) -> MovedView:
    """A20, 4.2."""
    draft = await apply_for_institution(call.tx, call.deps.keyring, body.wanted(), actor=call.actor, now=call.now)
    return MovedView.of(draft)


async def get_own_applications(call: Call[Dependencies]) -> OwnApplicationPage:
    """P4; newest first."""
    query = call.query
    rows = await institution_applications.select_of_person(call.reader, call.actor.id, position(query), query.limit + 1)
    return page_of(OwnApplicationPage, query, rows, OwnApplicationLineView.of, lambda row: row.id)


async def get_own_application(call: Call[Dependencies]) -> OwnApplicationView:
    """P4: state, reasons, and what is missing."""
    institution_id, person_id = call.path_id("institution_id"), call.actor.id
    return await _own(call, await institution_applications.select_of_applicant(call.reader, institution_id, person_id))


async def _own(call: Call[Dependencies], found: Institution) -> OwnApplicationView:
    keyring, reader = call.deps.keyring, call.reader
    profile = await open_profile(reader, keyring, found)
    owner = await institution_applications.select_owner(reader, keyring, found.id)
    image = await licence_images.select_if_any(reader, found.id)
    today = call.now.astimezone(SHANGHAI).date()
    missing = missing_for_review(profile, found.institution_type, has_image=image is not None, today=today)
    shared = await shared_part(call, found, profile, image)
    return OwnApplicationView.model_validate(
        shared
        | {
            "owner": InvitedPerson.model_construct(name=owner.name, phone=owner.phone),
            "missing": [MissingFieldView.of(one, call.language) for one in missing],
        }
    )


async def put_own_application(call: Call[Dependencies], body: ApplicationBody) -> MovedView:
    """4.2."""
    corrected = await correct_application(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.wanted(),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(corrected)


async def put_own_licence_image(call: Call[Dependencies], picture: StoredPicture) -> LicenceImageView:
    """4.2; the picture was received, made safe and stored by `prepare_licence_image`."""
    return await keep_licence_image(call, picture)


async def keep_licence_image(call: Call[Dependencies], picture: StoredPicture) -> LicenceImageView:
    """The same for applicants and owners."""
    kept = await store_licence_image(call.tx, call.path_id("institution_id"), picture, actor=call.actor, now=call.now)
    return LicenceImageView(
        institution_id=kept.institution_id,
        width=kept.width,
        height=kept.height,
        sha256=kept.sha256,
        uploaded_at=kept.uploaded_at,
    )


async def post_own_application_submission(call: Call[Dependencies]) -> MovedView:
    """4.2."""
    submitted = await submit_application(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return MovedView.of(submitted)
