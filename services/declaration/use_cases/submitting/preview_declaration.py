"""Preview a declaration: what would be handed in, and every rule that fails. Submits nothing (A36)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.storage import submissions
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.submissions import Case, Unit
from services.declaration.use_cases.submitting.assess_declaration import Assessment, assess_declaration
from services.declaration.use_cases.submitting.submit_declarations import open_case, require_unit
from services.declaration.use_cases.submitting.unanswered_reasons import unanswered_reasons
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.identity import PersonIdentity
from shared.errors import FieldProblem
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a confirm page shows."""

    case: Case
    unit: Unit
    content: Content
    identity: PersonIdentity
    assessment: Assessment
    unanswered: tuple[FieldProblem, ...]

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Everything a submission would be refused for."""
        return (*self.unanswered, *self.assessment.problems)


async def preview_declaration(
    reader: Reader, declaration_id: UUID, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Preview:
    """Raises NotFound, IdentityRequired, BindingRequired, BindingFrozen, CategoryNotOffered."""
    case = await submissions.select(reader, declaration_id, actor.id)
    return await preview_case(reader, case, keyring=keyring, catalogues=catalogues, now=now)


async def preview_case(
    reader: Reader, case: Case, *, keyring: Keyring, catalogues: CatalogueCache, now: datetime
) -> Preview:
    """The same of a case that was read. Raises IdentityRequired, BindingRequired, BindingFrozen, CategoryNotOffered."""
    unit = require_unit(case)
    catalogue = await catalogues.get_under(reader, case.versions)
    opened = open_case(case, keyring)
    today = now.astimezone(SHANGHAI).date()
    assessment = assess_declaration(case, unit, opened.content, opened.identity, catalogue, today)
    unanswered = unanswered_reasons(case, keyring)
    return Preview(case, unit, opened.content, opened.identity, assessment, unanswered)
