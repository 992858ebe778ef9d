"""Body of a second reviewer who disagrees."""

from pydantic import Field

from services.declaration.domain.review_reasons import TEXT_LENGTH
from shared.web.schemas import Body


class OppositionBody(Body):
    """Why; it becomes a note among the reviewers of the unit, which the candidate never sees."""

    reason: str = Field(min_length=2, max_length=TEXT_LENGTH)
