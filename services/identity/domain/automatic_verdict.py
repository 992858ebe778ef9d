"""What a reading of the card and the claim mean together (A8, A9, A14, V30)."""

from dataclasses import dataclass
from typing import Literal

FieldMatch = Literal["equal", "review", "different", "unread"]


@dataclass(frozen=True, slots=True)
class AutomaticVerdict:
    """`reason_code` is None when the person is verified. `counted`: the failure uses up an attempt."""

    reason_code: str | None
    counted: bool = True

    @property
    def verified(self) -> bool:
        """Whether photos and claim agree."""
        return self.reason_code is None


def judge(photo_verdict: str, photo_reason: str, name: FieldMatch, number: FieldMatch) -> AutomaticVerdict:
    """Only photos without any reservation and a claim that is equal to the letter verify (A8).

    A claim that contradicts the card is named first: that is what the person can mend (A9)."""
    if photo_verdict in ("ok", "review"):
        if number == "different":
            return AutomaticVerdict("document_no_differs")
        if name == "different":
            return AutomaticVerdict("name_differs")
    if photo_verdict != "ok":
        return AutomaticVerdict(photo_reason)
    if name != "equal" or number != "equal":
        return AutomaticVerdict("claim_uncertain")
    return AutomaticVerdict(None)


GIVEN_UP = AutomaticVerdict("recognition_failed", counted=False)
"""The machines, not the person, failed."""
