"""A whole year of real data: what services know of each other agrees; lost rows of every projection come back."""

import asyncio
import json
import sys
from collections.abc import Mapping

import asyncpg
import pytest

from deploy.local.environment import service_environment
from deploy.local.home import PROJECT
from tests.contract.services import SERVICES
from tests.e2e.conftest import Road
from tests.support.waiting import wait_until

PROJECTIONS = (
    "identity.known_scope",
    "identity.known_signing_key",
    "institution.known_person",
    "institution.known_staff",
    "institution.known_declaration",
    "declaration.known_person",
    "declaration.known_person_document",
    "declaration.known_binding",
    "declaration.known_institution",
    "declaration.known_supervisor",
    "declaration.known_exam_body",
    "declaration.known_signing_key",
    "notification.known_person",
    "notification.known_staff",
    "notification.known_signing_key",
)
_TOLD = (
    "SELECT (SELECT count(*) FROM notification.message) + (SELECT count(*) FROM notification.delivery)"
    " + (SELECT count(*) FROM declaration.declaration_event) + (SELECT count(*) FROM identity.staff_invitation)"
)
_UNSENT = "SELECT count(*) FROM {}.outbox WHERE sent_at IS NULL"
_LOST = "SELECT coalesce(sum(count), 0) FROM {}.finding WHERE kind IN ('missing_projection', 'unknown_to_producer')"


async def reconcile(road: Road) -> Mapping[str, Mapping[str, int]]:
    """Every service looks at everything, by the operator's command; what each printed."""
    return dict(zip(SERVICES, await asyncio.gather(*(_reconcile(road, service) for service in SERVICES)), strict=True))


async def _reconcile(road: Road, service: str) -> Mapping[str, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"services.{service}",
        "reconcile",
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"} | service_environment(road.stack.around, service, "command"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    found: Mapping[str, int] = json.loads(output.decode().splitlines()[-1])["findings"]
    return found


async def rows(connection: asyncpg.Connection) -> dict[str, int]:
    """How much is known, by projection."""
    # allow built-sql: names above
    return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in PROJECTIONS}


async def total(connection: asyncpg.Connection, query: str) -> int:
    """The sum of a count over all schemas."""
    # allow built-sql: names above
    return int(sum([await connection.fetchval(query.format(service)) for service in SERVICES]))


@pytest.mark.requirement("M11")
async def test_every_projection_comes_back_and_nobody_is_told_twice(road: Road) -> None:
    """After the year all sets agree and the command finds nothing. Then all projections are emptied: two rounds later
    each has its rows again, and no message, text, invitation or step of a declaration was added."""
    connection = await asyncpg.connect(road.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")

    async def quiet() -> bool:
        return await total(connection, _UNSENT) == 0

    async def healed() -> bool:
        lacking.clear()
        lacking.update({name: count for name, count in (await rows(connection)).items() if count != known[name]})
        return not lacking

    lacking: dict[str, int] = {}

    try:
        await wait_until(quiet, seconds=60, what="nothing under way")
        await reconcile(road)
        await wait_until(quiet, seconds=60, what="nothing under way")
        known, told = await rows(connection), await total_told(connection)
        assert min(known.values()) > 0, known
        assert await total(connection, _LOST) == 0
        for name in PROJECTIONS:
            await connection.execute(f"DELETE FROM {name}")  # allow built-sql: names above
        for _ in range(2):
            await reconcile(road)
            await wait_until(quiet, seconds=60, what="nothing under way")
        try:
            await wait_until(healed, seconds=60, what="every projection to be whole")
        finally:
            assert lacking == {}
        await reconcile(road)
        await wait_until(quiet, seconds=60, what="nothing under way")

        async def agreed() -> bool:
            return await total(connection, _LOST) == 0

        await wait_until(agreed, seconds=30, what="no finding left")
        assert await total_told(connection) == told
    finally:
        await connection.close()


async def total_told(connection: asyncpg.Connection) -> int:
    """What people were told, and what was done with their declarations."""
    return int(await connection.fetchval(_TOLD))
