"""After a draft was edited: earlier rows that say something else, or lie with other certificates, lose what was said
about them; at another unit all lose what the former one said (4.5, A32)."""

from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.prior_rows import said
from services.declaration.storage import documents, prior_confirmations
from shared import audit
from shared.actor import Actor
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring


async def renew_confirmations(
    tx: Transaction, declaration_id: UUID, content: Content, *, keyring: Keyring, actor: Actor, now: datetime
) -> None:
    """New and changed rows wait for a reviewer, or for the image of their certificate (C4); those that lost a decision
    say so; the others keep what was said."""
    if not content.prior_periods:
        await prior_confirmations.delete_gone(tx, declaration_id, [])
        return
    certificates: dict[UUID, list[str]] = {one.id: [] for one in content.prior_periods}
    for document in await documents.select_all(tx, declaration_id):
        if document.period_id in certificates:
            certificates[document.period_id].append(document.sha256)
    fingerprints = {
        one.id: bytes(blind_index(keyring, "index_person", "prior_row", said(one, certificates[one.id])))
        for one in content.prior_periods
    }
    await prior_confirmations.delete_gone(tx, declaration_id, list(fingerprints))
    unit_id = next((one.institution_id for one in content.periods if one.is_current), None)
    voided = await prior_confirmations.update_said(tx, declaration_id, fingerprints, unit_id, now)
    for period_id, before, after in voided:
        audit.record(
            tx,
            "declaration.void_prior_row",
            actor=actor,
            subject_kind="declaration",
            subject_id=declaration_id,
            at=now,
            before=before,
            after=after,
            period_id=str(period_id),
        )
