"""Idempotency keys: same key, same effect, same answer (V72)."""

import asyncio

import pytest

from tests.integration.shared.web.conftest import Edge

BODY = {"name": "一"}


@pytest.mark.requirement("V72")
async def test_a_retry_gets_the_first_answer_and_no_second_effect(edge: Edge) -> None:
    """The stored answer comes back byte for byte, and says that it is a replay."""
    caller = edge.caller()
    first = await caller.post("/things", BODY, key="key-00000001")
    second = await caller.post("/things", BODY, key="key-00000001")
    assert (first.status, first.body) == (second.status, second.body) == (201, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert await edge.effects() == 1


@pytest.mark.requirement("V72")
async def test_parallel_retries_have_one_effect(edge: Edge) -> None:
    """Thirty at once: one runs, the others wait for its answer."""
    caller = edge.caller()
    answers = await asyncio.gather(*(caller.post("/things", BODY, key="key-00000002") for _ in range(30)))
    assert {a.status for a in answers} == {201}
    assert len({a.body["id"] for a in answers}) == 1
    assert await edge.effects() == 1


@pytest.mark.requirement("V72")
async def test_control_without_keys_parallel_commands_multiply(edge: Edge) -> None:
    """Protection off: every one of them takes effect."""
    caller = edge.caller()
    await asyncio.gather(*(caller.post("/careless", BODY) for _ in range(30)))
    assert await edge.effects() == 30


@pytest.mark.requirement("V72")
async def test_a_retry_after_the_state_moved_on_still_gets_the_first_answer(edge: Edge) -> None:
    """The rule that would now refuse the command does not hide that it succeeded."""
    caller = edge.caller()
    first = await caller.post("/once", BODY, key="key-00000003")
    retry = await caller.post("/once", BODY, key="key-00000003")
    other = await caller.post("/once", BODY, key="key-00000004")
    assert (retry.status, retry.body) == (first.status, first.body) == (200, first.body)
    assert (other.status, other.code) == (409, "conflict")


@pytest.mark.requirement("V72")
async def test_a_key_can_not_serve_two_requests(edge: Edge) -> None:
    """Another body under the same key is refused; another person's same key is another key."""
    caller, somebody = edge.caller(), edge.caller()
    await caller.post("/things", BODY, key="key-00000005")
    assert (await caller.post("/things", {"name": "二"}, key="key-00000005")).code == "idempotency_key_reused"
    assert (await somebody.post("/things", BODY, key="key-00000005")).status == 201
    assert await edge.effects() == 2


async def test_commands_without_a_key_are_refused_with_advice(edge: Edge) -> None:
    """The header is required, and a short one is none."""
    caller = edge.caller()
    for key in (" ", "short", "x" * 200):
        assert (await caller.post("/things", BODY, key=key)).code == "idempotency_key_missing"
    assert await edge.effects() == 0
