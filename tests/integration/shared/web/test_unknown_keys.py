"""Many requests that meet a new signing key at once share one look into the table, and all of them wait for it."""

import asyncio
from contextlib import nullcontext
from datetime import timedelta

import orjson
import pytest

from tests.integration.shared.web.conftest import SIGNING, Edge

_KNOWN = "INSERT INTO known_signing_key (kid, jwk, not_before, retire_at) VALUES ($1, $2, $3, $4)"
_REQUESTS = 20


async def statuses_while_looking(edge: Edge) -> set[int]:
    """Twenty requests with a token of a key that is in the table only, while the table answers slowly."""
    now, caller = edge.clock.now(), edge.caller("zone_admin")
    async with edge.database.transaction() as tx:
        jwk = orjson.dumps(SIGNING.public_jwk()).decode()
        await tx.execute(_KNOWN, SIGNING.kid, jwk, now, now + timedelta(days=1))
    edge.keys.verifier.replace_keys({})
    async with edge.database.transaction() as tx:
        await tx.execute("LOCK TABLE known_signing_key IN ACCESS EXCLUSIVE MODE")
        asked = [asyncio.create_task(caller.get("/staff")) for _ in range(_REQUESTS)]
        while edge.keys.looks == 0:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
    return {(await one).status for one in asked}


@pytest.mark.requirement("V15")
async def test_requests_that_meet_a_new_key_share_one_look(edge: Edge) -> None:
    """All are answered, by one look."""
    assert await statuses_while_looking(edge) == {200}
    assert edge.keys.looks == 1


@pytest.mark.requirement("V15")
async def test_without_the_lock_valid_tokens_are_refused(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: whoever does not wait for the look of another is refused."""
    monkeypatch.setattr(edge.keys, "_looking", nullcontext())
    assert await statuses_while_looking(edge) == {200, 401}


@pytest.mark.requirement("V15")
async def test_a_key_of_nobody_causes_one_look_a_minute(edge: Edge) -> None:
    """However many ask at once and again, the table is read once; all are refused."""
    edge.keys.verifier.replace_keys({})
    caller = edge.caller("zone_admin")
    for _ in range(2):
        answers = await asyncio.gather(*(caller.get("/staff") for _ in range(_REQUESTS)))
        assert {one.status for one in answers} == {401}
    assert edge.keys.looks == 1
