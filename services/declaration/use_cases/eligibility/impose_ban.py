"""Bar somebody from declaring until a date, or for life; the person is told (R29)."""

from dataclasses import dataclass
from datetime import date, datetime

from services.declaration.domain.eligibility_errors import BanEndsInThePast, BanNeedsAnEnd, PersonUnknown
from services.declaration.storage import bans, known_people
from services.declaration.storage.bans import Ban
from services.declaration.use_cases.eligibility.tell_ban import tell_ban
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text

_FOR_LIFE = "organised_cheating"


@dataclass(frozen=True, slots=True, repr=False)
class Barred:
    """Who is barred and why. The number never leaves this object but as a keyed hash."""

    document_type: str
    document_no: str
    reason_code: str
    note: str
    until: date | None


async def impose_ban(tx: Transaction, barred: Barred, *, keyring: Keyring, actor: Actor, now: datetime) -> Ban:
    """The ban. What was submitted before stays as it is; revoking that is a decision of its own. Raises PersonUnknown,
    BanEndsInThePast, BanNeedsAnEnd."""
    if barred.until is None and barred.reason_code != _FOR_LIFE:
        raise BanNeedsAnEnd
    if barred.until is not None and barred.until < now.astimezone(SHANGHAI).date():
        raise BanEndsInThePast
    index = blind_index(keyring, "index_person", "document_no", barred.document_no)
    if (person_id := await known_people.select_by_document(tx, index, barred.document_type)) is None:
        raise PersonUnknown
    ban_id = new_id()
    note = seal_text(keyring, bans.DATA_CLASS, bans.place("note", ban_id), barred.note)
    ban = Ban(ban_id, person_id, 1, barred.reason_code, note, barred.until, now, None, None)
    await bans.insert(tx, ban, actor.id)
    tell_ban(tx, ban, "imposed", actor=actor, now=now)
    return ban
