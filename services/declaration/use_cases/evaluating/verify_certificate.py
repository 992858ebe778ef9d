"""Tell whoever holds a certificate what it is worth: as the paper was printed, masked, and no more often than an
examination hall asks (B10)."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.declaration.domain.certificate_standing import CertificateStanding, certificate_standing
from services.declaration.storage import certificates
from services.declaration.use_cases.evaluating.certificate_content import (
    OF_THE_YEAR,
    PROVISIONAL,
    AnyCertificate,
    open_certificate,
)
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.postgres.rate_limit import Rate, take
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring

# The check has 64 random bits, so that guessing is hopeless at any pace; a hall of candidates is behind one address.
ASKED: Final = Rate("certificate_verifications", 300, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class VerifiedCertificate:
    """A certificate that is ours, what is printed on it, and what it is worth today; it ends with `last_day`."""

    printed: AnyCertificate
    issued_at: datetime
    standing: CertificateStanding
    provisional: bool
    last_day: date


async def count_question(tx: Transaction, keyring: Keyring, address: str, now: datetime) -> None:
    """In a transaction of its own, so that wrong numbers count too. Raises LimitReached."""
    await take(tx, ASKED, blind_index(keyring, "index_person", "client_address", address), now)


async def verify_certificate(
    reader: Reader, keyring: Keyring, number: str, check: str, *, now: datetime
) -> VerifiedCertificate:
    """Raises NotFound, for an unknown number and for a wrong check alike."""
    found = await certificates.select_by_number(reader, number)
    if found is None or not hmac.compare_digest(found.certificate_check, check):
        raise NotFound
    facts = found.facts
    printed = open_certificate(keyring, PROVISIONAL if facts.provisional else OF_THE_YEAR, found.id, found.certificate)
    standing = certificate_standing(facts, now.astimezone(SHANGHAI).date())
    return VerifiedCertificate(printed, found.issued_at, standing, facts.provisional, facts.last_day)
