"""Change level, category or route of a draft (A23)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import require_editable
from services.declaration.storage import contents, declarations
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.drafting.start_declaration import Wish
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def change_choice(
    tx: Transaction,
    declaration_id: UUID,
    wish: Wish,
    *,
    expected_version: int,
    catalogues: CatalogueCache,
    actor: Actor,
    now: datetime,
) -> Declaration:
    """The changed draft. Raises NotFound, StaleVersion, DeclarationNotEditable, CategoryNotOffered."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, expected_version)
    require_editable(draft.state)
    catalogue = await catalogues.get(tx, draft.catalogue_version)
    catalogue.choose(draft.cycle_year, wish.exam_level, wish.route, wish.exam_category_code)
    changed = replace(draft, exam_level=wish.exam_level, exam_category_code=wish.exam_category_code, route=wish.route)
    await declarations.update_choice(tx, changed)
    version = await contents.touch(tx, draft.id, now)
    audit.record(
        tx,
        "declaration.change_choice",
        actor=actor,
        subject_kind="declaration",
        subject_id=draft.id,
        at=now,
        exam_level=wish.exam_level,
        exam_category_code=wish.exam_category_code,
    )
    return replace(changed, version=version, updated_at=now)
