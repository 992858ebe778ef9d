"""Which accounts a unit may see by their ids: its own. A declaration that comes from another unit, or whose earlier
unit was asked, bears the steps of strangers (4.5, A39)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.declaration.storage import known_staff
from services.declaration.use_cases.reviewing.reviewable import scope_of
from shared.actor import Actor
from shared.postgres.transaction import Reader


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The nodes of accounts, as far as they are known, seen by one account of a unit."""

    reviewer_id: UUID
    unit_id: UUID
    nodes: Mapping[UUID, UUID]

    def named(self, staff_id: UUID, role: str) -> UUID | None:
        """Who took a step: oneself, and who is known to belong to the unit. Any unit may have been there before."""
        mine = staff_id == self.reviewer_id or self.nodes.get(staff_id) == self.unit_id
        return staff_id if mine and role.startswith("institution_") else None

    def unless_elsewhere(self, staff_id: UUID | None) -> UUID | None:
        """Who holds a claim or approved first: only this unit's reviewers can, so that who is not known yet is one; an
        account that went elsewhere since is not shown."""
        return None if staff_id is None or self.nodes.get(staff_id, self.unit_id) != self.unit_id else staff_id


async def find_colleagues(reader: Reader, staff_ids: Collection[UUID | None], *, actor: Actor) -> Colleagues:
    """Raises NotFound for accounts without a unit."""
    wanted = {one for one in staff_ids if one is not None}
    return Colleagues(actor.id, scope_of(actor), await known_staff.select_scopes(reader, wanted))
