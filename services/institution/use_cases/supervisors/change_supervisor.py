"""An institution corrects a supervisor's category, multi-site flag or limit (P2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.supervisor import Supervisor
from services.institution.use_cases.supervisors.replace_supervisor import lock_listed, replace_supervisor
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def change_supervisor(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    supervisor_id: UUID,
    *,
    category_code: str,
    multi_site: bool,
    trainee_limit: int,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Supervisor:
    """Raises NotFound, StaleVersion, SupervisorInactive."""
    before, secrets = await lock_listed(tx, keyring, institution_id, supervisor_id, expected_version, actor)
    changed = replace(before, category_code=category_code, multi_site=multi_site, trainee_limit=trainee_limit)
    return await replace_supervisor(tx, keyring, changed, secrets, action="supervisor.change", actor=actor, now=now)
