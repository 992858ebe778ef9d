"""Answer a decision packet that asks what was told about a declaration: the words of the inbox, and what became of each
notice by each channel; in parts, sealed for declaration (C6)."""

from datetime import datetime
from typing import Final

from services.notification.storage import told_notices
from services.notification.storage.catalogue import Catalogue
from services.notification.storage.told_notices import Told
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.declaration import PacketNoticesAsked
from shared.contracts.notification import PacketNoticesTold, ToldNotice, ToldNotices
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_for_event

_PER_PART: Final = 50
"""Some hundred kilobytes, of the megabytes that a message may hold."""


async def tell_packet_notices(
    tx: Transaction, asked: PacketNoticesAsked, catalogue: Catalogue, keyring: Keyring, now: datetime
) -> None:
    """All parts leave in one commit. Raises RuleMissing while a template is not loaded."""
    notices = [await _worded(one, catalogue) for one in await told_notices.select(tx, asked)]
    parts = [notices[start : start + _PER_PART] for start in range(0, len(notices), _PER_PART)] or [[]]
    for number, part in enumerate(parts, start=1):
        place = f"{PacketNoticesTold.TYPE}.notices:{asked.packet_id}/{number}"
        content = ToldNotices(notices=part).model_dump_json()
        outbox.add(
            tx,
            PacketNoticesTold(
                occurred_at=now,
                aggregate_version=number,
                packet_id=asked.packet_id,
                part=number,
                parts=len(parts),
                notices=seal_for_event(keyring, "told_notice", place, content),
            ),
        )
    audit.record(
        tx,
        "packet_notices.tell",
        actor=SYSTEM,
        subject_kind="declaration",
        subject_id=asked.declaration_id,
        at=now,
        packet_id=str(asked.packet_id),
        notices=len(notices),
    )


async def _worded(one: Told, catalogue: Catalogue) -> ToldNotice:
    """As the inbox shows it; a message that was emptied has its kind and no words."""
    template = await catalogue.template(one.template_key, one.language, one.template_version)
    return ToldNotice(
        event_id=one.event_id,
        event_type=one.event_type,
        recipient=one.recipient,
        recipient_id=one.recipient_id,
        template_key=one.template_key,
        template_version=one.template_version,
        language=template.language,
        title=template.title,
        body=template.body.format_map(one.parameters) if one.purged_at is None else None,
        purged_at=one.purged_at,
        created_at=one.created_at,
        read_at=one.read_at,
        channels=one.channels,
    )
