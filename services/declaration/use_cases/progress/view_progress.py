"""View where an own declaration stands: every step, and while it waits, its place in the unit's queue (A39, A43)."""

from dataclasses import dataclass
from uuid import UUID

from services.declaration.domain.declaration import WAITING
from services.declaration.domain.field_labels import Words
from services.declaration.storage import declarations, queue_positions, timeline
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.storage.queue_positions import QueuePosition
from services.declaration.storage.timeline import TimelineEntry
from shared.actor import Actor
from shared.postgres.transaction import Reader


@dataclass(frozen=True, slots=True)
class Progress:
    """`position` only while it waits. `reason_words` are those of the declaration's catalogue, by action and code."""

    declaration: Declaration
    steps: list[TimelineEntry]
    position: QueuePosition | None
    reason_words: dict[tuple[str, str], Words]


async def view_progress(reader: Reader, declaration_id: UUID, *, catalogues: CatalogueCache, actor: Actor) -> Progress:
    """Raises NotFound."""
    own = await declarations.select_own(reader, declaration_id, actor.id)
    steps = await timeline.select(reader, own.id)
    position = await queue_positions.select(reader, own) if own.state in WAITING else None
    catalogue = await catalogues.get(reader, own.catalogue_version)
    words = {(one.action, one.code): Words(one.text_zh, one.text_en) for one in catalogue.reasons}
    return Progress(own, steps, position, words)
