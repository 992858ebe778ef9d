"""Turn to the other SMS provider when one does badly, and back by steps; whoever runs this comes to the same (G3)."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from services.notification.domain.provider_health import judged
from services.notification.storage import providers
from shared.postgres.transaction import Transaction

log = structlog.get_logger()


async def judge_providers(tx: Transaction, names: Sequence[str], now: datetime) -> None:
    """Change the shares that have to change, at most every few seconds over all copies."""
    healths = await providers.lock_health(tx, names, now)
    changed = judged(healths, now)
    for health in healths:
        if (share := changed.get(health.name)) is not None:
            await providers.update_share(tx, health.name, share, now)
            alarm = log.error if share < health.share else log.info
            alarm(
                "sms_provider_switched",
                provider=health.name,
                share=share,
                share_before=health.share,
                sends=health.sends,
                errors=health.errors,
                slow=health.slow,
                recent_sends=health.recent_sends,
                recent_errors=health.recent_errors,
                recent_slow=health.recent_slow,
            )
