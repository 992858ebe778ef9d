"""Bodies about claims."""

from uuid import UUID

from shared.web.schemas import Body


class ReassignmentBody(Body):
    """Who reviews from now on."""

    staff_id: UUID
