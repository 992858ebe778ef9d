"""What anchors find that the chain alone can not: a past that was taken back or made anew (V63)."""

import asyncio
from pathlib import Path

import asyncpg
import orjson
import pytest

from shared.audit import anchor_store
from shared.audit.anchor_store import AnchorOvertaken
from shared.audit.anchoring import anchor_chain
from shared.audit.anchors import SignedAnchor, data_class, verify
from shared.audit.findings import Finding
from shared.audit.verifying import Kept, verify_chain
from shared.objectstore import Bucket
from shared.process.audit_commands import chain_of
from shared.security.keyring import Key, Keyring
from tests.integration.shared.audit.conftest import INTERVAL, Watched, kinds


@pytest.mark.requirement("V63")
async def test_anchors_rest_in_the_bucket_and_with_the_keeper(watched: Watched) -> None:
    """Three anchors, each signed and naming the one before; bucket and keeper hold the same, and nothing is found."""
    await watched.history(3)
    verdict = await watched.verified()
    assert (verdict.findings, verdict.anchors, verdict.entries) == ((), 3, 72)
    kept = [verify(watched.chain.keyring, "institution", copy.signed) for copy in await watched.kept()]
    assert [anchor.number for anchor in kept] == [1, 2, 3]
    assert [anchor.previous for anchor in kept[1:]] == [anchor.digest for anchor in kept[:-1]]
    assert len(await anchor_store.list_objects(watched.chain.bucket)) == 3


@pytest.mark.requirement("V63")
async def test_a_cut_tail_is_found_by_the_job_and_in_full(watched: Watched) -> None:
    """Entries taken away with their head set back: the lane ends before what was anchored, at that position."""
    await watched.history(2)
    head = await watched.longest_lane()
    await watched.cut_tail(head, 1)
    expected = Finding("rolled_back", head.lane, head.sequence, 2)
    assert await anchor_chain(watched.chain, watched.clock.now()) == [expected]
    assert (await watched.verified()).open == (expected,)


@pytest.mark.requirement("V63")
async def test_a_chain_rewritten_as_a_whole_is_found(watched: Watched) -> None:
    """Every digest is right in itself, and not the one that was anchored."""
    await watched.history(2)
    head = await watched.longest_lane()
    await watched.rewrite(head.lane, head.sequence)
    expected = Finding("rewritten", head.lane, head.sequence, 2)
    assert await anchor_chain(watched.chain, watched.clock.now()) == [expected]
    assert (await watched.verified()).open == (expected,)
    assert (await watched.verified(with_keeper=False)).open == (expected,)


@pytest.mark.requirement("V63")
async def test_a_restored_backup_is_found(watched: Watched, tmp_path: Path) -> None:
    """The whole database, anchors and all, is that of an earlier moment: the bucket remembers, also when it went on."""
    await watched.history(2)
    dump = await watched.dump(tmp_path)
    ahead = {head.lane: head for head in (await watched.verified()).heads}
    await watched.history(2)
    async with watched.rolled_back_to(dump) as restored:
        found = await restored.anchor()
        assert kinds(found) == {"anchor_unknown", "rolled_back"}
        await restored.record(64)
        found = list((await restored.verified()).open)
    assert Finding("anchor_unknown", anchor=4) in found
    contradicted = [f for f in found if f.kind in ("rolled_back", "rewritten")]
    assert contradicted
    assert all(f.lane is not None and (f.sequence or 0) > ahead[f.lane].sequence for f in contradicted)
    assert {f.anchor for f in contradicted} <= {3, 4}


@pytest.mark.requirement("V63")
async def test_control_without_anchors_a_restored_backup_goes_unnoticed(watched: Watched, tmp_path: Path) -> None:
    """Control: the same rollback, the bucket's anchors gone and no keeper asked: nothing seems wrong."""
    await watched.history(1)
    dump = await watched.dump(tmp_path)
    await watched.history(2)
    async with watched.rolled_back_to(dump) as restored:
        for number in (2, 3):
            await watched.chain.bucket.delete(await watched.object_key(number))
        assert (await restored.verified(with_keeper=False)).open == ()
        assert await anchor_chain(restored.chain, restored.clock.now()) == []
        # The keeper was not: both the copies and what the service sends now say so.
        assert {"anchor_missing", "anchor_forked"} <= kinds((await restored.verified()).open)


@pytest.mark.requirement("V63")
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_removed_anchor_is_missed(watched: Watched, number: int) -> None:
    """First, middle or last: its number is named."""
    await watched.history(3)
    await watched.chain.bucket.delete(await watched.object_key(number))
    assert (await watched.verified()).open == (Finding("anchor_missing", anchor=number),)


@pytest.mark.requirement("V63")
@pytest.mark.parametrize("how", ["sealed by another key", "other heads", "another service's"])
async def test_an_altered_or_exchanged_anchor_is_found(watched: Watched, how: str) -> None:
    """By whoever has the bucket, and even by whoever has the service's sealing key but signs for another service."""
    await watched.history(2)
    key, own = await watched.object_key(2), data_class("institution")
    content = orjson.loads(await watched.chain.bucket.get(key, own))
    bucket, expected = watched.chain.bucket, Finding("anchor_altered", anchor=2)
    if how == "sealed by another key":
        ring = Keyring({own: ("k1", {"k1": Key("k1", "AES-256-GCM", bytes(32))})})
        bucket = Bucket(watched.service.settings.bucket, ring)
    elif how == "other heads":
        content["document"] = content["document"].replace('"number":2', '"number":9')
    else:
        theirs = watched.keeper
        await anchor_chain(chain_of(theirs.definition, theirs.foundation), watched.clock.now())
        async with theirs.database.read() as reader:
            signed = await anchor_store.select_newest(reader, "notification")
        assert signed is not None
        content, expected = signed.to_json(), Finding("anchor_foreign", anchor=2)
    await bucket.put(key, orjson.dumps(content), own)
    if bucket is not watched.chain.bucket:
        bucket.close()
    assert (await watched.verified(with_keeper=False)).open == (expected,)
    assert (await watched.verified()).open == (expected,)


@pytest.mark.requirement("V63")
async def test_a_missing_copy_of_the_keeper_is_found(watched: Watched) -> None:
    """With its number; and a copy that somebody altered, or of another service, counts as none."""
    await watched.history(3)
    kept, now = await watched.kept(), watched.clock.now() + 2 * INTERVAL
    verdict = await verify_chain(watched.chain, now, 2 * INTERVAL, [kept[0], kept[2]])
    assert verdict.open == (Finding("kept_copy_missing", anchor=2),)
    altered = SignedAnchor(kept[1].signed.document, "k1", bytes(32))
    verdict = await verify_chain(watched.chain, now, 2 * INTERVAL, [kept[0], Kept(2, altered), kept[2]])
    assert set(verdict.open) == {Finding("kept_copy_missing", anchor=2), Finding("anchor_altered", anchor=2)}


@pytest.mark.requirement("V63")
async def test_an_anchor_on_its_way_to_the_keeper_is_not_missed(watched: Watched) -> None:
    """The newest was published a moment ago: no false alarm; twenty minutes later it is one."""
    await watched.history(2)
    kept = (await watched.kept())[:1]
    at = watched.clock.now() - INTERVAL
    assert (await verify_chain(watched.chain, at, 2 * INTERVAL, kept)).open == ()
    late = await verify_chain(watched.chain, at + 2 * INTERVAL, 2 * INTERVAL, kept)
    assert late.open == (Finding("kept_copy_missing", anchor=2),)


@pytest.mark.requirement("V63")
async def test_a_run_killed_before_the_bucket_is_finished_by_the_next(watched: Watched) -> None:
    """The commit came through, the object did not: the next run stores it, and nothing is found."""
    await watched.history(2)
    await watched.chain.bucket.delete(await watched.object_key(2))
    assert await watched.anchor() == []
    assert (await watched.verified()).open == ()


@pytest.mark.requirement("V63")
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control: unguarded"])
async def test_runs_at_the_same_moment_make_one_anchor(
    watched: Watched, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight runs at once: one anchor of number 1, the others are told so; without the guard there are several."""
    if not guarded:
        monkeypatch.setattr(anchor_store, "_INSERT_OWN", anchor_store._INSERT_KEPT)
    await watched.record()
    moments = [watched.clock.now().replace(second=second) for second in range(8)]
    done = await asyncio.gather(*(anchor_chain(watched.chain, at) for at in moments), return_exceptions=True)
    async with watched.chain.database.read() as reader:
        numbers = [row["number"] for row in await reader.fetch("SELECT number FROM audit_anchor")]
    if guarded:
        assert numbers == [1]
        assert [type(one) for one in done if isinstance(one, BaseException)] == [AnchorOvertaken] * 7
    else:
        assert len(numbers) > 1


@pytest.mark.requirement("V63")
async def test_the_services_role_can_not_change_an_anchor(watched: Watched) -> None:
    """Neither its own nor those it keeps."""
    await watched.history(1)
    for statement in ("UPDATE audit_anchor SET number = 9", "DELETE FROM audit_anchor", "TRUNCATE audit_anchor"):
        for database in (watched.chain.database, watched.keeper.database):
            async with database.read() as reader:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await reader.fetch(statement)
