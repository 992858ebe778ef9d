"""Handlers: how far an institution's owner account has come, and inviting the owner again (C1, B6)."""

from services.institution.api.schemas.account_chains import AccountChainView, ReinvitationBody
from services.institution.dependencies import Dependencies
from services.institution.domain.application import OwnerToBe
from services.institution.domain.scope import scope_of
from services.institution.storage import account_chains, institutions
from services.institution.use_cases.institutions.reinvite_owner import reinvite_owner
from shared.web.call import Call


async def get_account_chain(call: Call[Dependencies]) -> AccountChainView:
    """C1."""
    return await _chain(call)


async def post_owner_invitation(call: Call[Dependencies], body: ReinvitationBody) -> AccountChainView:
    """C1; what becomes of it shows in the chain."""
    owner = OwnerToBe(body.owner.name, body.owner.phone)
    institution_id = call.path_id("institution_id")
    await reinvite_owner(call.tx, call.deps.keyring, institution_id, owner, actor=call.actor, now=call.now)
    return await _chain(call)


async def _chain(call: Call[Dependencies]) -> AccountChainView:
    found = await institutions.select(call.reader, call.path_id("institution_id"), scope_of(call.actor))
    return AccountChainView.of(found, await account_chains.select(call.reader, found.id), call.now)
