"""Events that notification tells, and those that say how a person is reached: one builder for all its tests."""

from typing import Any
from uuid import UUID

from shared.contracts.declaration import DeclarationApproved
from shared.contracts.identity import PersonContactChanged
from shared.ids import PersonId, new_id
from shared.security.sealing import seal_for_event
from tests.support.service_under_test import ServiceUnderTest


def approved(service: ServiceUnderTest, person: UUID, **more: Any) -> DeclarationApproved:
    """Something that a candidate is told in the app and by SMS; `more`: other fields."""
    fields: dict[str, Any] = {
        "occurred_at": service.clock.now(),
        "aggregate_version": 1,
        "declaration_id": new_id(),
        "person_id": person,
        "institution_id": new_id(),
        "institution_name": "江岸区虚构医院",
        "cycle_year": 2027,
        "number": "D2027-000071",
    }
    return DeclarationApproved.model_validate(fields | more)


def reached(
    service: ServiceUnderTest,
    person: PersonId,
    phone: str,
    *,
    version: int = 1,
    openid: str | None = None,
    email: str | None = None,
) -> PersonContactChanged:
    """How a person is reached, sealed as identity does."""

    def sealed(name: str, value: str | None) -> str | None:
        place = f"{PersonContactChanged.TYPE}.{name}:{person}"
        return seal_for_event(service.keyring, "contact", place, value) if value else None

    return PersonContactChanged(
        occurred_at=service.clock.now(),
        aggregate_version=version,
        person_id=person,
        phone=sealed("phone", phone) or "",
        wechat_openid=sealed("wechat_openid", openid),
        email=sealed("email", email),
    )
