"""Restart an upload whose parts did not make what was promised: it begins at 0 again (P17)."""

from uuid import UUID

from services.declaration.storage import uploads
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def restart_upload(tx: Transaction, declaration_id: UUID, upload_id: UUID, *, actor: Actor) -> None:
    """Raises NotFound."""
    upload = await uploads.lock_own(tx, upload_id, declaration_id, actor.id)
    await uploads.update_restarted(tx, upload.id)
