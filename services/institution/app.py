"""Composition root: settings -> Dependencies -> the roles."""

from datetime import timedelta
from pathlib import Path

from services.institution.api.routes import ROUTES
from services.institution.commands.bootstrap import bootstrap_command
from services.institution.commands.load_divisions import load_divisions_command
from services.institution.consumers.sets import SETS
from services.institution.consumers.subscriptions import SUBSCRIPTIONS
from services.institution.dependencies import Dependencies
from services.institution.jobs import JOBS
from services.institution.settings import Settings
from shared.contracts.institution import InstitutionAuditAnchored
from shared.process.definition import Foundation, ServiceDefinition
from shared.uploads.inspect import Inspector


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """Settings and opened foundation as this service's parts."""
    return Dependencies(
        database=foundation.database,
        keyring=foundation.keyring,
        clock=foundation.clock,
        bucket=foundation.bucket,
        inspector=Inspector(),
        wrong_code_limit=settings.wrong_code_limit,
        binding_held_until=settings.binding_held_until,
        application_claim=timedelta(minutes=settings.claim_minutes),
        licence_notice=timedelta(days=settings.licence_notice_days),
    )


SERVICE = ServiceDefinition(
    name="institution",
    settings=Settings,
    build=build_dependencies,
    routes=ROUTES,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    jobs=JOBS,
    migrations=Path(__file__).resolve().parent / "migrations",
    anchored=InstitutionAuditAnchored,
    commands={"bootstrap": bootstrap_command, "load-divisions": load_divisions_command},
)
