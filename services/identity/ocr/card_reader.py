"""Reads cards in capped children: a crash, a hang or a memory hog costs one child, never the role or the job."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.identity.domain.automatic_verdict import AutomaticVerdict, judge
from services.identity.domain.claim import Claim
from services.identity.domain.limits import RecognitionLimits
from services.identity.recognition.claims import match_claim
from services.identity.recognition.results import FrontFields
from services.identity.use_cases.verifying.decide_automatic_verification import CardDetails
from shared.errors import Unavailable
from shared.uploads.capped_child import ChildCannotStart, ChildCrashed, ChildTimedOut, Limits
from shared.uploads.child_pool import ChildPool, PoolBusy

_MEGABYTE = 1024 * 1024
_ADDRESS_SLACK = 512 * _MEGABYTE


class CardNotRead(Exception):
    """The reading crashed or ran out of time or memory; the argument says which. Another try may succeed."""


class ReaderUnavailable(Unavailable):
    """No reading process can be started: a fault of the deployment, not of any photo."""

    code = "reader_unavailable"


@dataclass(frozen=True, slots=True)
class CardReading:
    """What both photos say; `front` and `back` are the fields as read, or None."""

    verdict: str
    reason: str
    front: dict[str, Any] | None
    back: dict[str, Any] | None

    def judged(self, claim: Claim) -> tuple[AutomaticVerdict, CardDetails]:
        """The verdict on a claim (A8, A9) and what the card adds to it. The claim never reached the reader."""
        front = FrontFields(**self.front) if self.front else FrontFields()
        match = match_claim(claim.name, claim.document_no, front)
        verdict = judge(self.verdict, self.reason, match.name.value, match.id_number.value)
        return verdict, CardDetails(front.ethnicity, _last_day((self.back or {}).get("valid_to")))


class CardReader:
    """A pool of reading processes; one per copy of the ocr role."""

    def __init__(self, limits: RecognitionLimits, module: str = "services.identity.ocr.child") -> None:
        memory = limits.memory_megabytes * _MEGABYTE
        capped = Limits(
            memory_bytes=memory,
            cpu_seconds=max(1, round(limits.seconds)),
            wall_seconds=limits.seconds,
            address_slack=_ADDRESS_SLACK,
            start_seconds=60.0,
            idle_seconds=600.0,
            jobs=limits.jobs_per_process,
            peak_bytes=memory * 9 // 10,
        )
        self._pool = ChildPool(module, capped, size=limits.processes, queue_seconds=limits.lease_seconds)

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live now."""
        return self._pool.pids

    async def read(self, front: bytes, back: bytes, today: date) -> CardReading:
        """Read both sides. Raises CardNotRead, ReaderUnavailable."""
        try:
            header, _ = await self._pool.run({"front": len(front), "today": today.isoformat()}, front + back)
        except (ChildTimedOut, ChildCrashed) as failure:
            raise CardNotRead(type(failure).__name__) from failure
        except (ChildCannotStart, PoolBusy) as failure:
            raise ReaderUnavailable(retry_after=10) from failure
        if "out_of_memory" in header:
            raise CardNotRead("OutOfMemory")
        return CardReading(
            str(header["verdict"]), str(header["reason"]), _fields(header, "front"), _fields(header, "back")
        )

    async def stop(self) -> None:
        """End the children."""
        await self._pool.stop()


def _fields(header: dict[str, object], side: str) -> dict[str, Any] | None:
    fields = header.get(side)
    return {str(name): value for name, value in fields.items()} if isinstance(fields, dict) else None


def _last_day(text: object) -> date | None:
    """The end of validity, None for a card without end."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
