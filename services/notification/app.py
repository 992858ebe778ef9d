"""Composition root: settings -> Dependencies -> roles."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.channels.sms import SmsChannel
from services.notification.channels.smtp import SmtpLetters
from services.notification.channels.tencent_sms import TencentSms
from services.notification.channels.wechat_subscribe import WechatSubscribe
from services.notification.consumers.sets import SETS
from services.notification.consumers.subscriptions import SUBSCRIPTIONS
from services.notification.delivering import deliver_until_stopped
from services.notification.dependencies import Dependencies
from services.notification.jobs import JOBS
from services.notification.reconciling import look_at_sends
from services.notification.settings import Settings
from services.notification.storage import known_people, number_index
from services.notification.storage.catalogue import Catalogue
from services.notification.use_cases.inbox.feed import InboxFeed
from shared.clock import SystemClock
from shared.contracts.notification import NotificationAuditAnchored
from shared.postgres.transaction import Transaction
from shared.process.definition import Foundation, ServiceDefinition
from shared.web.routing import Route


async def build_dependencies(settings: Settings, foundation: Foundation) -> Dependencies:
    """Wire this service's parts together. Raises KeyMissing where no text could be sent."""
    foundation.keyring.active(number_index.CLASS)
    return Dependencies(
        settings=settings,
        database=foundation.database,
        keyring=foundation.keyring,
        clock=foundation.clock,
        catalogue=Catalogue(foundation.database),
        sms=_sms_providers(settings),
        inbox=InboxFeed(foundation.database, settings.inbox_streams),
        wechat=WechatSubscribe(settings.wechat, foundation.database, foundation.keyring, SystemClock())
        if settings.wechat.enabled
        else None,
        letters=SmtpLetters(settings.smtp, SystemClock()) if settings.smtp.enabled else None,
    )


def _sms_providers(settings: Settings) -> dict[str, SmsChannel]:
    found: dict[str, SmsChannel] = {"aliyun": AliyunSms(settings.sms)}
    if settings.tencent.enabled:
        found["tencent"] = TencentSms(settings.tencent)
    return dict(sorted(found.items(), key=lambda one: one[0] != settings.sms_provider))


async def forget_again(tx: Transaction, person_ids: Sequence[UUID], _deps: Dependencies) -> int:
    """V58."""
    return await known_people.update_forgotten_again(tx, person_ids)


def routes() -> Sequence[Route]:
    """Every URL. Imported by who serves or describes them: workers and printers start without (a quarter sooner)."""
    from services.notification.api.routes import ROUTES

    return ROUTES


SERVICE = ServiceDefinition(
    name="notification",
    settings=Settings,
    build=build_dependencies,
    routes=routes,
    subscriptions=SUBSCRIPTIONS,
    sets=SETS,
    jobs=JOBS,
    reconcilers=(look_at_sends,),
    forget=forget_again,
    migrations=Path(__file__).parent / "migrations",
    anchored=NotificationAuditAnchored,
    background=(deliver_until_stopped,),
)
