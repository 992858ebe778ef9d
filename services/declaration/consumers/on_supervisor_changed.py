"""A roster changed: candidates pick supervisors from it, submissions and approvals check it (P2, 5.3)."""

from services.declaration.dependencies import Dependencies
from services.declaration.domain.supervision import Supervisor
from services.declaration.storage import known_supervisors, risk_tasks
from services.declaration.storage.known_supervisors import KnownSupervisor, place
from shared.contracts.institution import SupervisorChanged
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.sealing import seal_text, unseal_from_event


async def on_supervisor_changed(tx: Transaction, event: SupervisorChanged, deps: Dependencies) -> None:
    """Remember the newest state; name and number stay sealed, the first digit of the number is the level."""
    keyring, subject, kind = deps.keyring, event.supervisor_id, known_supervisors.DATA_CLASS
    event_place = f"{SupervisorChanged.TYPE}.{{}}:{subject}".format
    name = unseal_from_event(keyring, kind, event_place("name"), event.name)
    number = unseal_from_event(keyring, kind, event_place("practising_certificate_no"), event.practising_certificate_no)
    level = int(number[0]) if number[:1].isdigit() else 0
    facts = Supervisor(subject, event.institution_id, level, event.category_code, event.multi_site, event.active)
    supervisor = KnownSupervisor(
        facts,
        seal_text(keyring, kind, place("name", subject), name),
        seal_text(keyring, kind, place("practising_certificate_no", subject), number),
    )
    index = blind_index(keyring, "index_person", "practising_certificate_no", number)
    await known_supervisors.upsert(tx, supervisor, event.aggregate_version, index)
    await risk_tasks.insert_of_supervisor(tx, subject, deps.clock.now())
