"""Sealing keys are replaced under load: killed, resumed, and never a value that does not open (V46, V47)."""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.local.environment import service_environment
from services.identity.storage import identity_documents
from shared.process.key_commands import run_key_command
from shared.security.keyring import KeyMissing
from shared.security.sealing import SealBroken
from tests.integration.identity.cards import with_photos
from tests.integration.identity.people import candidate, phone_number, some_morning
from tests.integration.identity.rotation import Known, crowd, document_of, install, read_number, write_ring
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import Serve, ServiceUnderTest

PEOPLE = 1000
Said = dict[str, Any]


def environment(engines: Engines, service: ServiceUnderTest, ring: Path) -> dict[str, str]:
    """What a command of the service is started with, on this database and with this ring."""
    around = engines.stack.around
    return {
        **os.environ,
        **service_environment(around, "identity", "worker"),
        "IDENTITY_POSTGRES__DSN": around.dsn("identity", service.database_name),
        "IDENTITY_PROFILE": "test",
        "IDENTITY_KEYRING_FILE": str(ring),
    }


@asynccontextmanager
async def command(
    engines: Engines, service: ServiceUnderTest, ring: Path, *words: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m services.identity <words>` as an operator runs it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.identity",
        *words,
        cwd=PROJECT,
        env=environment(engines, service, ring),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run(service: ServiceUnderTest, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Said]:
    """Exit status and last line of a command, run in this process with the ring as it is."""
    capsys.readouterr()
    status = await run_key_command(service.definition, service.foundation, words[0], list(words[1:]))
    return status, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


async def killed_midway(engines: Engines, service: ServiceUnderTest, ring: Path, *words: str) -> int:
    """Start a run and kill it after its second page; how many values it had rewritten by then."""
    async with command(engines, service, ring, *words) as process:
        assert process.stdout is not None
        for _ in range(2):
            line = json.loads(await process.stdout.readline())
        process.kill()
        await process.wait()
        return int(line["done"])


async def keep_reading(service: ServiceUnderTest, people: list[Known], stop: asyncio.Event) -> int:
    """Open one value after the other until told to stop; how many. Raises when one does not open or is another's."""
    for count, known in enumerate(itertools.cycle(people), start=1):
        assert await read_number(service, known) == known.document_no
        if stop.is_set():
            return count
    raise AssertionError


@pytest.mark.requirement("V47")
async def test_keys_rotate_twice_under_load_with_a_kill_in_between(
    serve: Serve, engines: Engines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers never fail, a killed run is resumed, the old key may go only after the last value left it."""
    service = await serve("identity", some_morning())
    people, stop = await crowd(service, PEOPLE), asyncio.Event()
    caller = await candidate(service, phone_number(1))
    reading = asyncio.create_task(keep_reading(service, people, stop))
    for number in (1, 2):
        old, new = f"k{number}", f"k{number + 1}"
        install(service, "person", new, old, new)
        ring = write_ring(service, tmp_path / "ring.json")
        refused, said = await run(service, capsys, "retire-key", "person", old)
        assert (refused, said["may_be_removed"]) == (1, False)
        assert said["still_used_by"] == {"identity_document.identity_sealed": len(people)}
        before_kill = await killed_midway(engines, service, ring, "reseal", "--class", "person")
        assert 0 < before_kill < len(people)
        people += await crowd(service, 5, first=len(people))
        done, said = await run(service, capsys, "reseal", "--class", "person")
        rest = said["done"]["identity_document.identity_sealed"]
        assert (done, said["did_not_open"]) == (0, {})
        assert 0 < rest <= len(people) - before_kill
        allowed, said = await run(service, capsys, "retire-key", "person", old)
        assert (allowed, said["still_used_by"]) == (0, {})
        assert (await run(service, capsys, "retire-key", "person", new))[0] == 1
        install(service, "person", new, new)
        assert (await caller.get("/verification")).status == 200
    stop.set()
    assert await reading > len(people)


@pytest.mark.requirement("V47")
async def test_control_a_key_taken_away_too_early_is_missed(serve: Serve) -> None:
    """Control: without resealing, removing the old key makes values unreadable."""
    service = await serve("identity", some_morning())
    (known,) = await crowd(service, 1)
    install(service, "person", "k2", "k2")
    with pytest.raises(KeyMissing):
        await read_number(service, known)


@pytest.mark.requirement("V47")
async def test_photos_are_sealed_anew_too(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Objects in the bucket come under the new key, and the old one may go."""
    service = await serve("identity", some_morning())
    await with_photos(service, phone_number(1))
    async with service.database.read() as reader:
        keys = [row["object_key"] for row in await reader.fetch("SELECT object_key FROM verification_image")]
    before = [await service.bucket.get(key, "image") for key in keys]
    install(service, "image", "k2", "k1", "k2", algorithm="SM4-GCM")
    assert (await run(service, capsys, "retire-key", "image", "k1"))[0] == 1
    code, said = await run(service, capsys, "reseal", "--class", "image")
    assert (code, said["done"]) == (0, {"objects of verification_image.object_key": 2})
    assert (await run(service, capsys, "retire-key", "image", "k1"))[0] == 0
    install(service, "image", "k2", "k2", algorithm="SM4-GCM")
    assert [await service.bucket.get(key, "image") for key in keys] == before


@pytest.mark.requirement("V46")
async def test_ciphertexts_do_not_open_elsewhere(serve: Serve) -> None:
    """Swapped between two rows, moved from another column, or taken from an earlier version of the document: every
    reader refuses it, and resealing reports it instead of blessing it."""
    service = await serve("identity", some_morning())
    first, second = await crowd(service, 2)
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE identity_document d SET identity_sealed = o.identity_sealed FROM identity_document o "
            "WHERE o.person_id <> d.person_id"
        )
    for known in (first, second):
        with pytest.raises(SealBroken):
            await read_number(service, known)
    (again,) = await crowd(service, 1, first=2)
    async with service.database.transaction() as tx:
        earlier = await tx.fetchval(
            "UPDATE identity_document SET state = 'superseded' WHERE person_id = $1 RETURNING identity_sealed",
            again.person_id,
        )
        assert await identity_documents.insert(tx, document_of(service, again))
        await tx.execute(
            "UPDATE identity_document SET identity_sealed = $2 WHERE person_id = $1 AND state = 'verified'",
            again.person_id,
            earlier,
        )
    with pytest.raises(SealBroken):
        await read_number(service, again)
    caller = await candidate(service, phone_number(1))
    person = (await caller.get("/me")).body["person_id"]
    async with service.database.transaction() as tx:
        await tx.execute(
            "UPDATE person p SET phone_sealed = o.phone_sealed FROM person o "
            "WHERE p.person_id = $1 AND o.person_id = $2",
            person,
            first.person_id,
        )
    assert (await caller.get("/me")).status == 500
