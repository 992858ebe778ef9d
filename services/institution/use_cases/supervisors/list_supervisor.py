"""An institution puts a supervisor on its roster (C2, P2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.institution.domain.certificate_numbers import category_of
from services.institution.domain.scope import scope_of
from services.institution.domain.supervisor import Supervisor, category_differs, require_may_supervise
from services.institution.storage import institutions, supervisors
from services.institution.storage.supervisors import SupervisorSecrets
from services.institution.use_cases.supervisors.announce_supervisor import announce_supervisor
from shared.actor import Actor
from shared.ids import new_id
from shared.masking import mask_document_no, mask_name
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class ListedSupervisor:
    """The new line, and what deserves a second look: listed_elsewhere (F4), category_differs (5.5)."""

    supervisor: Supervisor
    warnings: list[str]


async def list_supervisor(
    tx: Transaction,
    keyring: Keyring,
    institution_id: UUID,
    secrets: SupervisorSecrets,
    category_code: str | None,
    *,
    multi_site: bool,
    trainee_limit: int,
    actor: Actor,
    now: datetime,
) -> ListedSupervisor:
    """Without a category the number's own is taken. Raises NotFound, PractisingNumberWrong, SupervisorListed."""
    await institutions.select(tx, institution_id, scope_of(actor))
    supervisor = new_supervisor(
        institution_id, secrets, category_code, multi_site=multi_site, trainee_limit=trainee_limit, now=now
    )
    await supervisors.insert(tx, keyring, supervisor, secrets, actor.id)
    announce_supervisor(tx, keyring, supervisor, secrets, action="supervisor.list", actor=actor, now=now)
    listing = await supervisors.select_listing(tx, keyring, secrets.practising_no)
    return ListedSupervisor(supervisor, second_looks(supervisor, secrets.practising_no, listing))


def new_supervisor(
    institution_id: UUID,
    secrets: SupervisorSecrets,
    category_code: str | None,
    *,
    multi_site: bool,
    trainee_limit: int,
    now: datetime,
) -> Supervisor:
    """The line that listing would add. Raises PractisingNumberWrong."""
    require_may_supervise(secrets.practising_no)
    return Supervisor(
        id=new_id(),
        version=1,
        institution_id=institution_id,
        name_masked=mask_name(secrets.name),
        practising_no_masked=mask_document_no(secrets.practising_no),
        category_code=category_code or category_of(secrets.practising_no),
        multi_site=multi_site,
        trainee_limit=trainee_limit,
        active=True,
        listed_at=now,
        deactivated_at=None,
    )


def second_looks(supervisor: Supervisor, practising_no: str, listing: set[UUID]) -> list[str]:
    """The warnings that a line deserves, `listing` being the institutions that list the number."""
    warnings = ["category_differs"] if category_differs(supervisor.category_code, practising_no) else []
    elsewhere = not supervisor.multi_site and listing - {supervisor.institution_id}
    return [*warnings, "listed_elsewhere"] if elsewhere else warnings
