"""What kind of file a draft may take: its own lists say, and those of its year for what newer rules ask for (A34)."""

from services.declaration.domain.catalogue import DocumentKind
from services.declaration.storage import cycles
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from shared.postgres.transaction import Reader


async def kind_of_document(
    reader: Reader, draft: Declaration, kind: str, *, catalogues: CatalogueCache
) -> DocumentKind:
    """As the draft's own lists have it, else as the year has it now. Raises DocumentKindUnknown."""
    catalogue = await catalogues.get(reader, draft.catalogue_version)
    if kind not in catalogue.document_kinds:
        cycle = await cycles.select(reader, draft.cycle_id)
        catalogue = await catalogues.get(reader, cycle.catalogue_version)
    return catalogue.document_kind(kind)
