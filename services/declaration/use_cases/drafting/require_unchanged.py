"""A save names the version it was made from: whether somebody else changed the same sections since then (P17)."""

from collections.abc import Collection

from services.declaration.domain.saving_errors import DraftChangedMeanwhile, changed_meanwhile
from services.declaration.storage import draft_sections
from services.declaration.storage.declarations import Declaration
from shared.postgres.transaction import Reader


async def require_unchanged(
    reader: Reader, draft: Declaration, expected_version: int, sections: Collection[str] | None
) -> list[str]:
    """Sections other than `sections` that changed since `expected_version`: to be read again, but no reason to refuse.
    Raises DraftChangedMeanwhile naming every section that changed, when one of `sections` did, when the version is one
    that never was, and for None, a save of everything, whenever there is a newer version."""
    if expected_version == draft.version:
        return []
    saved = await draft_sections.select(reader, draft.id)
    changed = sorted(one.section for one in saved.values() if one.version > expected_version)
    stale = sections is None or not set(sections).isdisjoint(changed)
    if stale or expected_version > draft.version:
        raise DraftChangedMeanwhile(problems=changed_meanwhile(changed), current=draft.version, state=draft.state.value)
    return changed
