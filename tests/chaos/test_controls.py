"""Negative controls of the chaos set: with a protection off, the same faults do lose and double, and the invariants say
so. Each control works on intents of its own and mends what it broke."""

import asyncio

import asyncpg

from tests.chaos.invariants import broken, settled
from tests.chaos.saga import History, Saga
from tests.support.waiting import wait_until

# Without inbox rows and with a fresh event id for each row, nothing in notification recognises a redelivery.
_FORGETFUL = """
CREATE FUNCTION notification.forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.message_id := gen_random_uuid(); RETURN NEW; END $$;
"""
_DOUBLES = "SELECT count(*) - count(DISTINCT parameters->>'number') FROM notification.message WHERE created_at >= $1"


async def test_without_the_outbox_a_kill_after_commit_loses_the_event(saga: Saga) -> None:
    """Control for steps A-D: take the outbox row away, as "publish after commit" would, and the loss is seen."""
    drafts, history = saga.take(3), History()
    await saga.stack.stop("declaration.worker")
    await saga.submit(drafts, history)
    connection = await asyncpg.connect(saga.admin_dsn)
    stolen = await connection.fetch("DELETE FROM declaration.outbox WHERE sent_at IS NULL RETURNING *")
    await saga.revive("declaration", "worker")
    faults = await broken(saga, history, "submission")
    assert any("a transition without exactly one event" in fault for fault in faults)
    await connection.copy_records_to_table(
        "outbox",
        schema_name="declaration",
        columns=[c for c in stolen[0].keys() if c != "position"],  # noqa: SIM118
        records=[tuple(v for k, v in row.items() if k != "position") for row in stolen],
    )
    await connection.close()
    await settled(saga)
    assert await broken(saga, history, "submission") == []


async def test_without_the_inbox_a_kill_before_acknowledgement_doubles_the_effect(saga: Saga) -> None:
    """Control for steps F and G: forget what was consumed and what was told, and the redelivery doubles."""
    connection = await asyncpg.connect(saga.admin_dsn)
    began = await connection.fetchval("SELECT now()")
    drafts, history = saga.take(3), History()
    part = await saga.with_failpoint("notification", "worker", "consumer.before_ack:kill")
    acting = asyncio.create_task(saga.submit(drafts, history))
    await saga.must_die(part)
    await acting
    told = await connection.fetch("SELECT event_id FROM notification.message WHERE created_at >= $1", began)
    assert told, "nothing was committed before the kill: the control proves nothing"
    ids = [row["event_id"] for row in told]
    # Protection off: inbox rows gone, and the told rows disguised so that their unique key does not match.
    await connection.execute("DELETE FROM notification.inbox WHERE message_id = ANY($1)", ids)
    await connection.execute(
        "UPDATE notification.message SET event_id = gen_random_uuid() WHERE event_id = ANY($1)", ids
    )
    await saga.revive("notification", "worker")
    await wait_until(lambda: _doubled(connection, began), what="the redelivered events told a second time")
    await connection.execute(
        "DELETE FROM notification.message m WHERE NOT EXISTS "
        "(SELECT FROM declaration.outbox o WHERE o.event_id = m.event_id)"
    )
    await connection.close()
    await settled(saga)
    assert await broken(saga, history, "submission") == []


async def _doubled(connection: asyncpg.Connection, began: object) -> bool:
    return bool(await connection.fetchval(_DOUBLES, began) > 0)


async def test_the_invariants_see_a_lost_acknowledgement(saga: Saga) -> None:
    """Control for the oracle: an acknowledged intent without effect is reported as lost."""
    (draft,) = saga.take(1)
    history = History(attempted={draft.id}, acknowledged={draft.id})
    assert await broken(saga, history, "submission") == ["lost: 1 acknowledged submissions have no effect"]
