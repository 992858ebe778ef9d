"""Transfers of ownership: proposed by the owner, accepted by the successor, confirmed by the exam body (4.8, P15)."""

from uuid import UUID

from services.identity.api.calls import IdentityCall
from services.identity.api.staff_account_schemas import (
    ReasonBody,
    TransferAcceptanceBody,
    TransferBody,
    TransferView,
)
from services.identity.domain.person_name import plain_name
from services.identity.domain.phone import plain_phone
from services.identity.storage import ownership_transfers
from services.identity.use_cases.ownership.accept_transfer import accept_transfer
from services.identity.use_cases.ownership.confirm_transfer import confirm_transfer
from services.identity.use_cases.ownership.end_transfer import end_transfer
from services.identity.use_cases.ownership.propose_transfer import propose_transfer
from services.identity.use_cases.staffing.managed_account import superior_of
from shared.actor import Actor
from shared.web.cursors import Page
from shared.web.paging import page_of, position


async def post_ownership_transfer(call: IdentityCall, body: TransferBody) -> TransferView:
    """P15."""
    made = await propose_transfer(
        call.tx,
        plain_name(body.name),
        plain_phone(body.phone),
        body.old_owner,
        actor=call.actor,
        keyring=call.deps.keyring,
        limits=call.deps.settings.staff,
        now=call.now,
    )
    return TransferView.of(made)


async def get_ownership_transfers(call: IdentityCall) -> Page[TransferView]:
    """P15."""
    query, scope = call.query, superior_of(call.actor).scope_id
    rows = await ownership_transfers.select_page(
        call.reader, scope, _only_for(call.actor), position(query), query.state, query.limit + 1
    )
    return page_of(Page[TransferView], query, rows, TransferView.of, lambda one: one.transfer_id)


async def get_ownership_transfer(call: IdentityCall) -> TransferView:
    """P15."""
    scope, only_for = superior_of(call.actor).scope_id, _only_for(call.actor)
    found = await ownership_transfers.select(call.reader, scope, only_for, call.path_id("transfer_id"))
    return TransferView.of(found)


async def post_transfer_acceptance(call: IdentityCall, _body: TransferAcceptanceBody) -> TransferView:
    """P15, B6."""
    transfer_id, version = call.path_id("transfer_id"), call.expected_version
    return TransferView.of(await accept_transfer(call.tx, transfer_id, version, actor=call.actor, now=call.now))


async def post_transfer_confirmation(call: IdentityCall) -> TransferView:
    """P15."""
    transfer_id, version, keyring = call.path_id("transfer_id"), call.expected_version, call.deps.keyring
    moved = await confirm_transfer(call.tx, transfer_id, version, actor=call.actor, keyring=keyring, now=call.now)
    return TransferView.of(moved)


async def post_transfer_ending(call: IdentityCall, body: ReasonBody) -> TransferView:
    """P15: cancelled, declined or rejected, by whoever calls."""
    transfer_id, version = call.path_id("transfer_id"), call.expected_version
    moved = await end_transfer(call.tx, transfer_id, version, body.reason, actor=call.actor, now=call.now)
    return TransferView.of(moved)


def _only_for(actor: Actor) -> UUID | None:
    """A business admin sees the transfers to himself only."""
    return actor.id if actor.role == "institution_business_admin" else None
