"""What a reviewer asks the queue for; names and document numbers are looked up by keyed index only (V48)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import State
from services.declaration.storage.reviews import QueueFilter
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.actor import Actor
from shared.errors import FieldProblem, Invalid
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_EVERY: Final = "all"


class StateUnknown(Invalid):
    """The filter names a state that does not exist."""

    code = "state_unknown"
    message_zh = "筛选状态不存在，请重新选择。"
    message_en = "There is no such state to filter by; choose again."


@dataclass(frozen=True, slots=True)
class QueueWish:
    """Filters as a reviewer gives them. `state`: states separated by commas, or `all`; `waiting_days`: waiting longer
    than that."""

    state: str
    q: str | None
    cycle_id: UUID | None
    exam_category_code: str | None
    exam_level: str | None
    origin: str | None
    waiting_days: int | None
    claimed: str | None
    first_approved: str | None
    resubmitted: bool | None
    prior_rows_open: bool | None
    sort: str


def queue_filter(actor: Actor, wish: QueueWish, keyring: Keyring, now: datetime) -> QueueFilter:
    """Raises NotFound for accounts without a unit, StateUnknown."""
    wanted = None if wish.state == _EVERY else tuple(filter(None, wish.state.split(",")))
    if wanted is not None and not set(State).issuperset(wanted):
        problem = FieldProblem("/state", "literal_error", "状态不在可选范围内。", "Not one of the states.")
        raise StateUnknown(problems=[problem])
    plain = QueueFilter(
        scope_of(actor),
        wish.cycle_id,
        wanted,
        category_code=wish.exam_category_code,
        exam_level=wish.exam_level,
        origin=wish.origin,
        submitted_until=None if wish.waiting_days is None else now - timedelta(days=wish.waiting_days),
        resubmitted=wish.resubmitted,
        has_prior_rows_open=wish.prior_rows_open,
        claimed=wish.claimed,
        first_approved=wish.first_approved,
        reviewer_id=actor.id,
        newest_first=wish.sort == "newest",
    )
    if wish.q is None:
        return plain
    name = blind_index(keyring, "index_person", "name", wish.q)
    number = blind_index(keyring, "index_person", "document_no", wish.q)
    return replace(plain, text=wish.q.strip().upper(), name_index=name, document_index=number)
