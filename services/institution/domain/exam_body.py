"""Exam bodies: a tree of zone, sites and registration points; who may create which (B4, B18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from shared.actor import Role
from shared.errors import Conflict, Forbidden, Invalid

Level = Literal["zone", "site", "point"]
ExamBodyState = Literal["active", "merged", "closed"]

BODY_ROLES: Final[Mapping[Role, Level]] = {"zone_admin": "zone", "site_admin": "site", "point_admin": "point"}
"""The level of body that an account with this role speaks for."""

ADMIN_ROLE: Final[Mapping[Level, Literal["zone_admin", "site_admin", "point_admin"]]] = {
    "zone": "zone_admin",
    "site": "site_admin",
    "point": "point_admin",
}

_MAY_CREATE: Final[Mapping[Role, frozenset[Level]]] = {
    "zone_admin": frozenset({"site", "point"}),
    "site_admin": frozenset({"point"}),
}
_PARENTS: Final[Mapping[Level, frozenset[Level]]] = {
    "zone": frozenset(),
    "site": frozenset({"zone"}),
    "point": frozenset({"zone", "site"}),
}


class LevelNotAllowed(Forbidden):
    """Graded responsibility: nobody creates a body of the own level or above (B4)."""

    code = "exam_body_level_not_allowed"
    message_zh = "您不能创建此级别的考试管理机构，请联系上级考试管理机构办理。"
    message_en = "You may not create an exam body of this level; ask the exam body above you."


class ParentLevelWrong(Invalid):
    """A site hangs below a zone, a point below a zone or a site."""

    code = "exam_body_parent_level_wrong"
    message_zh = "上级机构的级别不正确：考点隶属考区，报名点隶属考点或考区，请重新选择上级机构。"
    message_en = "A site belongs below a zone, a point below a site or zone; choose another parent."


class ExamBodyNotActive(Conflict):
    """A merged or closed body takes part in nothing new."""

    code = "exam_body_not_active"
    message_zh = "该考试管理机构已合并或关闭，请选择其他机构。"
    message_en = "This exam body was merged or closed; choose another one."


class ExamBodyTaken(Conflict):
    """Code, or name below the same parent, is in use."""

    code = "exam_body_taken"
    message_zh = "同级考试管理机构的名称或代码已存在，请核对后修改。"
    message_en = "An exam body with this code, or this name below the same parent, exists; check and change it."


@dataclass(frozen=True, slots=True)
class ExamBody:
    """A node of the tree; `path` runs from the zone down to the body itself."""

    id: UUID
    version: int
    level: Level
    parent_id: UUID | None
    path: tuple[UUID, ...]
    code: str
    name: str
    state: ExamBodyState
    successor_id: UUID | None = None
    """The body that this one was merged into."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A body with the division codes it answers for: its own, or those of the nearest body above that has some."""

    body: ExamBody
    division_codes: tuple[str, ...]


def require_may_create(role: Role, level: Level, parent: ExamBody) -> None:
    """Raises LevelNotAllowed, ParentLevelWrong, ExamBodyNotActive (B4). The parent is already known to lie in scope."""
    if level not in _MAY_CREATE.get(role, frozenset()):
        raise LevelNotAllowed
    require_may_hang(level, parent)


def require_may_hang(level: Level, parent: ExamBody) -> None:
    """Raises ParentLevelWrong, ExamBodyNotActive."""
    if parent.level not in _PARENTS[level]:
        raise ParentLevelWrong
    require_active(parent)


def require_active(body: ExamBody) -> None:
    """Raises ExamBodyNotActive."""
    if body.state != "active":
        raise ExamBodyNotActive
