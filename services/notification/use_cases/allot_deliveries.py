"""Decide, in the transaction that claims them, who each delivery is handed to: a text to a provider, a WeChat notice
only with a consent that is spent here and now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.notification.domain.delivery import Outcome, Verdict
from services.notification.domain.provider_health import provider_for
from services.notification.storage import allotments, consents, providers
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.deliveries import Delivery
from services.notification.use_cases.settle_delivery import settle_delivery
from shared.postgres.transaction import Transaction

_ONLY = {"wechat": "wechat", "email": "smtp"}
_WITHOUT_CONSENT = Outcome(Verdict.FALL_BACK, "no_consent")


async def allot_deliveries(
    tx: Transaction,
    catalogue: Catalogue,
    sms_providers: Sequence[str],
    claimed: Sequence[Delivery],
    now: datetime,
    reconcile_after: timedelta,
) -> list[Delivery]:
    """Those that are to be handed over, with their provider. The others have no consent, and are settled."""
    if not claimed:
        return []
    granted = await _consented(tx, catalogue, claimed)
    shares = await providers.select_shares(tx, sms_providers)
    allotted = []
    for delivery in claimed:
        if delivery.channel == "wechat" and delivery.id not in granted:
            await settle_delivery(tx, delivery, _WITHOUT_CONSENT, now, reconcile_after)
            continue
        provider = _ONLY.get(delivery.channel) or provider_for(delivery.id, shares)
        allotted.append(replace(delivery, provider=provider, consent_spent=delivery.channel == "wechat"))
    await allotments.update_allotted(
        tx, [d.id for d in allotted], [d.provider or "" for d in allotted], [d.consent_spent for d in allotted]
    )
    return allotted


async def _consented(tx: Transaction, catalogue: Catalogue, claimed: Sequence[Delivery]) -> set[object]:
    """The WeChat notices that have a consent: from an earlier try, or taken now."""
    granted: set[object] = {d.id for d in claimed if d.consent_spent}
    wanted = []
    for delivery in claimed:
        if delivery.channel == "wechat" and not delivery.consent_spent:
            template = await catalogue.template(delivery.template_key, "zh", delivery.template_version)
            wanted.append((delivery.id, delivery.recipient_id, template.wechat_template_id or ""))
    return granted | await consents.spend(tx, wanted) if wanted else granted
