"""What identity looks at beside what every service does (M11)."""

from typing import Final

from services.identity.dependencies import Dependencies
from services.identity.storage import persons
from shared.reconciling.findings import note
from shared.reconciling.positions import select_position, upsert_position

_NAME: Final = "lost_subject_keys"
_PAGE: Final = 1000


async def look_for_lost_keys(deps: Dependencies) -> None:
    """People whose phone is sealed for them and whose key the store does not have: a lost store, found before all of
    them are missed one by one. A page a run; the position holds how many were found in this round, and the last id."""
    async with deps.database.read() as reader:
        found, _, after = (await select_position(reader, _NAME, "0 ")).partition(" ")
        people = await persons.select_sealed_for(reader, after or None, _PAGE)
    lost = int(found) + len(await deps.subject_keys.lacking(people)) if people else int(found)
    last = len(people) < _PAGE
    async with deps.database.transaction() as tx:
        if lost or last:
            await note(tx, "lost_subject_key", "person", lost)
        await upsert_position(tx, _NAME, "0 " if last else f"{lost} {people[-1]}")
