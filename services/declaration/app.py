"""Composition root: what the declaration service is made of."""

from pathlib import Path
from typing import Final

from services.declaration.api.routes import ROUTES
from services.declaration.consumers.sets import SETS
from services.declaration.consumers.subscriptions import SUBSCRIPTIONS
from services.declaration.dependencies import build_dependencies
from services.declaration.print_role import run_print
from services.declaration.scheduled import JOBS, RECONCILERS
from services.declaration.settings import Settings
from shared.contracts.declaration import DeclarationAuditAnchored
from shared.process.definition import ServiceDefinition

SERVICE: Final = ServiceDefinition(
    name="declaration",
    settings=Settings,
    build=build_dependencies,
    routes=ROUTES,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    migrations=Path(__file__).parent / "migrations",
    anchored=DeclarationAuditAnchored,
    jobs=JOBS,
    reconcilers=RECONCILERS,
    extra_roles={"print": run_print},
)
