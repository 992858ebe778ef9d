"""The zone sets the thresholds of a signal; a minute later the sweep asks for everything (`ask_for_everything`)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.declaration.domain.risk.thresholds import Setting, checked
from services.declaration.storage import risk_thresholds
from services.declaration.storage.risk_thresholds import Thresholds
from shared import audit
from shared.actor import Actor
from shared.errors import StaleVersion
from shared.postgres.transaction import Transaction


async def set_thresholds(
    tx: Transaction,
    rule: str,
    limits: Mapping[str, int],
    *,
    enabled: bool,
    reason: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Thresholds:
    """What counts now. Raises RuleUnknown, ThresholdsInvalid, StaleVersion."""
    setting = Setting(rule, enabled, checked(rule, limits))
    current = await risk_thresholds.select_current(tx)
    if current.version != expected_version:
        raise StaleVersion(current=current.version, state="set")
    new = Thresholds(current.version + 1, {**current.settings, rule: setting}, reason, actor.id, now)
    await risk_thresholds.insert(tx, new)
    before = current.settings.get(rule)
    audit.record(
        tx,
        "risk.set_thresholds",
        actor=actor,
        subject_kind="risk_thresholds",
        subject_id=UUID(int=new.version),
        at=now,
        before=_shown(before) if before else None,
        after=_shown(setting),
        reason=reason,
        rule=rule,
        version=new.version,
    )
    return new


def _shown(setting: Setting) -> str:
    limits = ", ".join(f"{name}={value}" for name, value in sorted(setting.limits.items()))
    return f"{'on' if setting.enabled else 'off'}: {limits}"
