"""What an earlier row says, as the text that a confirmation stands for (4.5, A32)."""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from services.declaration.domain.content import Period


class RowState(StrEnum):
    """Where the confirmation of an earlier row stands."""

    PENDING = "pending"
    CONFIRMED_BY_CURRENT = "confirmed_by_current"
    CONFIRMED_BY_PRIOR = "confirmed_by_prior"
    REFUSED = "refused"
    EVIDENCE_REQUIRED = "evidence_required"


ANSWERABLE: Final = frozenset({RowState.PENDING, RowState.EVIDENCE_REQUIRED})
"""An earlier unit answers what nobody has decided yet."""

# A unit of the library may be renamed, a physician of a roster too, without anything said here becoming another thing.
_OF_LIBRARY: Final = {"institution_name", "division_code", "registration_no", "institution_grade"}


def said(row: Period, certificates: Iterable[str]) -> str:
    """Every field of the row and the hashes of its certificates (hex), in one canonical text: whatever is edited makes
    another one."""
    fields: dict[str, Any] = row.model_dump(
        mode="json", exclude=_OF_LIBRARY if row.institution_id is not None else set[str]()
    )
    fields["supervisors"] = [
        {"supervisor_id": one["supervisor_id"]} if one["supervisor_id"] else one for one in fields["supervisors"]
    ]
    return json.dumps([fields, sorted(certificates)], ensure_ascii=False, sort_keys=True)
