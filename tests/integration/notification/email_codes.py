"""Codes to e-mail addresses, as identity issues them."""

from datetime import datetime, timedelta

from shared.contracts.identity import EmailCodeIssued
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.support.service_under_test import ServiceUnderTest


async def issue_email_code(service: ServiceUnderTest, address: str, at: datetime | None = None) -> None:
    """A code to one address, issued now or at another moment."""
    challenge, issued = new_id(), at or service.clock.now()
    place = f"{EmailCodeIssued.TYPE}.{{}}:{challenge}"
    await service.deliver(
        EmailCodeIssued(
            occurred_at=issued,
            aggregate_version=1,
            challenge_id=challenge,
            person_id=PersonId(new_id()),
            email=seal_for_event(service.keyring, "contact", place.format("email"), address),
            code=seal_for_event(service.keyring, "login_code", place.format("code"), "135790"),
            expires_at=issued + timedelta(minutes=10),
        )
    )
