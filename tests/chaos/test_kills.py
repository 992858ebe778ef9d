"""kill -9 before and after each step of the saga, for submission and for approval: nothing lost, nothing doubled.

A command transaction, B relay claims, C publish and confirm, D mark sent, F consumer transaction, G acknowledgement.
(E, the broker itself, is in test_engines.py.)"""

import asyncio

import pytest

from tests.chaos.invariants import check, settled
from tests.chaos.saga import History, Saga

# The relay passes "before claim" once a second even when idle: the eighth passage falls behind the start.
STEPS = {
    "A before commit": ("declaration", "api", "command.before_commit"),
    "A after commit": ("declaration", "api", "command.after_commit"),
    "B before claim": ("declaration", "worker", "relay.before_claim:kill:8"),
    "B after claim, C before publish": ("declaration", "worker", "relay.after_claim"),
    "C after publish": ("declaration", "worker", "relay.after_publish"),
    "D before mark commits": ("declaration", "worker", "relay.before_mark"),
    "D after mark": ("declaration", "worker", "relay.after_mark"),
    "F before transaction": ("notification", "worker", "consumer.before_transaction"),
    "F before commit": ("notification", "worker", "consumer.before_commit"),
    "F after commit": ("notification", "worker", "consumer.after_commit"),
    "G before acknowledgement": ("notification", "worker", "consumer.before_ack"),
    "G after acknowledgement": ("notification", "worker", "consumer.after_ack"),
}


@pytest.mark.requirement("M2", "M3", "M4", "M8")
@pytest.mark.parametrize("verb", ["submission", "approval"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_process_killed_at_a_step_loses_and_doubles_nothing(saga: Saga, step: str, verb: str) -> None:
    """The process dies at the step, starts again, and every acknowledged intent has exactly one effect."""
    service, role, failpoint = STEPS[step]
    drafts, history = saga.take(12), History()
    if verb == "approval":
        await saga.submit(drafts, History())
        await settled(saga)
    armed = failpoint if ":" in failpoint else f"{failpoint}:kill"
    act = saga.submit if verb == "submission" else saga.approve
    if role == "worker":
        # A worker has events of its own when it starts, and would die of those before anybody acts: what is done while
        # it rests is met first.
        await saga.halt(service, role)
        await act(drafts, history)
    part = await saga.with_failpoint(service, role, armed)
    acting = asyncio.create_task(act(drafts if role == "api" else [], history))
    await saga.must_die(part)
    await saga.revive(service, role)
    await acting
    await settled(saga)
    assert len(history.acknowledged) == 12
    await check(saga, history, verb)
