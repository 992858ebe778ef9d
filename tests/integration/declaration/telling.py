"""Many people with declarations, and the workers' telling of moved dates: here, or in processes that may be killed."""

import asyncio
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from uuid import UUID

from deploy.local.environment import service_environment
from services.declaration.dependencies import build_dependencies
from services.declaration.scheduled.announcements import announce
from services.declaration.settings import Settings
from services.declaration.use_cases.announcing.plan_announcement import plan_announcement
from services.declaration.use_cases.announcing.tell_slice import tell_slice
from shared.clock import SystemClock
from shared.contracts.declaration import CycleDatesAnnounced
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from tests.integration.declaration.apart import come_apart
from tests.integration.declaration.sites import Sites, exam_sites
from tests.support.engines import PROJECT, Engines
from tests.support.service_under_test import Answer, Serve
from tests.support.waiting import wait_until

UNPACED = "100000"
"""People per second: everything in one run of the job."""

_DECLARE = """
INSERT INTO declaration (id, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
    exam_level, exam_category_code, route, origin, catalogue_version, created_at, updated_at)
SELECT gen_random_uuid(), gen_random_uuid(), $1, 2027, $2, '虚构医院', 'draft', 1, 'licensed_physician', '110',
    'prescribed_education', 'candidate_declaration', 1, $3, $3
FROM generate_series(1, $4::int)
"""


async def declared(sites: Sites, unit: UUID, people: int) -> None:
    """So many people begin a declaration at a unit."""
    season = sites.season
    async with season.service.database.transaction() as tx:
        await tx.execute(_DECLARE, UUID(season.cycle_id), unit, season.clock.now(), people)


async def told(sites: Sites) -> list[CycleDatesAnnounced]:
    """Everything that was told so far."""
    return await sites.season.service.published(CycleDatesAnnounced)


async def at_once(serve: Serve) -> Sites:
    """A zone with sites whose service tells moved dates without a pace."""
    return await exam_sites(serve, ANNOUNCE_PER_SECOND=UNPACED)


async def tell_all(sites: Sites) -> None:
    """One run of the job."""
    await announce(sites.season.service.deps)


async def tell_slices(sites: Sites, number: int) -> None:
    """Count whom it concerns, and tell only so many slices, as a worker that is slow."""
    service = sites.season.service
    async with service.database.transaction() as tx:
        await plan_announcement(tx, now=service.clock.now())
    for _ in range(number):
        async with service.database.transaction() as tx:
            assert await tell_slice(tx, now=service.clock.now()) is not None


async def progress(sites: Sites) -> dict[str, Any]:
    """The newest announcement, as the zone reads it."""
    answer = await sites.zone_admin.get("/announcements")
    newest: dict[str, Any] = answer.body["items"][0]
    return newest


async def heard(sites: Sites) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """(before, after) of the end of declarations, of every message, oldest first, by who was told."""
    by_recipient: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in await told(sites):
        by_recipient[one.recipient_id].append((one.before.declaration_closes_at, one.after.declaration_closes_at))
    return by_recipient


async def heard_by(sites: Sites, recipient_id: UUID) -> list[tuple[datetime, datetime]]:
    """The same of one recipient."""
    return (await heard(sites))[recipient_id]


async def everybody_once(sites: Sites) -> bool:
    """Whether the newest announcement is finished, and everybody with a declaration, every unit and every body heard of
    it exactly once."""
    counts = await times_told(sites)
    newest = await progress(sites)
    numbers = {newest["total"], newest["done"], newest["told"]}
    return set(counts.values()) == {1} and newest["state"] == "finished" and numbers == {len(counts)}


async def times_told(sites: Sites) -> dict[str, int]:
    """How often everybody whom a change of the zone's concerns heard of anything."""
    async with sites.season.service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT person_id AS id FROM declaration UNION ALL SELECT institution_id FROM known_institution"
            " WHERE state = 'active' UNION ALL SELECT exam_body_id FROM known_exam_body"
        )
    heard = Counter(str(one.recipient_id) for one in await told(sites))
    return {str(row["id"]): heard[str(row["id"])] for row in rows}


async def telling_process(engines: Engines, sites: Sites, failpoint: str, *, apart: bool = False) -> int | None:
    """A process of its own that tells until nothing is left, or until the failpoint ends it; its status, negative for
    a signal. `apart`: what is told and that it was told in two commits."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "declaration", "worker"),
        "DECLARATION_POSTGRES__DSN": around.dsn("declaration", sites.season.service.database_name),
        "DECLARATION_PROFILE": "test",
        "DECLARATION_ANNOUNCE_PER_SECOND": UNPACED,
        "FAILPOINT": failpoint,
    }
    program = (
        f"import asyncio; from tests.integration.declaration.telling import tell; asyncio.run(tell(apart={apart}))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=PROJECT, env=environment)
    return await process.wait()


async def tell(*, apart: bool) -> None:
    """What that process does."""
    if apart:
        come_apart()
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.telling")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, SystemClock(), settings))
    await announce(deps)
    await deps.close()
    bucket.close()
    await database.close()


async def waits_for_a_lock(sites: Sites) -> bool:
    """Whether something waits for a lock in the service's database."""
    async with sites.season.service.database.read() as reader:
        return bool(
            await reader.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )


async def waits_for_the_slice(sites: Sites, move: Awaitable[Answer]) -> tuple[bool, Answer]:
    """A worker tells a slice and has not committed when `move` begins: whether that waits for it, and its answer."""
    service = sites.season.service
    async with service.database.transaction() as tx:
        assert await tell_slice(tx, now=service.clock.now()) is not None
        moving = asyncio.ensure_future(move)

        async def waits_or_ended() -> bool:
            return moving.done() or await waits_for_a_lock(sites)

        await wait_until(waits_or_ended, what="a lock, or the answer")
        waits = not moving.done()
    return waits, await moving
