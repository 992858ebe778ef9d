"""Kinds of values that several bodies share."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from services.institution.domain.written import (
    BODY_CODE,
    CATEGORY_CODE,
    DIVISION_CODE,
    ORGANISATION_NAME,
    PERSON_NAME,
)
from shared.clock import SHANGHAI

PersonName = Annotated[str, StringConstraints(pattern=PERSON_NAME)]
OrganisationName = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=ORGANISATION_NAME)]
DivisionCode = Annotated[str, StringConstraints(pattern=DIVISION_CODE)]
BodyCode = Annotated[str, StringConstraints(pattern=BODY_CODE)]
CategoryCode = Annotated[str, StringConstraints(pattern=CATEGORY_CODE)]
CertificateNo = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ContactPhone = Annotated[str, StringConstraints(pattern=r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")]
"""A mobile or a landline number, with an extension if need be."""
SearchText = Annotated[str, StringConstraints(min_length=2, max_length=60, strip_whitespace=True)]
Note = Annotated[str, StringConstraints(min_length=2, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]+$")]
"""A few sentences to or about an institution."""
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=r"^[^\x00-\x1f<>]+$")
]
"""A short name for something."""
TypedCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


def _in_shanghai(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


LocalTime = Annotated[datetime, AfterValidator(_in_shanghai)]
"""A moment as people here read it, whatever zone it was stored in."""
