"""Create an exam year with its dates, its catalogue and the first version of its notice (4.9, section 7)."""

from datetime import datetime
from pathlib import Path

from services.declaration.domain.cycle import Cycle, CycleDates, CycleState
from services.declaration.storage import catalogue_files, catalogues, cycles
from shared import audit
from shared.actor import Actor
from shared.ids import CycleId, new_id
from shared.postgres.transaction import Transaction


async def create_cycle(
    tx: Transaction, year: int, dates: CycleDates, *, actor: Actor, now: datetime, folder: Path = catalogue_files.FOLDER
) -> Cycle:
    """The planned cycle. It pins the catalogue as the files have it now. Raises CycleDatesDisordered, CycleExists."""
    dates.check()
    catalogue_version = await catalogues.insert(tx, catalogue_files.read_catalogue(folder), now)
    cycle = Cycle(CycleId(new_id()), year, CycleState.PLANNED, 1, catalogue_version, dates)
    await cycles.insert(tx, cycle.id, year, cycle.state, catalogue_version, dates, now)
    notice = catalogue_files.read_notice(folder)
    await cycles.insert_notice(tx, cycle.id, notice.text_zh, notice.text_en, now)
    audit.record(
        tx,
        "cycle.create",
        actor=actor,
        subject_kind="cycle",
        subject_id=cycle.id,
        at=now,
        after=cycle.state.value,
        year=year,
        catalogue_version=catalogue_version,
    )
    return cycle
