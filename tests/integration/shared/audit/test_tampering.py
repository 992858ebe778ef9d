"""Tampering inside a chain, by the owner of the schema: found without any anchor, with lane and entry (V62)."""

import pytest

from shared.audit.anchors import Head
from shared.audit.chain import read_heads, walk
from shared.audit.findings import Finding, Kind
from tests.integration.shared.audit.conftest import Watched, record

# $1 is the lane; its entries are 1 to 6.
_KINDS: dict[str, tuple[str, tuple[tuple[Kind, int], ...]]] = {
    "edit an entry": (
        "UPDATE audit_entry SET entry = replace(entry, 'thing', 'thinG') WHERE lane = $1 AND sequence = 2",
        (("entry_altered", 2),),
    ),
    "edit a digest": (
        "UPDATE audit_entry SET digest = sha256(digest) WHERE lane = $1 AND sequence = 2",
        (("entry_altered", 2), ("entry_altered", 3)),
    ),
    "file it under another subject": (
        "UPDATE audit_entry SET subject_id = gen_random_uuid() WHERE lane = $1 AND sequence = 4",
        (("columns_differ", 4),),
    ),
    "file it under another action": (
        "UPDATE audit_entry SET action = 'thing.look' WHERE lane = $1 AND sequence = 4",
        (("columns_differ", 4),),
    ),
    "delete an entry": (
        "DELETE FROM audit_entry WHERE lane = $1 AND sequence = 3",
        (("entry_missing", 3),),
    ),
    "delete the last ones": (
        "DELETE FROM audit_entry WHERE lane = $1 AND sequence > 4",
        (("entry_missing", 5),),
    ),
    "renumber": (
        "UPDATE audit_entry SET sequence = sequence + 10 WHERE lane = $1 AND sequence = 6",
        (("entry_beyond_head", 16), ("entry_missing", 6)),
    ),
    "insert": (
        "INSERT INTO audit_entry SELECT lane, 7, subject_id, action, entry, sha256(digest || int8send(7) || "
        "convert_to(entry, 'UTF8')) FROM audit_entry WHERE lane = $1 AND sequence = 6",
        (("entry_beyond_head", 7),),
    ),
    "exchange two": (
        "UPDATE audit_entry e SET (subject_id, action, entry, digest) = ("
        "SELECT o.subject_id, o.action, o.entry, o.digest FROM audit_entry o "
        "WHERE o.lane = e.lane AND o.sequence = 7 - e.sequence) WHERE lane = $1 AND sequence IN (3, 4)",
        (("entry_moved", 3), ("entry_moved", 4)),
    ),
    "set the head back": (
        "UPDATE audit_chain c SET (sequence, digest) = (SELECT sequence, digest FROM audit_entry e "
        "WHERE e.lane = c.lane AND e.sequence = 5) WHERE lane = $1",
        (("entry_beyond_head", 6),),
    ),
    "change the head": (
        "UPDATE audit_chain SET digest = sha256(digest) WHERE lane = $1",
        (("head_differs", 6),),
    ),
}


async def _found(watched: Watched) -> list[Finding]:
    heads = await read_heads(watched.chain.database)
    walked = await walk(watched.chain.database, heads)
    return sorted([*heads.findings, *walked.findings], key=lambda f: (f.kind, f.sequence or 0))


async def _lane_of_six(watched: Watched) -> int:
    await record(watched.chain.database, 6)
    heads = (await read_heads(watched.chain.database)).in_order
    used: list[Head] = [head for head in heads if head.sequence]
    assert [head.sequence for head in used] == [6]
    return used[0].lane


@pytest.mark.requirement("V62")
@pytest.mark.parametrize("kind", _KINDS)
async def test_tampering_is_found_at_its_place(watched: Watched, kind: str) -> None:
    """Before: nothing is found. After: exactly this, in this lane, at this entry."""
    statement, expected = _KINDS[kind]
    lane = await _lane_of_six(watched)
    assert await _found(watched) == []
    async with watched.owner() as owner:
        await owner.execute(statement, lane)
    assert await _found(watched) == [Finding(what, lane, sequence) for what, sequence in expected]


@pytest.mark.requirement("V62")
async def test_a_lane_whose_head_is_gone_is_named(watched: Watched) -> None:
    """Without its head nothing of a lane can be trusted."""
    lane = await _lane_of_six(watched)
    async with watched.owner() as owner:
        await owner.execute("DELETE FROM audit_chain WHERE lane = $1", lane)
    assert await _found(watched) == [Finding("head_missing", lane)]
