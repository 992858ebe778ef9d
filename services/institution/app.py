"""Composition root: settings -> Dependencies -> the roles."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from services.institution.commands.bootstrap import bootstrap_command
from services.institution.commands.load_divisions import load_divisions_command
from services.institution.commands.load_exam_bodies import load_exam_bodies_command
from services.institution.consumers.sets import SETS
from services.institution.consumers.subscriptions import SUBSCRIPTIONS
from services.institution.dependencies import Dependencies
from services.institution.printing import TEMPLATES
from services.institution.scheduled import bindings, exports, licences, sheets
from services.institution.settings import Settings
from shared.contracts.institution import InstitutionAuditAnchored
from shared.printing.render import Printer
from shared.process.definition import Foundation, ServiceDefinition
from shared.spreadsheets.reader import Effort, SheetReader
from shared.uploads.inspect import Inspector
from shared.web.routing import Route

SHEET_EFFORT = Effort(memory=300, unpacked=120, seconds=120)
"""For 50,000 rows of ten columns: five times the memory that they were measured to take."""


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """Settings and opened foundation as this service's parts."""
    return Dependencies(
        database=foundation.database,
        keyring=foundation.keyring,
        clock=foundation.clock,
        bucket=foundation.bucket,
        inspector=Inspector(),
        wrong_code_limit=settings.wrong_code_limit,
        codes_in_force=settings.confirmation_code.in_force_per_institution,
        binding_held_until=settings.binding_held_until,
        application_claim=timedelta(minutes=settings.claim_minutes),
        licence_notice=timedelta(days=settings.licence_notice_days),
        request_limit=settings.request_limit,
        settle_after=settings.settle_after,
        sheets=SheetReader(SHEET_EFFORT),
        sheet_limits=settings.sheet_limits,
        trainee_limit=settings.trainee_limit,
        public_url=settings.public_url,
        printer=Printer(TEMPLATES),
        exports_kept=timedelta(hours=settings.export_hours),
    )


def routes() -> Sequence[Route]:
    """Every URL. Imported by who serves or describes them: workers and printers start without (a quarter sooner)."""
    from services.institution.api.routes import ROUTES

    return ROUTES


SERVICE = ServiceDefinition(
    name="institution",
    settings=Settings,
    build=build_dependencies,
    routes=routes,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    migrations=Path(__file__).resolve().parent / "migrations",
    jobs=(*bindings.JOBS, *licences.JOBS, *sheets.JOBS, *exports.JOBS),
    reconcilers=bindings.RECONCILERS,
    anchored=InstitutionAuditAnchored,
    commands={
        "bootstrap": bootstrap_command,
        "load-divisions": load_divisions_command,
        "load-exam-bodies": load_exam_bodies_command,
    },
)
