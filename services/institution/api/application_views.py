"""From an application and what is kept beside it to what applicant and reviewer see."""

from typing import Any

from services.institution.api.schemas.applications import StepView
from services.institution.api.schemas.profiles import ProfileBody
from services.institution.dependencies import Dependencies
from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile
from services.institution.storage import exam_bodies, institution_steps
from services.institution.storage.licence_images import LicenceImage
from shared.web.call import Call


async def shared_part(
    call: Call[Dependencies], institution: Institution, profile: Profile, image: LicenceImage | None
) -> dict[str, Any]:
    """The fields of ApplicationView, by name."""
    (body,) = await exam_bodies.select_these(call.reader, [institution.filing_body_id])
    steps = await institution_steps.select_all(call.reader, institution.id)
    names = ("id", "version", "state", "name", "division_code", "institution_type")
    return {
        **{name: getattr(institution, name) for name in names},
        "parent_institution_id": institution.parent_institution_id,
        "filing_body_id": institution.filing_body_id,
        "exam_body_name": body.name,
        "profile": ProfileBody.kept(profile),
        "licence_image_at": None if image is None else image.uploaded_at,
        "steps": [StepView.of(step, call.language) for step in steps],
    }
