"""The tree of exam bodies is brought to what a file says; the same file twice changes nothing (B4, B18, 5.8)."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.institution.domain.exam_body import ExamBody, Territory, require_may_hang
from services.institution.domain.exam_body_edits import TreeEdit, changed, replanted
from services.institution.domain.exam_body_file import ExamBodyFileWrong, ExamBodyLine, line_of
from services.institution.storage import exam_bodies, exam_body_tree
from services.institution.use_cases.exam_bodies.apply_tree_edit import apply_tree_edit
from services.institution.use_cases.exam_bodies.require_divisions import require_divisions
from shared.actor import SYSTEM
from shared.errors import NotFound
from shared.ids import new_id
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of a body, in its own terms."""

    name: str
    parent: str
    divisions: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of one body: `was` is None for a new one, `now` for one that the file leaves out and that stays."""

    code: str
    was: Said | None
    now: Said | None


async def load_exam_bodies(tx: Transaction, zone_code: str, lines: Iterable[str], now: datetime) -> list[Difference]:
    """Create, rename, move and give divisions as the file says, as one edit under all guards. Nobody is invited.

    Raises NotFound (no such zone), ExamBodyFileWrong, DivisionUnknown, and what guards an edit."""
    if (zone := await exam_bodies.select_by_code(tx, zone_code)) is None or zone.level != "zone":
        raise NotFound
    await exam_body_tree.lock_zone(tx, zone.id, zone.id)
    before = await exam_body_tree.select_subtree(tx, zone.id)
    planted = {one.body.code: one for one in before}
    named = [line_of(number, row) for number, row in enumerate(csv.DictReader(lines), start=2)]
    for line in sorted(named, key=lambda one: (("zone", "site", "point").index(one.level), one.number)):
        await require_divisions(tx, line.division_codes)
        planted[line.code] = _planted(line, planted)
    wanted = replanted(list(planted.values()))
    after = changed(before, wanted)
    if after:
        edit = TreeEdit(zone.id, "load", "load-exam-bodies", after, {})
        await apply_tree_edit(tx, edit, before, actor=SYSTEM, now=now)
    return _differences(before, after, {line.code for line in named} | {zone.code})


def _planted(line: ExamBodyLine, planted: dict[str, Territory]) -> Territory:
    if (parent := planted.get(line.parent_code)) is None:
        raise ExamBodyFileWrong(line=line.number)
    require_may_hang(line.level, parent.body)
    if (known := planted.get(line.code)) is None:
        body_id = new_id()
        path = (*parent.body.path, body_id)
        body = ExamBody(body_id, 1, line.level, parent.body.id, path, line.code, line.name, "active")
        return Territory(body, line.division_codes)
    if known.body.level != line.level or known.body.state != "active":
        raise ExamBodyFileWrong(line=line.number)
    return Territory(replace(known.body, name=line.name, parent_id=parent.body.id), line.division_codes)


def _differences(before: Sequence[Territory], after: Sequence[Territory], named: set[str]) -> list[Difference]:
    """Bodies that only came along with a moved one differ in nothing that a file says, and are left out."""
    codes = {one.body.id: one.body.code for one in (*before, *after)}

    def said(one: Territory) -> Said:
        above = one.body.parent_id
        return Said(one.body.name, "" if above is None else codes[above], " ".join(one.division_codes))

    was = {one.body.id: said(one) for one in before}
    told = [Difference(one.body.code, was.get(one.body.id), said(one)) for one in after]
    unnamed = [one for one in before if one.body.code not in named and one.body.state == "active"]
    return [one for one in told if one.was != one.now] + [
        Difference(one.body.code, was[one.body.id], None) for one in unnamed
    ]
