"""Tell whoever holds a receipt whether it is ours, in masked data only, and no more often than a person asks (A37)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.declaration.domain.declaration import State
from services.declaration.domain.receipt import submission_of_check
from services.declaration.storage import own_sheets
from services.declaration.storage.own_sheets import HandedIn, NumberedDeclaration
from shared.errors import NotFound
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

ASKED: Final = Rate("receipt_verifications", 30, timedelta(minutes=10))
_STANDS: Final = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.APPROVED, State.FILED})


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt that is ours. `is_latest`: nothing came after it; `stands`: nor was it taken back or undone."""

    declaration: NumberedDeclaration
    handed_in: HandedIn
    submission: int

    @property
    def is_latest(self) -> bool:
        """Whether nothing was handed in after it."""
        return self.submission == self.declaration.submission

    @property
    def stands(self) -> bool:
        """Whether what it proves waits, or was approved."""
        return self.is_latest and self.declaration.state in _STANDS


async def count_question(tx: Transaction, keyring: Keyring, address: str, now: datetime) -> None:
    """In a transaction of its own, so that wrong numbers count too. Raises LimitReached."""
    await take(tx, ASKED, blind_index(keyring, "index_person", "client_address", address), now)


async def verify_receipt(reader: Reader, number: str, check: str) -> VerifiedReceipt:
    """Raises NotFound, for an unknown number and for a wrong check alike."""
    found = await own_sheets.select_by_number(reader, number)
    if found is None:
        raise NotFound
    submission = submission_of_check(found.id, found.number, found.submission, check)
    if submission is None:
        raise NotFound
    return VerifiedReceipt(found, await own_sheets.select_handed_in(reader, found.id, submission), submission)
