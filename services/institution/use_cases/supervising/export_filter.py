"""The filter of an export of institutions: as it is kept with the job, and as the list takes it (B8)."""

from datetime import date
from typing import cast
from uuid import UUID

from services.institution.domain.supervised import RequiredField, Standing
from services.institution.storage.supervision import SupervisionFilter
from shared.exporting.job import Filter


def kept_filter(wanted: SupervisionFilter) -> Filter:
    """Ids, codes and flags; year and day are those of the request, whenever the file is made."""
    return {
        "standing": wanted.standing,
        "cycle_year": str(wanted.cycle_year),
        "body_id": None if wanted.body_id is None else str(wanted.body_id),
        "direct": wanted.direct,
        "lacking": wanted.lacking,
        "ended_before": None if wanted.ended_before is None else wanted.ended_before.isoformat(),
    }


def opened_filter(kept: Filter) -> SupervisionFilter:
    """What `kept_filter` was made of."""
    body_id, ended = kept["body_id"], kept["ended_before"]
    return SupervisionFilter(
        standing=cast("Standing | None", kept["standing"]),
        cycle_year=int(str(kept["cycle_year"])),
        body_id=None if body_id is None else UUID(str(body_id)),
        direct=bool(kept["direct"]),
        lacking=cast("RequiredField | None", kept["lacking"]),
        ended_before=None if ended is None else date.fromisoformat(str(ended)),
    )
