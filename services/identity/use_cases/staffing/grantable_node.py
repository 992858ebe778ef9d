"""The node somebody may give an account for (B4, B5, V12)."""

from uuid import UUID

from services.identity.domain.authority import ScopeNode, own_node, require_may_invite
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import known_scopes
from shared.postgres.transaction import Reader


async def grantable_node(reader: Reader, giver: StaffAccount, role: str, scope_id: UUID) -> ScopeNode:
    """The node; the giver's own is known even before the institution service tells of it. Whoever does not work any
    more gives nothing. Raises BeyondOwnRights."""
    node = await known_scopes.select(reader, scope_id)
    if node is None and scope_id == giver.scope_id:
        node = own_node(giver.role, giver.scope_id, giver.scope_name)
    works = giver.state in ("active", "locked")
    return require_may_invite(giver.role if works else "nobody", giver.scope_id, role, node)
