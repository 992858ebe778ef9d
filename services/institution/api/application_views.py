"""From an application and what is kept beside it to what applicant and reviewer see."""

from typing import Any, Final

from services.institution.api.schemas.applications import StepView
from services.institution.api.schemas.profiles import ProfileBody
from services.institution.dependencies import Dependencies
from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile
from services.institution.storage import exam_bodies, exam_body_enquiries, institution_steps
from services.institution.storage.licence_images import LicenceImage
from shared.web.call import Call

_SAME: Final = (
    "id",
    "version",
    "state",
    "name",
    "division_code",
    "institution_type",
    "parent_institution_id",
    "filing_body_id",
)


async def shared_part(
    call: Call[Dependencies], institution: Institution, profile: Profile, image: LicenceImage | None
) -> dict[str, Any]:
    """The fields of ApplicationView, by name."""
    (body,) = await exam_bodies.select_these(call.reader, [institution.filing_body_id])
    steps = await institution_steps.select_all(call.reader, institution.id)
    return {
        **{name: getattr(institution, name) for name in _SAME},
        "exam_body_name": body.name,
        "exam_body_phone": await exam_body_enquiries.select_phone(call.reader, body.id),
        "profile": ProfileBody.kept(profile),
        "licence_image_at": None if image is None else image.uploaded_at,
        "steps": [StepView.of(step, call.language) for step in steps],
    }
