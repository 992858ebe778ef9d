"""Kinds of values that several bodies share."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.clock import SHANGHAI

PersonName = Annotated[str, StringConstraints(pattern=r"^[^\d\x00-\x1f<>]{2,50}$")]
OrganisationName = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=r"^[^\x00-\x1f<>]+$")]
DivisionCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5}$")]
BodyCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{2,12}$")]
CategoryCode = Annotated[str, StringConstraints(pattern=r"^[1-4]\d{2}$")]
CertificateNo = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ContactPhone = Annotated[str, StringConstraints(pattern=r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")]
"""A mobile or a landline number, with an extension if need be."""
SearchText = Annotated[str, StringConstraints(min_length=2, max_length=60, strip_whitespace=True)]
Note = Annotated[str, StringConstraints(min_length=2, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]+$")]
"""A few sentences to or about an institution."""
TypedCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


def _in_shanghai(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


LocalTime = Annotated[datetime, AfterValidator(_in_shanghai)]
"""A moment as people here read it, whatever zone it was stored in."""
