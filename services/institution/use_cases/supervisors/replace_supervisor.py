"""One change of a line on a roster: lock, version, audit row and event in one transaction."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.institution.domain.scope import scope_of
from services.institution.domain.supervisor import Supervisor, SupervisorInactive
from services.institution.storage import supervisors
from services.institution.storage.supervisors import SupervisorSecrets
from services.institution.use_cases.supervisors.announce_supervisor import announce_supervisor
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def lock_listed(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    supervisor_id: UUID,
    expected_version: int,
    actor: Actor,
) -> tuple[Supervisor, SupervisorSecrets]:
    """An active line of the actor's own roster. Raises NotFound, StaleVersion, SupervisorInactive."""
    if institution_id != scope_of(actor):
        raise NotFound
    found, secrets = await supervisors.lock(tx, keyring, supervisor_id, institution_id)
    if found.version != expected_version:
        raise StaleVersion(current=found.version, state="active" if found.active else "inactive")
    if not found.active:
        raise SupervisorInactive
    return found, secrets


async def replace_supervisor(
    tx: Transaction,
    keyring: Keyring,
    changed: Supervisor,
    secrets: SupervisorSecrets,
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> Supervisor:
    """Write a locked line under its next version."""
    after = replace(changed, version=changed.version + 1)
    await supervisors.update(tx, after)
    announce_supervisor(tx, keyring, after, secrets, action=action, actor=actor, now=now)
    return after
