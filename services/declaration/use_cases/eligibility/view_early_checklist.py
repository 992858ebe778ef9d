"""Show a bound person which documents take long, before anything is declared (P13)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.early_checklist import (
    Circumstance,
    LeadTime,
    first_full_year,
    long_documents,
    opening_day,
)
from services.declaration.domain.eligibility_terms import Ground
from services.declaration.domain.facts import applicant_of
from services.declaration.storage import cycles, eligibility_terms, known_bindings
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.known_people import open_identity
from services.declaration.storage.lead_times import read_lead_times
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from shared.clock import SHANGHAI
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class EarlyChecklist:
    """`started_on` is the day of the binding where no start was registered. `groups`: what is needed by everybody like
    this person first, then by circumstance."""

    exam_year: int
    started_on: date
    registered: bool
    opens_on: date
    today: date
    catalogue: Catalogue
    groups: list[tuple[Circumstance, list[LeadTime]]]


async def view_early_checklist(
    reader: Reader, person_id: UUID, *, keyring: Keyring, catalogues: CatalogueCache, now: datetime
) -> EarlyChecklist:
    """Raises IdentityRequired, IdentityRevoked, BindingRequired, BindingFrozen, NoOpenCycle."""
    person, _ = await require_candidate(reader, person_id)
    cycle = await cycles.select_current(reader)
    catalogue = await catalogues.get(reader, cycle.catalogue_version)
    today = now.astimezone(SHANGHAI).date()
    registered, bound_since = await known_bindings.select_start(reader, person_id)
    started_on = registered or (bound_since.astimezone(SHANGHAI).date() if bound_since else today)
    identity = open_identity(keyring, person_id, person.identity)
    applicant = applicant_of(identity.document_type, identity.document_no, None)
    ground = Ground(cycle, await eligibility_terms.select(reader, cycle.id), today)
    year = first_full_year(started_on, cycle.year)
    groups = long_documents(catalogue, applicant, started_on, ground, read_lead_times())
    return EarlyChecklist(
        year, started_on, registered is not None, opening_day(cycle, year), today, catalogue, list(groups)
    )
