"""A person submits and leaves the unit in the same moment, and both services say yes: whichever of them hears first,
and whoever dies on the way, the declaration keeps its binding, and everybody is told once (A25, 4.3, ADR 0032)."""

import asyncio

import asyncpg
import pytest

from tests.chaos.bindings.agreement import disagreements, settled
from tests.chaos.bindings.race import Left, Race
from tests.chaos.saga import History
from tests.support.ready_drafts import Draft

BOTH = ("declaration.worker", "institution.worker")
_RESTORED = """
SELECT count(*) FROM institution.binding b JOIN institution.binding o ON o.id = b.continues
WHERE b.person_id = ANY($1) AND b.state = 'active' AND b.institution_id = o.institution_id
"""
# Who rests while both say yes, in the order in which they wake up again.
ORDERS = {
    "institution hears of the declaration first": ("declaration.worker",),
    "declaration hears of the end first": ("institution.worker",),
    "both rest, declaration wakes first": BOTH,
    "both rest, institution wakes first": BOTH[::-1],
}
API_STEPS = {
    "the end, before its commit": ("institution.api", "command.before_commit:kill:3"),
    "the end, after its commit": ("institution.api", "command.after_commit:kill:3"),
    "the submission, before its commit": ("declaration.api", "command.before_commit:kill"),
    "the submission, after its commit": ("declaration.api", "command.after_commit:kill"),
}
WORKER_STEPS = {
    "the submission is claimed": ("declaration.worker", "relay.after_claim"),
    "the submission is published": ("declaration.worker", "relay.after_publish"),
    "the end is published": ("institution.worker", "relay.after_publish"),
    "the submission is heard, before the commit": ("institution.worker", "consumer.before_commit"),
    "the submission is heard, after the commit": ("institution.worker", "consumer.after_commit"),
    "the submission is heard, before the acknowledgement": ("institution.worker", "consumer.before_ack"),
    "the end is taken back, before the commit": ("institution.worker", "dispute.before_commit"),
    "the end is taken back, after the commit": ("institution.worker", "dispute.after_commit"),
    "the end is heard, before the commit": ("declaration.worker", "consumer.before_commit"),
    "the end is heard, after the commit": ("declaration.worker", "consumer.after_commit"),
    "people are told, before the commit": ("notification.worker", "consumer.before_commit"),
    "people are told, after the commit": ("notification.worker", "consumer.after_commit"),
}


async def both_said_yes(race: Race, drafts: list[Draft]) -> None:
    """Everybody submitted and left; neither service has heard of the other."""
    history, left = History(), Left()
    await race.meet(drafts, history, left)
    assert history.acknowledged == {one.id for one in drafts}, history.refused
    assert left.left == {one.person_id for one in drafts}


async def all_kept(race: Race, drafts: list[Draft]) -> None:
    """Quiet again: all agree, and every one of them is bound where he or she declared."""
    await settled(race)
    assert await disagreements(race) == []
    assert await race.value(_RESTORED, [one.person_id for one in drafts]) == len(drafts)


@pytest.mark.requirement("A25")
@pytest.mark.parametrize("order", ORDERS)
async def test_whoever_hears_first_the_declaration_keeps_its_binding(race: Race, order: str) -> None:
    """By unbinding, by release and by change: both say yes, then they hear of each other in either order."""
    drafts = race.take(9)
    await race.rest(*ORDERS[order])
    await both_said_yes(race, drafts)
    for part in ORDERS[order]:
        await race.wake(part)
    await all_kept(race, drafts)


@pytest.mark.requirement("A25")
async def test_with_everybody_awake_nobody_is_left_between_two_chairs(race: Race) -> None:
    """All services run and hear of each other within milliseconds: some are refused, some race; all agree."""
    drafts = race.take(45)
    history, left = History(), Left()
    await race.meet(drafts, history, left)
    await settled(race)
    assert await disagreements(race) == []
    assert len(history.acknowledged) + len(history.refused) == 45
    assert len(left.left) + len(left.held) == 45


@pytest.mark.requirement("A25", "M8")
@pytest.mark.parametrize("step", API_STEPS)
async def test_a_kill_while_it_is_decided_leaves_no_orphan(race: Race, step: str) -> None:
    """One of the two interfaces dies in the middle of its commits and comes back; clients repeat."""
    part, failpoint = API_STEPS[step]
    drafts = race.take(6)
    await race.rest(*BOTH, part)
    await race.wake(part, failpoint)
    acting = asyncio.create_task(both_said_yes(race, drafts))
    await race.must_die(part)
    await race.revive(*part.split("."))
    await acting
    for worker in BOTH:
        await race.wake(worker)
    await all_kept(race, drafts)


@pytest.mark.requirement("A25", "M4", "M8")
@pytest.mark.parametrize("step", WORKER_STEPS)
async def test_a_kill_while_it_is_heard_leaves_no_orphan(race: Race, step: str) -> None:
    """A worker dies at a step of the convergence and comes back: nothing is taken back twice, nobody is told twice."""
    part, failpoint = WORKER_STEPS[step]
    drafts = race.take(6)
    await race.rest(*BOTH)
    await both_said_yes(race, drafts)
    await race.rest(part)
    await race.wake(part, f"{failpoint}:kill")
    for worker in BOTH:
        if worker != part:
            await race.wake(worker)
    await race.must_die(part)
    await race.revive(*part.split("."))
    await all_kept(race, drafts)


async def test_without_the_dispute_the_race_leaves_orphans(race: Race) -> None:
    """The negative control: nothing remembers that a declaration came too late, and the same race leaves declarations
    without a binding. With the memory back they are mended."""
    drafts = race.take(6)
    connection = await asyncpg.connect(race.admin_dsn)
    await connection.execute(
        "CREATE FUNCTION institution.forget() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.disputed_at := NULL; RETURN NEW; END $$;"
        " CREATE TRIGGER forget BEFORE UPDATE ON institution.known_declaration"
        " FOR EACH ROW EXECUTE FUNCTION institution.forget()"
    )
    try:
        await race.rest(*BOTH)
        await both_said_yes(race, drafts)
        for worker in BOTH:
            await race.wake(worker)
        await settled(race)
        assert "6 x a declaration without its binding" in await disagreements(race)
    finally:
        await connection.execute("DROP TRIGGER forget ON institution.known_declaration")
        await connection.execute("DROP FUNCTION institution.forget()")
    await connection.execute(
        "UPDATE institution.known_declaration SET disputed_at = now() WHERE person_id = ANY($1)",
        [one.person_id for one in drafts],
    )
    await connection.close()
    await all_kept(race, drafts)


async def test_the_agreement_sees_what_is_told_twice(race: Race) -> None:
    """The negative control of "once": the same step told to one more, as without the inbox, is reported."""
    drafts = race.take(3)
    await race.rest(*BOTH)
    await both_said_yes(race, drafts)
    for worker in BOTH:
        await race.wake(worker)
    await all_kept(race, drafts)
    connection = await asyncpg.connect(race.admin_dsn)
    doubled = await connection.fetchval(
        "INSERT INTO notification.message"
        " (recipient_id, event_id, template_key, template_version, parameters, created_at)"
        " SELECT gen_random_uuid(), event_id, template_key, template_version, parameters, created_at"
        " FROM notification.message WHERE template_key = 'binding_restored' LIMIT 1 RETURNING id"
    )
    assert await disagreements(race) == ["1 x a step that was not told as often as it should"]
    await connection.execute("DELETE FROM notification.message WHERE id = $1", doubled)
    await connection.close()
    assert await disagreements(race) == []
