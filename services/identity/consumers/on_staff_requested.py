"""An exam body or institution got a new account holder: invite the person (B4, B5, C1, V12)."""

from services.identity.dependencies import Dependencies
from services.identity.domain.authority import require_grant, require_may_invite
from services.identity.domain.staff_account import StaffAlreadyActive
from services.identity.storage import known_scopes, staff_accounts
from services.identity.use_cases.staffing.invite_staff import StaffWanted, invite_staff
from services.identity.use_cases.staffing.withdraw_owner_invitations import withdraw_owner_invitations
from shared import audit
from shared.actor import SYSTEM, Actor
from shared.contracts.institution import StaffRequested
from shared.errors import NotFound, Unavailable
from shared.postgres.transaction import Transaction
from shared.security.sealing import unseal_from_event


class ScopeNotKnownYet(Unavailable):
    """The node the account is for has not been heard of; tried again later."""

    code = "scope_not_known_yet"


class RequesterNotKnownYet(Unavailable):
    """Nobody here has the id of the account that asked; tried again later."""

    code = "requester_not_known_yet"


async def on_staff_requested(tx: Transaction, event: StaffRequested, deps: Dependencies) -> None:
    """Invite. Raises BeyondOwnRights (parked) when the asker may not hand out this role, or not for this node. Asking
    again for an account that waits sends a new secret; for one that works already nothing happens."""
    actor = await _requester(tx, event)
    place = f"{StaffRequested.TYPE}.%s:{event.request_id}"
    wanted = StaffWanted(
        role=event.role,
        scope_kind=event.scope_kind,
        scope_id=event.scope_id,
        scope_name=event.scope_name,
        name=unseal_from_event(deps.keyring, "contact", place % "name", event.name),
        phone=unseal_from_event(deps.keyring, "contact", place % "phone", event.phone),
    )
    if event.role == "institution_owner":
        await withdraw_owner_invitations(
            tx, event.scope_id, wanted.phone, actor=actor, keyring=deps.keyring, now=deps.clock.now()
        )
    try:
        await invite_staff(tx, wanted, actor, deps.keyring, deps.settings.staff, deps.clock.now())
    except StaffAlreadyActive as nothing_to_do:
        audit.record(
            tx,
            "staff.invite_skipped",
            actor=actor,
            subject_kind="staff_request",
            subject_id=event.request_id,
            at=deps.clock.now(),
            reason=nothing_to_do.code,
        )


async def _requester(tx: Transaction, event: StaffRequested) -> Actor:
    """The account that asked, if one did; only the platform itself may ask for the first account of a zone."""
    if event.requested_by is None:
        return SYSTEM
    try:
        asker = await staff_accounts.select(tx, event.requested_by)
    except NotFound:
        raise RequesterNotKnownYet(retry_after=5) from None
    require_grant(asker.role, event.role)
    if (node := await known_scopes.select(tx, event.scope_id)) is None:
        raise ScopeNotKnownYet(retry_after=5)
    require_may_invite(asker.role, asker.scope_id, event.role, node)
    return Actor("staff", asker.staff_id, asker.role, scope_id=asker.scope_id)
