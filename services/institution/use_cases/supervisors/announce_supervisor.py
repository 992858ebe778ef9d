"""Audit row and event of a change on the roster."""

from datetime import datetime

from services.institution.domain.supervisor import Supervisor
from services.institution.storage.supervisors import SupervisorSecrets
from shared import audit, outbox
from shared.actor import Actor
from shared.contracts.institution import SupervisorChanged
from shared.ids import InstitutionId, SupervisorId
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event


def announce_supervisor(
    tx: Transaction,
    keyring: Keyring,
    supervisor: Supervisor,
    secrets: SupervisorSecrets,
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Publish SupervisorChanged with `tx` and record who did it."""
    outbox.add(tx, supervisor_changed(keyring, supervisor, secrets, now))
    audit.record(
        tx,
        action,
        actor=actor,
        subject_kind="supervisor",
        subject_id=supervisor.id,
        at=now,
        after="active" if supervisor.active else "inactive",
        institution_id=str(supervisor.institution_id),
    )


def supervisor_changed(
    keyring: Keyring, supervisor: Supervisor, secrets: SupervisorSecrets, now: datetime
) -> SupervisorChanged:
    """The line as it is now."""

    def sealed(field: str, value: str) -> str:
        return seal_for_event(keyring, "person", f"{SupervisorChanged.TYPE}.{field}:{supervisor.id}", value)

    return SupervisorChanged(
        occurred_at=now,
        aggregate_version=supervisor.version,
        supervisor_id=SupervisorId(supervisor.id),
        institution_id=InstitutionId(supervisor.institution_id),
        name=sealed("name", secrets.name),
        practising_certificate_no=sealed("practising_certificate_no", secrets.practising_no),
        category_code=supervisor.category_code,
        multi_site=supervisor.multi_site,
        trainee_limit=supervisor.trainee_limit,
        active=supervisor.active,
    )
