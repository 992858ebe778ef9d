"""What the national network is told about a person in an exam year (4.10): one value, always the same shape."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final, Literal
from uuid import UUID

from shared.errors import Conflict
from shared.security.blind_index import normalise

StatusValue = Literal[
    "none", "in_progress", "approved", "filed_provisional", "filed", "lapsed", "revoked", "exempt_channel"
]

_SHORT_NAME: Final = 10

MISSES_PER_HOUR: Final = 2_000
"""So many answers `none` may one client get; somebody who tries numbers out meets this first (V28)."""

_OF_STATE: Final[dict[str, StatusValue]] = {
    "draft": "in_progress",
    "submitted": "in_progress",
    "under_review": "in_progress",
    "withdrawn": "in_progress",
    "returned": "in_progress",
    "rejected": "in_progress",
    "modification_allowed": "in_progress",
    "approved": "approved",
    "filed": "filed",
    "lapsed": "lapsed",
    "revoked": "revoked",
}
_OF_EVALUATION: Final[dict[str, StatusValue]] = {
    "provisional_certified": "filed_provisional",
    # The full year was not passed, or never entered: what was filed on trust does not hold any more.
    "evaluated_unqualified": "lapsed",
    "lapsed": "lapsed",
}


class NonceUsed(Conflict):
    """A nonce is answered once, so that nobody can pass an old answer off as a new one."""

    code = "nonce_used"
    message_zh = "该随机数（nonce）已使用过，请为每次调用（包括重试）生成新的随机数后再查询。"
    message_en = "This nonce was used before; make a new one for every call, a repeated one too, and ask again."


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The whole answer. Everything but `status` is None when the status is none. `record_id` stays the same as long as
    the record exists; lists and changes name it."""

    status: StatusValue
    record_id: UUID | None = None
    exam_level: str | None = None
    exam_category_code: str | None = None
    institution_name: str | None = None
    institution_code: str | None = None
    exam_site_code: str | None = None
    months_counted: int | None = None
    certificate_no: str | None = None
    updated_at: datetime | None = None
    record_version: int | None = None
    differing_fields: tuple[str, ...] | None = None
    """Of a comparison: the fields of the national form that differ; None where nothing was handed in yet."""


NOTHING: Final = StatusAnswer("none")
"""Unknown person, unknown year and a name that does not agree all look like this (B12, C7, V28)."""


def value_of(declaration_state: str, evaluation_state: str | None, *, overdue: bool = False) -> StatusValue:
    """The value for a declaration and its evaluation. A fresh graduate is filed provisionally until the full year is
    entered (4.6); `overdue`: it can not be entered any more, whether the job that writes so has run or not. Raises
    KeyError on a state that 4.4 does not have."""
    value = _OF_STATE[declaration_state]
    if overdue and value != "revoked":
        return "lapsed"
    return _OF_EVALUATION.get(evaluation_state or "", value) if value == "filed" else value


def same_name(asked: str, known: str) -> bool:
    """Whether two spellings are the same name: width, spaces and the middle dot do not matter; `?` in the known name
    stands for a rare character that could not be typed yet (5.1)."""
    left, right = normalise(asked), normalise(known)
    if "?" in right and len(left) == len(right):
        left = "".join("?" if there == "?" else here for here, there in zip(left, right, strict=True))
    return hmac.compare_digest(left.encode(), right.encode())


def spellings(asked: str) -> Iterator[str]:
    """The names that `same_name` takes for the one that was asked, with up to two rare characters (of a long name one);
    how many there are depends on what was asked alone."""
    name = normalise(asked)
    for rare in range(3 if len(name) <= _SHORT_NAME else 2):
        for places in combinations(range(len(name)), rare):
            yield "".join("?" if number in places else one for number, one in enumerate(name))
