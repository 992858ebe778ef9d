"""The part of the route table about an institution's own profile and confirmation code."""

from services.institution.api import profiles
from services.institution.api.audiences import OWN_STAFF, OWNER
from services.institution.api.schemas import profiles as profile_schemas
from shared.web.routing import Route

PROFILE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/institutions/{institution_id}/profile",
        profiles.get_profile,
        OWN_STAFF,
        "本机构资料（含联系人，记录查阅）",
        "The own profile in clear; the look is recorded",
        response=profile_schemas.ProfileView,
        transaction=True,
    ),
    Route(
        "PUT",
        "/v1/institutions/{institution_id}/profile",
        profiles.put_profile,
        OWNER,
        "完善机构资料",
        "Save the profile; complete, it activates the institution",
        request=profile_schemas.ProfileBody,
        response=profile_schemas.SavedProfileView,
        versioned=True,
    ),
    Route(
        "GET",
        "/v1/institutions/{institution_id}/confirmation-code",
        profiles.get_confirmation_code,
        OWN_STAFF,
        "查看单位确认码（记录查阅）",
        "Show the confirmation code; the look is recorded",
        response=profile_schemas.ConfirmationCodeView,
        transaction=True,
    ),
    Route(
        "POST",
        "/v1/institutions/{institution_id}/confirmation-code/rotation",
        profiles.post_confirmation_code_rotation,
        OWN_STAFF,
        "更换单位确认码，已有绑定不受影响",
        "Replace the confirmation code; existing bindings stay",
        request=profile_schemas.RotationBody,
        response=profile_schemas.ConfirmationCodeView,
        status=201,
    ),
)
