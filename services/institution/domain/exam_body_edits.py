"""Changing the tree of exam bodies: who may, which bodies change with one, and what must hold afterwards (B4, 5.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from services.institution.domain.division import covers, prefix
from services.institution.domain.exam_body import ExamBody, Territory
from shared.errors import Conflict, Forbidden, Invalid

Change = Literal["create", "rename", "territory", "move", "merge", "close", "load"]


class OwnExamBody(Forbidden):
    """Nobody changes the node that he speaks for; the body above does (B4)."""

    code = "own_exam_body"
    message_zh = "本机构的名称、辖区与隶属关系须由上级考试管理机构办理，请联系上级。"
    message_en = "Your own body is changed by the body above it; ask there."


class MergeLevelsDiffer(Invalid):
    """A site goes up in a site, a point in a point: authority does not grow by merging."""

    code = "merge_levels_differ"
    message_zh = "只能与同级考试管理机构合并，请重新选择合并到的机构。"
    message_en = "A body merges with one of its own level only; choose another."


class SameExamBody(Invalid):
    """A body does not merge with, or hang below, itself."""

    code = "same_exam_body"
    message_zh = "目标机构即本机构，请选择其他机构。"
    message_en = "This is the body itself; choose another."


class TerritoriesOverlap(Conflict):
    """Two bodies below the same parent never answer for the same division."""

    code = "territories_overlap"
    message_zh = "辖区与同级机构 {name}（{code}）重叠，请先调整该机构的辖区。"
    message_en = "The territory overlaps that of {name} ({code}), below the same body; change that one first."


class TerritoryNotCovered(Conflict):
    """A body answers for nothing that the body above it does not answer for."""

    code = "territory_not_covered"
    message_zh = "机构 {name}（{code}）的辖区 {division} 超出上级机构的辖区，请先调整。"
    message_en = "Division {division} of {name} ({code}) is outside the territory of the body above; change that first."


class InstitutionsWithoutBody(Conflict):
    """No institution is left behind without a body that answers for its division."""

    code = "institutions_without_body"
    message_zh = "仍有 {count} 家机构向 {name}（{code}）备案，但该机构将不再负责；请先为其变更备案机构。"
    message_en = "{count} institutions file with {name} ({code}), which would not answer for them; move them first."


class BodiesWithoutParent(Conflict):
    """A body that others hang below is not closed."""

    code = "bodies_without_parent"
    message_zh = "机构 {name}（{code}）的上级机构将不再有效，请先将其迁移、合并或关闭。"
    message_en = "{name} ({code}) would hang below a body that is not active; move, merge or close it first."


@dataclass(frozen=True, slots=True)
class TreeEdit:
    """One change of the tree. `after` are the bodies that become different or new, with their own division codes;
    `rehoused` sends the institutions of one body to another."""

    subject_id: UUID
    change: Change
    reason: str
    after: Sequence[Territory]
    rehoused: Mapping[UUID, UUID]


def replanted(bodies: Sequence[Territory]) -> list[Territory]:
    """The same bodies, each path made anew from its parent's; bodies whose parent is not among them keep theirs."""
    by_id = {one.body.id: one for one in bodies}
    paths: dict[UUID, tuple[UUID, ...]] = {}

    def path_of(body: ExamBody) -> tuple[UUID, ...]:
        if body.id not in paths:
            above = None if body.parent_id is None else by_id.get(body.parent_id)
            paths[body.id] = body.path if above is None else (*path_of(above.body), body.id)
        return paths[body.id]

    return [replace(one, body=replace(one.body, path=path_of(one.body))) for one in bodies]


def changed(before: Sequence[Territory], after: Sequence[Territory]) -> list[Territory]:
    """Those of `after` that differ from what they were, each in its next version; new ones as they are."""
    was = {one.body.id: one for one in before}
    return [
        one
        if one.body.id not in was
        else replace(one, body=replace(one.body, version=was[one.body.id].body.version + 1))
        for one in after
        if was.get(one.body.id) != one
    ]


def overlap(left: Iterable[str], right: Iterable[str]) -> bool:
    """Whether two territories share a division."""
    others = list(right)
    return any(covers(others, code) or any(one.startswith(prefix(code)) for one in others) for code in left)


def joined(left: Iterable[str], right: Iterable[str]) -> tuple[str, ...]:
    """Both territories as one, without codes that another one of them covers."""
    codes = sorted({*left, *right})
    return tuple(code for code in codes if not covers([other for other in codes if other != code], code))


def require_sound(
    bodies: Sequence[Territory], housed: Mapping[tuple[UUID, str], int], touched: frozenset[UUID]
) -> None:
    """What must hold of a zone after an edit, wherever `touched` bodies or what hangs below them are concerned.

    `bodies` are all of the zone with their own codes; `housed` counts living institutions by filing body and division.
    Raises BodiesWithoutParent, TerritoriesOverlap, TerritoryNotCovered, InstitutionsWithoutBody."""
    by_id = {one.body.id: one for one in bodies}
    concerned = [one for one in bodies if not touched.isdisjoint(one.body.path)]
    active = [one for one in concerned if one.body.state == "active"]
    for one in active:
        _require_parent(one, by_id)
    _require_apart([one for one in bodies if one.body.state == "active"], touched)
    for one in concerned:
        _require_housed(one, by_id, housed)


def answers_for(one: Territory, by_id: Mapping[UUID, Territory]) -> tuple[str, ...]:
    """A body's own codes, or those of the nearest body above that has some."""
    for node in reversed(one.body.path):
        if codes := by_id[node].division_codes:
            return codes
    return ()


def _require_parent(one: Territory, by_id: Mapping[UUID, Territory]) -> None:
    if one.body.parent_id is None:
        return
    above = by_id[one.body.parent_id]
    if above.body.state != "active":
        raise BodiesWithoutParent(name=one.body.name, code=one.body.code)
    allowed = answers_for(above, by_id)
    for code in one.division_codes:
        if not covers(allowed, code):
            raise TerritoryNotCovered(name=one.body.name, code=one.body.code, division=code)


def _require_apart(active: Sequence[Territory], touched: frozenset[UUID]) -> None:
    siblings: dict[UUID | None, list[Territory]] = {}
    for one in active:
        if one.division_codes:
            siblings.setdefault(one.body.parent_id, []).append(one)
    for family in siblings.values():
        for one in family:
            if one.body.id not in touched:
                continue
            for other in family:
                if other.body.id != one.body.id and overlap(one.division_codes, other.division_codes):
                    raise TerritoriesOverlap(name=other.body.name, code=other.body.code)


def _require_housed(one: Territory, by_id: Mapping[UUID, Territory], housed: Mapping[tuple[UUID, str], int]) -> None:
    allowed = answers_for(one, by_id) if one.body.state == "active" else ()
    left = sum(n for (body, division), n in housed.items() if body == one.body.id and not covers(allowed, division))
    if left:
        raise InstitutionsWithoutBody(name=one.body.name, code=one.body.code, count=left)
