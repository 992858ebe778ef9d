"""Cancel an upload: it expires now, and its parts go with the next round (P17)."""

from datetime import datetime
from uuid import UUID

from services.declaration.storage import uploads
from services.declaration.use_cases.uploading.add_part import require_open
from shared.actor import Actor
from shared.postgres.transaction import Transaction


async def cancel_upload(tx: Transaction, declaration_id: UUID, upload_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Raises NotFound, UploadOver."""
    upload = await uploads.lock_own(tx, upload_id, declaration_id, actor.id)
    require_open(upload, now)
    await uploads.update_expired(tx, upload.id, now)
