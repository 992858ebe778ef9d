"""Composition root: what the declaration service is made of."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from services.declaration.consumers.sets import SETS
from services.declaration.consumers.subscriptions import SUBSCRIPTIONS
from services.declaration.dependencies import Dependencies, build_dependencies
from services.declaration.print_role import run_print
from services.declaration.scheduled import JOBS, RECONCILERS
from services.declaration.settings import Settings
from services.declaration.storage import known_exempt_people, risk_devices
from shared.contracts.declaration import DeclarationAuditAnchored
from shared.postgres.transaction import Transaction
from shared.process.definition import ServiceDefinition
from shared.web.routing import Route


async def forget_again(tx: Transaction, person_ids: Sequence[UUID], deps: Dependencies) -> int:
    """V58; who was verified has a record, and is never among them."""
    await risk_devices.delete_of(tx, person_ids, deps.clock.now())
    return await known_exempt_people.delete(tx, person_ids)


def routes() -> Sequence[Route]:
    """Every URL. Imported by who serves or describes them: workers and printers start without (a quarter sooner)."""
    from services.declaration.api.routes import ROUTES

    return ROUTES


SERVICE: Final = ServiceDefinition(
    name="declaration",
    settings=Settings,
    build=build_dependencies,
    routes=routes,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    migrations=Path(__file__).parent / "migrations",
    anchored=DeclarationAuditAnchored,
    jobs=JOBS,
    reconcilers=RECONCILERS,
    extra_roles={"print": run_print},
    forget=forget_again,
)
