"""Routes about notes among the reviewers of a unit."""

from typing import Final

from services.declaration.api import staff_notes as handlers
from services.declaration.api.schemas.staff_notes import StaffNoteBody, StaffNoteView
from shared.web.routing import Route, Staff
from shared.web.schemas import PageQuery

_UNIT: Final = Staff("institution_business_admin", "institution_owner")
_NOTES: Final = "/v1/reviews/{declaration_id}/notes"

STAFF_NOTE_ROUTES: Final = (
    # The look is audited, which takes a transaction.
    Route(
        method="GET",
        path=_NOTES,
        handler=handlers.get_review_notes,
        policy=_UNIT,
        summary_zh="审核备注（仅本单位可见）",
        summary_en="Notes among the reviewers of the unit",
        query=PageQuery,
        response=handlers.StaffNotePage,
        transaction=True,
    ),
    Route(
        method="POST",
        path=_NOTES,
        handler=handlers.post_review_note,
        policy=_UNIT,
        summary_zh="添加审核备注",
        summary_en="Write a note for colleagues",
        request=StaffNoteBody,
        response=StaffNoteView,
        status=201,
    ),
)
