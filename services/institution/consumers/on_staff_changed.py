"""A staff account changed. An owner who accepted the responsibility activates the institution (B6, C1)."""

from services.institution.dependencies import Dependencies
from services.institution.storage import known_staff
from services.institution.use_cases.institutions.activate_institution import activate_institution
from shared.contracts.identity_staff import StaffChanged
from shared.postgres.transaction import Transaction


async def on_staff_changed(tx: Transaction, event: StaffChanged, deps: Dependencies) -> None:
    """Learn the account. Activation looks at the institution's state, so an event that comes late does no harm."""
    accepted_at = event.responsibility_accepted_at
    await known_staff.upsert(
        tx,
        event.staff_id,
        event.aggregate_version,
        event.role,
        event.scope_kind,
        event.scope_id,
        event.state,
        accepted_at,
        event.invited_until,
    )
    await known_staff.update_first_seen(
        tx,
        event.staff_id,
        event.occurred_at if event.state == "invited" else None,
        event.occurred_at if event.state == "active" else None,
    )
    if event.role == "institution_owner" and event.state in ("active", "locked") and accepted_at is not None:
        await activate_institution(
            tx,
            deps.keyring,
            event.scope_id,
            owner_id=event.staff_id,
            accepted_at=accepted_at,
            now=deps.clock.now(),
        )
