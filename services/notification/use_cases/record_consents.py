"""Count the consents a person gave in the mini program: each lets one message of its template through."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.notification.domain.preference import WechatTemplateUnknown
from services.notification.storage import consents
from shared.postgres.transaction import Transaction


async def record_consents(tx: Transaction, person_id: UUID, accepted: Sequence[str], now: datetime) -> None:
    """Raises WechatTemplateUnknown, and then counts none of them."""
    known = {template_id for template_id, _ in await consents.select_of_person(tx, person_id)}
    if set(accepted) - known:
        raise WechatTemplateUnknown
    await consents.insert_given(tx, person_id, sorted(set(accepted)), now)
