"""What differs between two versions of the rules of a year."""

from uuid import UUID

from services.declaration.domain.rule_differences import RuleDifference, rule_differences
from services.declaration.storage import catalogues, cycles, rule_publications
from shared.errors import NotFound
from shared.postgres.transaction import Reader


async def compare_rule_versions(
    reader: Reader, cycle_id: UUID, version: int, other: int | None
) -> tuple[int, list[RuleDifference]]:
    """Against `other`, by default the version it was made from: that version, and the differences. Raises NotFound
    for versions that are none of the year's."""
    cycle = await cycles.select(reader, cycle_id)
    published = await rule_publications.select_all(reader, cycle.id)
    bases = {one.catalogue_version: one.base_version for one in published}
    of_the_year = {cycle.catalogue_version, *bases, *bases.values()}
    base = other if other is not None else bases.get(version, version)
    if not {version, base} <= of_the_year:
        raise NotFound
    before, after = [await catalogues.select_rules(reader, one) for one in (base, version)]
    return base, rule_differences(before, after)
