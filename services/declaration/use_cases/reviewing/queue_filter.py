"""What a reviewer asks the queue for; names and document numbers are looked up by keyed index only (V48)."""

from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import State
from services.declaration.storage.reviews import QueueFilter
from shared.errors import FieldProblem, Invalid
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

_EVERY: Final = "all"


class StateUnknown(Invalid):
    """The filter names a state that does not exist."""

    code = "state_unknown"
    message_zh = "筛选状态不存在，请重新选择。"
    message_en = "There is no such state to filter by; choose again."


def queue_filter(
    institution_id: UUID, cycle_id: UUID | None, states: str, text: str | None, keyring: Keyring
) -> QueueFilter:
    """Raises StateUnknown."""
    wanted = None if states == _EVERY else tuple(filter(None, states.split(",")))
    if wanted is not None and not set(State).issuperset(wanted):
        problem = FieldProblem("/state", "literal_error", "状态不在可选范围内。", "Not one of the states.")
        raise StateUnknown(problems=[problem])
    if text is None:
        return QueueFilter(institution_id, cycle_id, wanted)
    name = blind_index(keyring, "index_person", "name", text)
    number = blind_index(keyring, "index_person", "document_no", text)
    return QueueFilter(institution_id, cycle_id, wanted, text.strip().upper(), name, number)
