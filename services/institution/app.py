"""Composition root: settings -> Dependencies -> the roles."""

from pathlib import Path

from services.institution.api.routes import ROUTES
from services.institution.commands.bootstrap import bootstrap_command
from services.institution.commands.load_divisions import load_divisions_command
from services.institution.commands.load_exam_bodies import load_exam_bodies_command
from services.institution.consumers.sets import SETS
from services.institution.consumers.subscriptions import SUBSCRIPTIONS
from services.institution.dependencies import Dependencies
from services.institution.printing import TEMPLATES
from services.institution.settings import Settings
from shared.contracts.institution import InstitutionAuditAnchored
from shared.printing.render import Printer
from shared.process.definition import Foundation, ServiceDefinition


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """Settings and opened foundation as this service's parts."""
    return Dependencies(
        database=foundation.database,
        keyring=foundation.keyring,
        clock=foundation.clock,
        wrong_code_limit=settings.wrong_code_limit,
        codes_in_force=settings.confirmation_code.in_force_per_institution,
        binding_held_until=settings.binding_held_until,
        public_url=settings.public_url,
        printer=Printer(TEMPLATES),
    )


SERVICE = ServiceDefinition(
    name="institution",
    settings=Settings,
    build=build_dependencies,
    routes=ROUTES,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    migrations=Path(__file__).resolve().parent / "migrations",
    anchored=InstitutionAuditAnchored,
    commands={
        "bootstrap": bootstrap_command,
        "load-divisions": load_divisions_command,
        "load-exam-bodies": load_exam_bodies_command,
    },
)
