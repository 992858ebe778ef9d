"""The seven kinds of tampering, each on a copy of a whole database, each named with its place (V62, V63)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from shared.audit.anchors import Head
from shared.audit.chain import read_heads
from shared.audit.findings import Finding, Tampering, tampering_of
from tests.integration.shared.audit.conftest import Watched, record

_EDIT = "UPDATE audit_entry SET entry = replace(entry, 'thing', 'thinG') WHERE lane = $1 AND sequence = 2"
_DELETE = "DELETE FROM audit_entry WHERE lane = $1 AND sequence = 2"
_REORDER = """
UPDATE audit_entry e SET (subject_id, action, entry, digest) = (
    SELECT o.subject_id, o.action, o.entry, o.digest FROM audit_entry o
    WHERE o.lane = e.lane AND o.sequence = 5 - e.sequence)
WHERE lane = $1 AND sequence IN (2, 3)
"""
# Room is made, the new entry follows from the one before it, and the head is moved on.
_INSERT = (
    "UPDATE audit_entry SET sequence = sequence + 1000 WHERE lane = $1 AND sequence > 2",
    "UPDATE audit_entry SET sequence = sequence - 999 WHERE lane = $1 AND sequence > 1000",
    "INSERT INTO audit_entry SELECT lane, 3, subject_id, action, entry, sha256(digest || int8send(3) || "
    "convert_to(entry, 'UTF8')) FROM audit_entry WHERE lane = $1 AND sequence = 2",
    "UPDATE audit_chain SET sequence = sequence + 1 WHERE lane = $1",
)
Deed = Callable[[Watched, Watched, Head], Awaitable[Finding]]


def _by(*statements: str, finds: Finding) -> Deed:
    """Statements of the schema's owner in the copy; `finds` is to be found in the lane."""

    async def tamper(_live: Watched, copy: Watched, head: Head) -> Finding:
        async with copy.owner() as owner, owner.transaction():
            for statement in statements:
                await owner.execute(statement, head.lane)
        return Finding(finds.kind, head.lane, finds.sequence)

    return tamper


async def _cut(_live: Watched, copy: Watched, head: Head) -> Finding:
    await copy.cut_tail(head, 1)
    return Finding("rolled_back", head.lane, head.sequence, 2)


async def _roll_back(live: Watched, _copy: Watched, _head: Head) -> Finding:
    """The copy stays what it was, the world goes on."""
    await live.history(1)
    return Finding("anchor_unknown", anchor=3)


async def _forge_time(_live: Watched, copy: Watched, _head: Head) -> Finding:
    """By the service itself, whose clock somebody set back over the end of a deadline."""
    before = {head.lane: head.sequence for head in (await read_heads(copy.chain.database)).in_order}
    await record(copy.chain.database, at=copy.clock.now() - timedelta(days=2))
    grown = [h for h in (await read_heads(copy.chain.database)).in_order if h.sequence > before[h.lane]]
    assert len(grown) == 1
    return Finding("clock_differs", grown[0].lane, grown[0].sequence)


_KINDS: dict[Tampering, Deed] = {
    "edit": _by(_EDIT, finds=Finding("entry_altered", sequence=2)),
    "delete": _by(_DELETE, finds=Finding("entry_missing", sequence=2)),
    "insert": _by(*_INSERT, finds=Finding("entry_inserted", sequence=3)),
    "reorder": _by(_REORDER, finds=Finding("entry_moved", sequence=2)),
    "tail_cut": _cut,
    "rollback": _roll_back,
    "clock_forgery": _forge_time,
}


@pytest.mark.requirement("V62", "V63")
@pytest.mark.parametrize("kind", _KINDS)
async def test_each_kind_is_named_at_its_place_on_a_copy(watched: Watched, tmp_path: Path, kind: Tampering) -> None:
    """The untouched copy verifies (the control); then the kind is named, at its place."""
    await watched.history(2)
    dump = await watched.dump(tmp_path)
    async with watched.rolled_back_to(dump) as copy:
        assert (await copy.verified()).open == ()
        head = await copy.longest_lane()
        expected = await _KINDS[kind](watched, copy, head)
        found = (await copy.verified()).open
        assert expected in found
        assert tampering_of(expected, found) == kind
        # What else is found is of the same lane, or of everything where everything went back.
        assert kind == "rollback" or {one.lane for one in found} == {expected.lane}
    # The live database was not touched.
    assert (await watched.verified()).open == ()


@pytest.mark.requirement("V62", "V63")
async def test_control_an_honest_entry_is_no_forgery(watched: Watched, tmp_path: Path) -> None:
    """The same as the forged one, with the true time; and without the anchors before it the forged one shows not."""
    await watched.history(2)
    dump = await watched.dump(tmp_path)
    async with watched.rolled_back_to(dump) as copy:
        await record(copy.chain.database, at=copy.clock.now())
        assert (await copy.verified()).open == ()
        await record(copy.chain.database, at=copy.clock.now() - timedelta(days=2))
        await copy.forget_anchors()
        assert "clock_differs" not in {one.kind for one in (await copy.verified(with_keeper=False)).open}
