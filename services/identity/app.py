"""Composition root: settings -> Dependencies -> the roles."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.identity.authority_check.check import chosen_authority
from services.identity.commands.build_breached_list import build_breached_list
from services.identity.commands.rotate_signing_key import rotate_signing_key_command
from services.identity.confirming import confirm_until_stopped
from services.identity.consumers.sets import SETS
from services.identity.consumers.subscriptions import SUBSCRIPTIONS
from services.identity.credentials.access_tokens import AccessTokens
from services.identity.credentials.breached_passwords import BreachedPasswords
from services.identity.credentials.passkeys import Passkeys
from services.identity.credentials.passwords import Passwords
from services.identity.credentials.session_tokens import SessionTokens
from services.identity.credentials.wechat import Wechat
from services.identity.dependencies import Dependencies
from services.identity.jobs import JOBS
from services.identity.ocr.role import run_ocr
from services.identity.reconciling import look_for_lost_keys
from services.identity.settings import Settings
from services.identity.storage.verification_catalogue import read_catalogue
from services.identity.use_cases.own_data.forget_person import forget_again
from services.identity.use_cases.signing_keys.rotate_signing_key import ensure_signing_key
from shared.clock import SystemClock
from shared.contracts.identity import IdentityAuditAnchored
from shared.postgres.transaction import Transaction
from shared.process.definition import Foundation, ServiceDefinition
from shared.spreadsheets.reader import SheetReader
from shared.uploads.inspect import Inspector
from shared.web.routing import Route


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """Settings and opened foundation as this service's parts; makes the first signing key when there is none."""
    async with foundation.database.transaction() as tx:
        await ensure_signing_key(tx, foundation.keyring, foundation.clock.now())
    access = AccessTokens(foundation.keyring, settings.issuer, settings.session)
    return Dependencies(
        settings=settings,
        database=foundation.database,
        keyring=foundation.keyring,
        bucket=foundation.bucket,
        clock=foundation.clock,
        inspector=Inspector(),
        sheets=SheetReader(),
        access=access,
        tokens=SessionTokens(foundation.keyring, access, settings.session),
        passwords=Passwords(),
        breached=BreachedPasswords(settings.staff.breached_file),
        passkeys=Passkeys(settings.relying_party),
        catalogue=read_catalogue(settings.verification.catalogue_file),
        authority=chosen_authority(settings.authority, foundation.clock),
        register=SERVICE.register,
        wechat=Wechat(settings.wechat, foundation.database, foundation.keyring, SystemClock()),
        subject_keys=foundation.require_subject_keys(),
    )


async def forget_again_here(tx: Transaction, person_ids: Sequence[UUID], deps: Dependencies) -> int:
    """V58."""
    return await forget_again(tx, person_ids, deps.clock.now())


def routes() -> Sequence[Route]:
    """Every URL. Imported by who serves or describes them: workers and printers start without (a quarter sooner)."""
    from services.identity.api.routes import ROUTES

    return ROUTES


SERVICE = ServiceDefinition(
    name="identity",
    settings=Settings,
    build=build_dependencies,
    routes=routes,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    jobs=JOBS,
    background=(confirm_until_stopped,),
    migrations=Path(__file__).resolve().parent / "migrations",
    anchored=IdentityAuditAnchored,
    reconcilers=(look_for_lost_keys,),
    forget=forget_again_here,
    extra_roles={"ocr": run_ocr},
    commands={"rotate-signing-key": rotate_signing_key_command, "build-breached-list": build_breached_list},
)
