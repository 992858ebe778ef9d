"""Who may say with which body an institution files (section 2, rule 3)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.institution.domain.institution_life import InstitutionState
from shared.errors import Conflict, Forbidden

PAST: Final[frozenset[InstitutionState]] = frozenset({"rejected", "merged", "closed"})
"""States that stay with the body that answered for them then."""


class NotAboveBoth(Forbidden):
    """Only a body above the old and the new one decides; the zone, with nobody above it, decides for itself."""

    code = "not_above_both"
    message_zh = "变更备案机构须由新旧备案机构共同的上级办理，请联系上级考试管理机构。"
    message_en = "Only a body above the old and the new filing body changes it; ask the exam body above you."


class InstitutionOfThePast(Conflict):
    """What was merged, closed or rejected files with nobody any more."""

    code = "institution_of_the_past"
    message_zh = "该机构已合并、关闭或未通过审核，备案机构不再变更。"
    message_en = "This institution was merged, closed or rejected; its filing body does not change any more."


def require_above_both(scope_id: UUID, old: Sequence[UUID], new: Sequence[UUID]) -> None:
    """Raises NotAboveBoth. Both paths are known to hold the scope."""
    is_zone = old[0] == scope_id
    if not is_zone and scope_id in (old[-1], new[-1]):
        raise NotAboveBoth


def require_of_today(state: InstitutionState) -> None:
    """Raises InstitutionOfThePast."""
    if state in PAST:
        raise InstitutionOfThePast
