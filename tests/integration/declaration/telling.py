"""Many people with declarations, and the worker's telling of moved dates: here, or in a process that may be killed."""

import asyncio
import os
import sys
from collections import Counter
from typing import Any
from uuid import UUID

from deploy.local.environment import service_environment
from services.declaration.dependencies import build_dependencies
from services.declaration.scheduled.announcements import announce
from services.declaration.settings import Settings
from shared.clock import SystemClock
from shared.contracts.declaration import CycleDatesAnnounced
from shared.objectstore import Bucket
from shared.postgres.database import Database
from shared.process.definition import Foundation
from shared.security.keyring import Keyring
from tests.integration.declaration.sites import Sites
from tests.support.engines import PROJECT, Engines

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


async def progress(sites: Sites) -> dict[str, Any]:
    """The newest announcement, as the zone reads it."""
    answer = await sites.zone_admin.get(f"/cycles/{sites.season.cycle_id}/announcements")
    newest: dict[str, Any] = answer.body["items"][0]
    return newest


async def everybody_once(sites: Sites) -> bool:
    """Whether the newest announcement is finished, and everybody with a declaration, every unit and every body heard of
    it exactly once."""
    newest = await progress(sites)
    async with sites.season.service.database.read() as reader:
        rows = await reader.fetch(
            "SELECT person_id AS id FROM declaration UNION ALL SELECT institution_id FROM known_institution"
            " WHERE state = 'active' UNION ALL SELECT exam_body_id FROM known_exam_body"
        )
    heard = Counter(str(one.recipient_id) for one in await told(sites) if str(one.announcement_id) == newest["id"])
    counts = {newest["total"], newest["done"], newest["told"]}
    return heard == Counter(str(row["id"]) for row in rows) and newest["stage"] == "finished" and counts == {len(rows)}


async def telling_process(engines: Engines, sites: Sites, failpoint: str) -> int | None:
    """A process of its own that tells until nothing is left, or until the failpoint ends it; its status, negative for
    a signal."""
    around = engines.stack.around
    environment = {
        **os.environ,
        **service_environment(around, "declaration", "worker"),
        "DECLARATION_POSTGRES__DSN": around.dsn("declaration", sites.season.service.database_name),
        "DECLARATION_PROFILE": "test",
        "FAILPOINT": failpoint,
    }
    program = "import asyncio; from tests.integration.declaration.telling import tell; asyncio.run(tell())"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=PROJECT, env=environment)
    return await process.wait()


async def tell() -> None:
    """What that process does."""
    settings = Settings()
    database = await Database.connect(settings.postgres, "test.telling")
    keyring = Keyring.load(settings.keyring_file)
    bucket = Bucket(settings.bucket, keyring)
    deps = await build_dependencies(settings, Foundation(database, keyring, bucket, SystemClock(), settings))
    await announce(deps)
    await deps.close()
    bucket.close()
    await database.close()
