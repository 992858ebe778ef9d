"""Who may hand an account to whom, and who stands above whom: rights only ever shrink on the way down (V12, B4, B5,
C1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.errors import Forbidden

Level = Literal["zone", "site", "point", "institution"]

GRANTS: Mapping[str, frozenset[str]] = {
    "zone_admin": frozenset({"site_admin", "point_admin", "institution_owner", "identity_reviewer", "auditor"}),
    "site_admin": frozenset({"point_admin", "institution_owner"}),
    "point_admin": frozenset({"institution_owner"}),
    "institution_owner": frozenset({"institution_business_admin"}),
}
"""Role -> roles it may call into being. Whoever is not named may call nobody."""

LEVELS: Mapping[str, frozenset[Level]] = {
    "zone_admin": frozenset({"zone"}),
    "site_admin": frozenset({"site"}),
    "point_admin": frozenset({"point"}),
    "institution_owner": frozenset({"institution"}),
    "institution_business_admin": frozenset({"institution"}),
    "identity_reviewer": frozenset({"zone"}),
    "auditor": frozenset({"zone", "site", "point"}),
}
"""Role -> kinds of node it may be tied to."""


@dataclass(frozen=True, slots=True)
class ScopeNode:
    """A node of the tree of exam bodies and institutions; `path` runs from the zone down to the node itself."""

    scope_id: UUID
    level: Level
    path: tuple[UUID, ...]
    name: str
    state: str

    @property
    def kind(self) -> Literal["exam_body", "institution"]:
        """What an account of this node is tied to."""
        return "institution" if self.level == "institution" else "exam_body"

    @property
    def is_no_more(self) -> bool:
        """Whether this is an exam body that was merged or closed: nobody speaks for it any more."""
        return self.level != "institution" and self.state in ("merged", "closed")

    @property
    def superior_id(self) -> UUID | None:
        """The node right above: for an institution the body it files with. None at the top."""
        return self.path[-2] if len(self.path) > 1 else None


def own_node(role: str, scope_id: UUID, scope_name: str) -> ScopeNode | None:
    """The node an account of `role` stands on, for as long as the institution service has told nothing of it."""
    levels = LEVELS.get(role, frozenset())
    return ScopeNode(scope_id, next(iter(levels)), (scope_id,), scope_name, "active") if len(levels) == 1 else None


class BeyondOwnRights(Forbidden):
    """The invited role or scope lies outside the inviter's own."""

    code = "beyond_own_rights"
    message_zh = "只能在本机构范围内创建下级账号，请核对角色与所属机构。"
    message_en = "You can only create accounts below your own, inside your own scope; check role and scope."


class ExamBodyNoMore(Forbidden):
    """Nobody is given an account of a body that was merged or closed."""

    code = "exam_body_no_more"
    message_zh = "该考试管理机构已合并或关闭，请为承接其职责的机构创建账号。"
    message_en = "This exam body was merged or closed; create the account for the one that took over."


def roles_below(role: str) -> frozenset[str]:
    """All roles under `role`, however many steps down: whom it may see, disable, unlock and reset (4.8)."""
    direct = GRANTS.get(role, frozenset())
    return direct.union(*(roles_below(one) for one in direct))


def require_grant(giver_role: str, role: str) -> None:
    """Raise BeyondOwnRights unless `giver_role` may call `role` into being."""
    if role not in GRANTS.get(giver_role, frozenset()):
        raise BeyondOwnRights


def require_may_invite(giver_role: str, giver_scope: UUID | None, role: str, node: ScopeNode | None) -> ScopeNode:
    """The node; BeyondOwnRights unless the role is the inviter's to give and the node is his own or lies below it. An
    unknown node and one of somebody else look the same. Raises ExamBodyNoMore."""
    require_grant(giver_role, role)
    if node is None or giver_scope not in node.path or node.level not in LEVELS[role]:
        raise BeyondOwnRights
    if node.is_no_more:
        raise ExamBodyNoMore
    return node
