"""A body that the one above it is about to change, with its zone, which nobody else edits meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.institution.domain.exam_body import Territory, require_active
from services.institution.domain.exam_body_edits import OwnExamBody
from services.institution.domain.scope import scope_of
from services.institution.storage import exam_body_tree
from shared.actor import Actor
from shared.errors import NotFound, StaleVersion
from shared.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Edited:
    """The body to be changed, and all bodies of its zone."""

    one: Territory
    zone: Sequence[Territory]
    scope_id: UUID

    def in_scope(self, body_id: UUID) -> Territory:
        """Another body of the actor's scope. Raises NotFound."""
        found = next((one for one in self.zone if one.body.id == body_id and self.scope_id in one.body.path), None)
        if found is None:
            raise NotFound
        return found


async def lock_edited(tx: Transaction, body_id: UUID, expected_version: int, actor: Actor) -> Edited:
    """Raises NotFound (out of scope), OwnExamBody, StaleVersion, ExamBodyNotActive (B4)."""
    scope_id = scope_of(actor)
    zone_id = await exam_body_tree.lock_zone(tx, body_id, scope_id)
    zone = await exam_body_tree.select_subtree(tx, zone_id)
    edited = Edited(next(one for one in zone if one.body.id == body_id), zone, scope_id)
    # Read again under the lock: the body may have left the scope while this waited.
    body = edited.in_scope(body_id).body
    if body.id == scope_id:
        raise OwnExamBody
    if body.version != expected_version:
        raise StaleVersion(current=body.version, state=body.state)
    require_active(body)
    return edited
