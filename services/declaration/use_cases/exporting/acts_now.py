"""Whether the maker of an export may still see its rows (B8, V24)."""

from services.declaration.domain.export import ExportJob
from services.declaration.storage import known_staff
from shared.exporting.errors import MakerNotKnownYet
from shared.postgres.transaction import Reader


async def acts_now(reader: Reader, job: ExportJob) -> bool:
    """Of staff: rights are those of this moment, and what is not known is no right. Raises MakerNotKnownYet."""
    maker = job.maker
    if maker.kind == "candidate":
        return True
    acts = await known_staff.select_acts_in(reader, maker.id, maker.scope_id, maker.role)
    if acts is None:
        raise MakerNotKnownYet
    return acts
