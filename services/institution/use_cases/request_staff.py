"""Ask identity to invite a staff account: name and phone leave sealed and are not kept here (B4, B5, C1)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared import outbox
from shared.contracts.institution import StaffRequested
from shared.ids import StaffId, new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event

RequestedRole = Literal["zone_admin", "site_admin", "point_admin", "institution_owner"]


def request_staff(
    tx: Transaction,
    keyring: Keyring,
    *,
    role: RequestedRole,
    scope_id: UUID,
    scope_name: str,
    name: str,
    phone: str,
    requested_by: UUID | None,
    now: datetime,
) -> UUID:
    """Publish StaffRequested with `tx`; the id of the request."""
    request_id = new_id()

    def sealed(field: str, value: str) -> str:
        return seal_for_event(keyring, "contact", f"{StaffRequested.TYPE}.{field}:{request_id}", value)

    event = StaffRequested(
        occurred_at=now,
        aggregate_version=1,
        request_id=request_id,
        role=role,
        scope_kind="institution" if role == "institution_owner" else "exam_body",
        scope_id=scope_id,
        scope_name=scope_name,
        name=sealed("name", name),
        phone=sealed("phone", phone),
        requested_by=None if requested_by is None else StaffId(requested_by),
    )
    outbox.add(tx, event)
    return request_id
