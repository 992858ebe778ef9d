"""Staff accounts: invitation, acceptance, activation, login, one's own account."""

from aiohttp import web

from services.identity.api.calls import IdentityCall, caller_of, refuse
from services.identity.api.staff_accounts import staff_view
from services.identity.api.staff_attempts import Acceptance
from services.identity.api.staff_schemas import (
    AcceptanceView,
    InvitationBody,
    InvitationView,
    StaffMeView,
    StaffSessionView,
)
from services.identity.domain.person_name import plain_name
from services.identity.domain.phone import plain_phone
from services.identity.domain.refusals import Refused
from services.identity.storage import staff_accounts
from services.identity.use_cases.staffing.accept_invitation import accept_invitation
from services.identity.use_cases.staffing.check_factors import StaffAttempt
from services.identity.use_cases.staffing.grantable_node import grantable_node
from services.identity.use_cases.staffing.invite_staff import StaffWanted, invite_staff
from services.identity.use_cases.staffing.open_staff_session import open_staff_session

_WORKING = frozenset({"active", "locked"})
_WAITING = frozenset({"invited", "locked"})


async def post_staff_invitation(call: IdentityCall, body: InvitationBody) -> InvitationView:
    """B4, B5, C1, V12."""
    own = await staff_accounts.select(call.tx, call.actor.id)
    node = await grantable_node(call.tx, own, body.role, body.scope_id)
    name, phone = plain_name(body.name), plain_phone(body.phone)
    wanted = StaffWanted(body.role, node.kind, node.scope_id, node.name, name, phone)
    made = await invite_staff(call.tx, wanted, call.actor, call.deps.keyring, call.deps.settings.staff, call.now)
    return InvitationView(invitation_id=made.invitation_id, staff_id=made.staff_id, expires_at=made.expires_at)


async def post_staff_acceptance(call: IdentityCall, given: Acceptance) -> AcceptanceView | web.Response:
    """V12, B6."""
    deps, caller = call.deps, caller_of(call)
    accepted = await accept_invitation(
        call.tx, given.secret, given.phone, given.password_phc, caller, deps.keyring, deps.settings.staff, call.now
    )
    if isinstance(accepted, Refused):
        return refuse(call, accepted)
    return AcceptanceView(
        staff_id=accepted.staff_id,
        totp_secret=accepted.totp_secret,
        totp_uri=accepted.totp_uri,
        state=accepted.state,
    )


async def post_staff_activation(call: IdentityCall, attempt: StaffAttempt) -> StaffSessionView | web.Response:
    """V11: the first code proves the device."""
    return await _session(call, attempt, _WAITING)


async def post_staff_session(call: IdentityCall, attempt: StaffAttempt) -> StaffSessionView | web.Response:
    """V11, 4.8."""
    return await _session(call, attempt, _WORKING)


async def post_passkey_session(call: IdentityCall, attempt: StaffAttempt) -> StaffSessionView | web.Response:
    """V11: the device verified its holder, so the passkey is two factors."""
    return await _session(call, attempt, _WORKING)


async def get_staff_me(call: IdentityCall) -> StaffMeView:
    """V55."""
    account = await staff_accounts.select(call.reader, call.actor.id)
    return StaffMeView.model_validate(staff_view(account, call.deps.keyring).model_dump())


async def _session(
    call: IdentityCall, attempt: StaffAttempt, allowed: frozenset[str]
) -> StaffSessionView | web.Response:
    opened = await open_staff_session(call.tx, attempt, allowed, caller_of(call), call.deps.tokens, call.now)
    if isinstance(opened, Refused):
        return refuse(call, opened)
    assert opened.actor.scope_id is not None  # every staff account has a scope
    return StaffSessionView(
        **opened.tokens.model_dump(),
        staff_id=opened.actor.id,
        role=opened.actor.role,
        scope_id=opened.actor.scope_id,
    )
