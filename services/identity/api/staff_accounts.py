"""Accounts below one's own: lists, details, the log of logins, and what a superior does with them (4.8, B5, B6)."""

from services.identity.api.calls import IdentityCall
from services.identity.api.staff_account_schemas import (
    LoginView,
    ReasonBody,
    StaffDetailView,
    StaffInvitedView,
    StaffSearchBody,
    StaffView,
)
from services.identity.domain.person_name import plain_name
from services.identity.domain.phone import plain_phone
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_below, staff_logins
from services.identity.storage.staff_below import StaffFilter
from services.identity.storage.staff_logins import SeenLogin
from services.identity.use_cases.staffing.disable_staff import disable_staff
from services.identity.use_cases.staffing.managed_account import superior_of
from services.identity.use_cases.staffing.renew_invitation import renew_invitation
from services.identity.use_cases.staffing.reset_second_factor import reset_second_factor
from services.identity.use_cases.staffing.staff_events import staff_name, staff_phone
from services.identity.use_cases.staffing.unlock_staff import unlock_staff
from shared.masking import mask_name, mask_phone
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import unseal_text
from shared.web.cursors import Page
from shared.web.paging import page_of, position
from shared.web.schemas import PageQuery

_LOGINS_SHOWN = 20


async def get_staff_accounts(call: IdentityCall) -> Page[StaffView]:
    """4.8."""
    query = call.query
    wanted = StaffFilter(state=query.state, role=query.role, scope_id=query.scope_id)
    return await _page(call, wanted, query)


async def post_staff_account_search(call: IdentityCall, body: StaffSearchBody) -> Page[StaffView]:
    """4.8, V55: names and phones are searched for in a body, whole, by their keyed hashes."""
    keyring = call.deps.keyring
    phone = None if body.phone is None else plain_phone(body.phone)
    name = None if body.name is None else plain_name(body.name)
    wanted = StaffFilter(
        body.state,
        body.role,
        body.scope_id,
        None if phone is None else blind_index(keyring, "index_contact", "phone", phone),
        None if name is None else blind_index(keyring, "index_contact", "name", name),
    )
    return await _page(call, wanted, body)


async def get_staff_account(call: IdentityCall) -> StaffDetailView:
    """4.8, B6."""
    superior = superior_of(call.actor)
    account = await staff_below.select(call.reader, superior, call.path_id("staff_id"))
    logins = await staff_logins.select_page(
        call.reader, superior, call.actor.id, None, account.staff_id, None, _LOGINS_SHOWN
    )
    keyring = call.deps.keyring
    shown = [_login(one, keyring) for one in logins]
    return StaffDetailView(**staff_view(account, keyring).model_dump(), logins=shown)


async def get_staff_logins(call: IdentityCall) -> Page[LoginView]:
    """B6: the institution's last logins for its owner, those below for an exam body."""
    query, keyring = call.query, call.deps.keyring
    superior, before = superior_of(call.actor), position(query)
    rows = await staff_logins.select_page(
        call.reader, superior, call.actor.id, before, query.staff_id, query.result, query.limit + 1
    )
    return page_of(Page[LoginView], query, rows, lambda one: _login(one, keyring), lambda one: one.login_id)


async def post_staff_disablement(call: IdentityCall, body: ReasonBody) -> StaffView:
    """4.8."""
    staff_id, version, keyring = call.path_id("staff_id"), call.expected_version, call.deps.keyring
    account = await disable_staff(
        call.tx, staff_id, version, body.reason, actor=call.actor, keyring=keyring, now=call.now
    )
    return staff_view(account, keyring)


async def post_staff_unlocking(call: IdentityCall) -> StaffView:
    """4.8."""
    staff_id, version, keyring = call.path_id("staff_id"), call.expected_version, call.deps.keyring
    account = await unlock_staff(call.tx, staff_id, version, actor=call.actor, keyring=keyring, now=call.now)
    return staff_view(account, keyring)


async def post_second_factor_reset(call: IdentityCall, body: ReasonBody) -> StaffInvitedView:
    """V11."""
    staff_id, version, deps = call.path_id("staff_id"), call.expected_version, call.deps
    account, invitation = await reset_second_factor(
        call.tx,
        staff_id,
        version,
        body.reason,
        actor=call.actor,
        keyring=deps.keyring,
        limits=deps.settings.staff,
        now=call.now,
    )
    return StaffInvitedView(**staff_view(account, deps.keyring).model_dump(), expires_at=invitation.expires_at)


async def post_invitation_renewal(call: IdentityCall) -> StaffInvitedView:
    """4.8, V12."""
    staff_id, version, deps = call.path_id("staff_id"), call.expected_version, call.deps
    keyring, limits = deps.keyring, deps.settings.staff
    account, invitation = await renew_invitation(
        call.tx, staff_id, version, actor=call.actor, keyring=keyring, limits=limits, now=call.now
    )
    return StaffInvitedView(**staff_view(account, keyring).model_dump(), expires_at=invitation.expires_at)


async def _page(call: IdentityCall, wanted: StaffFilter, query: PageQuery) -> Page[StaffView]:
    superior, keyring = superior_of(call.actor), call.deps.keyring
    rows = await staff_below.select_page(call.reader, superior, wanted, position(query), query.limit + 1)
    return page_of(Page[StaffView], query, rows, lambda one: staff_view(one, keyring), lambda one: one.staff_id)


def staff_view(account: StaffAccount, keyring: Keyring) -> StaffView:
    """An account as shown to its holder and to those above."""
    return StaffView(
        staff_id=account.staff_id,
        role=account.role,
        scope_kind=account.scope_kind,
        scope_id=account.scope_id,
        scope_name=account.scope_name,
        name_masked=mask_name(staff_name(account, keyring)),
        phone_masked=mask_phone(staff_phone(account, keyring)),
        state=account.state,
        awaits_holder=account.awaits_holder,
        version=account.version,
        last_login_at=account.last_login_at,
        responsibility_accepted_at=account.responsibility_accepted_at,
        invited_until=account.invited_until,
    )


def _login(one: SeenLogin, keyring: Keyring) -> LoginView:
    name = unseal_text(keyring, "contact", f"staff_account.name:{one.staff_id}", one.name_sealed)
    return LoginView.model_validate(
        {
            "login_id": one.login_id,
            "staff_id": one.staff_id,
            "role": one.role,
            "name_masked": mask_name(name),
            "scope_id": one.scope_id,
            "at": one.at,
            "address_masked": one.address_masked,
            "client": one.client,
            "result": one.result,
            "method": one.method,
        }
    )
