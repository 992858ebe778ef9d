"""Show a candidate the own declaration: content, files, confirmations, and per section what is missing (A25, A43)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.declaration import EDITABLE
from services.declaration.storage import contents, declarations, documents, known_bindings, prior_confirmations
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.documents import Document
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.storage.prior_confirmations import PriorConfirmation
from services.declaration.use_cases.submitting.preview_declaration import preview_declaration
from shared.actor import Actor
from shared.errors import Conflict, FieldProblem, Forbidden
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Sight:
    """`binding` only while the declaration is editable: where it would go. `problems` only where it can be
    judged."""

    declaration: Declaration
    binding: KnownBinding | None
    content: Content
    documents: list[Document]
    confirmations: dict[UUID, PriorConfirmation]
    problems: tuple[FieldProblem, ...] | None


async def view_declaration(
    reader: Reader, declaration_id: UUID, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Sight:
    """Raises NotFound."""
    declaration = await declarations.select_own(reader, declaration_id, actor.id)
    binding, problems = None, None
    if declaration.state in EDITABLE:
        binding = await known_bindings.select_open(reader, actor.id)
        try:
            preview = await preview_declaration(
                reader, declaration.id, keyring=keyring, catalogues=catalogues, actor=actor, now=now
            )
            problems = preview.problems
        except (Forbidden, Conflict):
            # No identity or binding now: the profile says so; the draft can be looked at all the same.
            problems = None
    return Sight(
        declaration,
        binding,
        await contents.select(reader, keyring, declaration.id),
        await documents.select_all(reader, declaration.id),
        await prior_confirmations.select(reader, declaration.id),
        problems,
    )
