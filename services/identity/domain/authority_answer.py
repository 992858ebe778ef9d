"""What an authority says about a name and a number. It has three values and a fourth that is none: an authority that
does not answer has neither confirmed nor denied anything (V30)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.identity.domain.automatic_verdict import AutomaticVerdict


class Answer(StrEnum):
    """MATCH verifies, MISMATCH refuses and counts, NO_RECORD goes to a person, UNAVAILABLE is asked again later."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NO_RECORD = "no_record"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """`code` is the authority's own, for logs. `alarm`: nothing will change until somebody acts (arrears, a wrong key);
    `capped`: a limit of hours or a day was reached, so that asking soon again is of no use."""

    answer: Answer
    code: str
    alarm: bool = False
    capped: bool = False

    @property
    def verdict(self) -> AutomaticVerdict | None:
        """What it means for the person; None while there is no answer."""
        return _VERDICTS.get(self.answer)


_VERDICTS = {
    Answer.MATCH: AutomaticVerdict(None),
    Answer.MISMATCH: AutomaticVerdict("authority_mismatch"),
    # The authority's files are not complete; that is no failure of the person.
    Answer.NO_RECORD: AutomaticVerdict("authority_no_record", counted=False),
}


def pause_before(tries: int, capped: bool, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after the `tries`-th unanswered question: twice as long each time, up to `longest`."""
    if capped:
        return longest
    doubled: int = 2 ** min(max(tries, 1) - 1, 20)
    return min(first * doubled, longest)
