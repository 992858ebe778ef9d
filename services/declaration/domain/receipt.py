"""The receipt of a submission (A37): its check, which whoever holds the paper can have verified."""

import hashlib
import hmac
from typing import Final
from uuid import UUID

_SCHEME: Final = "tiro.receipt.1"
CHECK_LENGTH: Final = 20


def receipt_check(declaration_id: UUID, number: str, submission: int) -> str:
    """20 hex digits. The id has 74 random bits and stands on no print and in no public answer, so the check can not be
    made from the number; nothing has to be stored, and it outlives every change of keys."""
    text = f"{_SCHEME}:{declaration_id}:{number}:{submission}"
    return hashlib.sha256(text.encode()).hexdigest()[:CHECK_LENGTH]


def submission_of_check(declaration_id: UUID, number: str, submissions: int, check: str) -> int | None:
    """Which of the submissions a check belongs to, or None; all are compared, whichever it is."""
    found = None
    for submission in range(1, submissions + 1):
        if hmac.compare_digest(receipt_check(declaration_id, number, submission), check):
            found = submission
    return found
