"""Handlers: an institution's profile and its confirmation code."""

from services.institution.api.schemas.profiles import (
    ConfirmationCodeView,
    ProfileBody,
    ProfileView,
    RotationBody,
    SavedProfileView,
)
from services.institution.dependencies import Dependencies
from services.institution.use_cases.confirmation_codes.rotate_confirmation_code import rotate_confirmation_code
from services.institution.use_cases.confirmation_codes.show_confirmation_code import show_confirmation_code
from services.institution.use_cases.institutions.complete_profile import complete_profile
from services.institution.use_cases.institutions.read_profile import read_profile
from shared.web.call import Call


async def get_profile(call: Call[Dependencies]) -> ProfileView:
    """In clear and recorded."""
    institution, profile, missing = await read_profile(
        call.tx, call.deps.keyring, call.path_id("institution_id"), actor=call.actor, now=call.now
    )
    return ProfileView.full(institution, profile, missing, call.language)


async def put_profile(call: Call[Dependencies], body: ProfileBody) -> SavedProfileView:
    """B9."""
    saved = await complete_profile(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.profile(),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return SavedProfileView.of(saved.institution, saved.missing, call.language)


async def get_confirmation_code(call: Call[Dependencies]) -> ConfirmationCodeView:
    """A21; recorded."""
    kept = await show_confirmation_code(
        call.tx, call.deps.keyring, call.path_id("institution_id"), actor=call.actor, now=call.now
    )
    return ConfirmationCodeView.of(kept)


async def post_confirmation_code_rotation(call: Call[Dependencies], body: RotationBody) -> ConfirmationCodeView:
    """A21; existing bindings stay."""
    made = await rotate_confirmation_code(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        body.expires_at,
        actor=call.actor,
        now=call.now,
    )
    return ConfirmationCodeView.of(made)
