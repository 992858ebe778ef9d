"""Who may hand an account to whom: the rights of the new account always lie within the giver's (V12, B4, B5, C1)."""

from collections.abc import Mapping
from uuid import UUID

from shared.errors import Forbidden

GRANTS: Mapping[str, frozenset[str]] = {
    "zone_admin": frozenset({"site_admin", "point_admin", "institution_owner", "identity_reviewer", "auditor"}),
    "site_admin": frozenset({"point_admin", "institution_owner"}),
    "point_admin": frozenset({"institution_owner"}),
    "institution_owner": frozenset({"institution_business_admin"}),
}
"""Role -> roles it may call into being. Whoever is not named may call nobody."""

IN_OWN_SCOPE: Mapping[str, frozenset[str]] = {
    "zone_admin": frozenset({"identity_reviewer", "auditor"}),
    "institution_owner": frozenset({"institution_business_admin"}),
}
"""The invitations made here, for the inviter's own node; all others are asked for by the institution service."""


class BeyondOwnRights(Forbidden):
    """The invited role or scope lies outside the inviter's own."""

    code = "beyond_own_rights"
    message_zh = "只能在本机构范围内创建下级账号，请核对角色与所属机构。"
    message_en = "You can only create accounts below your own, inside your own scope; check role and scope."


def require_grant(giver_role: str, role: str) -> None:
    """Raise BeyondOwnRights unless `giver_role` may call `role` into being."""
    if role not in GRANTS.get(giver_role, frozenset()):
        raise BeyondOwnRights


def require_own_scope(giver_role: str, giver_scope: UUID | None, role: str, scope: UUID) -> None:
    """Raise BeyondOwnRights unless the inviter may make this account for his own node."""
    if role not in IN_OWN_SCOPE.get(giver_role, frozenset()) or giver_scope is None or giver_scope != scope:
        raise BeyondOwnRights
