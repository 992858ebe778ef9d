"""With a person's verification everything falls that rests on it: open declarations become revoked, and what was filed
leaves its accepted list (4.1, 4.4)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.declaration import FINAL, Action
from services.declaration.storage import declarations, list_lines
from services.declaration.use_cases.event_fields import event_fields
from services.declaration.use_cases.move_declaration import move_declaration
from shared import outbox
from shared.actor import SYSTEM
from shared.contracts.declaration import DeclarationRevoked
from shared.postgres.transaction import Transaction


async def revoke_open_declarations(tx: Transaction, person_id: UUID, reason_code: str, now: datetime) -> int:
    """How many were revoked. The unit hears of those that were ever handed in; a draft was nobody's business."""
    revoked = 0
    for declaration in await declarations.lock_all_of_person(tx, person_id):
        if declaration.state in FINAL:
            continue
        moved = await move_declaration(
            tx, declaration, Action.REVOKE_WITH_IDENTITY, actor=SYSTEM, now=now, reason_codes=[reason_code]
        )
        await list_lines.release_reopened(tx, [declaration.id])
        revoked += 1
        if moved.submission > 0:
            outbox.add(tx, DeclarationRevoked(**event_fields(moved, now), reason_code=reason_code))
    return revoked
