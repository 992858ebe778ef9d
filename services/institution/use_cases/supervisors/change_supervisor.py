"""An institution corrects a supervisor's category or multi-site flag, or takes the person off the roster (P2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.supervisor import Supervisor, SupervisorInactive
from services.institution.storage import supervisors
from services.institution.use_cases.supervisors.announce_supervisor import announce_supervisor
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
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
    active: bool,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> Supervisor:
    """Raises NotFound, StaleVersion, SupervisorInactive."""
    if institution_id != actor.scope_id:
        raise NotFound
    before, secrets = await supervisors.lock(tx, keyring, supervisor_id, institution_id)
    if before.version != expected_version:
        raise StaleVersion(current=before.version, state="active" if before.active else "inactive")
    if not before.active:
        raise SupervisorInactive
    after = replace(
        before,
        version=before.version + 1,
        category_code=category_code,
        multi_site=multi_site,
        active=active,
        deactivated_at=None if active else now,
    )
    await supervisors.update(tx, after)
    action = "supervisor.change" if active else "supervisor.deactivate"
    announce_supervisor(tx, keyring, after, secrets, action=action, actor=actor, now=now)
    return after
