"""An institution takes a supervisor off its roster; what he or she guided before stays as it is (P2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.supervisor import Supervisor
from services.institution.use_cases.supervisors.replace_supervisor import lock_listed, replace_supervisor
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def deactivate_supervisor(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    supervisor_id: UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Supervisor:
    """Raises NotFound, StaleVersion, SupervisorInactive."""
    before, secrets = await lock_listed(tx, keyring, institution_id, supervisor_id, expected_version, actor)
    changed = replace(before, active=False, deactivated_at=now)
    return await replace_supervisor(tx, keyring, changed, secrets, action="supervisor.deactivate", actor=actor, now=now)
