"""Find people by name, birth date, phone or document, to see whether one human being is here twice (5.4)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.document_numbers import birth_date_and_sex
from services.identity.storage import people_search
from services.identity.storage.people_search import PersonFound, SearchIndexes
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem, Invalid
from shared.ids import new_id
from shared.postgres.transaction import Reader, Transaction
from shared.security.blind_index import BlindIndex, blind_index, lock_value
from shared.security.keyring import Keyring

_MOST = 50
_HINTS = 10


class NothingToSearch(Invalid):
    """A birth date alone finds everybody born that day."""

    code = "nothing_to_search"
    message_zh = "请填写姓名、手机号或证件号码；出生日期须与姓名一起填写。"
    message_en = "Give a name, a phone or a document number; a birth date only together with a name."


@dataclass(frozen=True, slots=True)
class WhoToFind:
    """What is known of the person."""

    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    document_no: str | None = None


async def search_people(
    tx: Transaction, who: WhoToFind, actor: Actor, keyring: Keyring, now: datetime
) -> list[PersonFound]:
    """Everybody who agrees in at least one thing, the likeliest first. With a birth date a name must agree together
    with it. Every search is recorded, by the kinds of what was asked, never by their values. Raises NothingToSearch."""
    if who.name is None and who.phone is None and who.document_no is None:
        raise NothingToSearch(problems=[FieldProblem("/name", "missing", "请填写", "enter this")])
    found = await people_search.select(tx, _indexes(who, keyring), _MOST)
    asked = [field for field in ("name", "birth_date", "phone", "document_no") if getattr(who, field) is not None]
    audit.record(
        tx,
        "person.search",
        actor=actor,
        subject_kind="search",
        subject_id=new_id(),
        at=now,
        asked=asked,
        found=len(found),
        people=sorted({str(one.person_id) for one in found}),
    )
    return found


async def find_duplicates(
    reader: Reader, claim: Claim, born: date | None, person_id: UUID, keyring: Keyring
) -> list[PersonFound]:
    """Other people, verified now or before, who may be the claimant: same name and birth date where one is known (from
    the number, or from the reviewer), else the same name; or the very document (F16)."""
    if born is None and (said := birth_date_and_sex(claim.document_type, claim.document_no)):
        born = said[0]
    indexes = _indexes(WhoToFind(name=claim.name, birth_date=born, document_no=claim.document_no), keyring)
    return await people_search.select(reader, indexes, _HINTS, but=person_id)


async def compare_before_verifying(
    tx: Transaction, claim: Claim, born: date, person_id: UUID, keyring: Keyring
) -> list[PersonFound]:
    """`find_duplicates`, under a lock on name and birth date until commit: of two accounts of one human being that are
    decided at the same moment, the second sees the first (5.4, F16)."""
    await lock_value(tx, name_and_birth_index(keyring, claim.name, born.isoformat()), always=True)
    return await find_duplicates(tx, claim, born, person_id, keyring)


def name_and_birth_index(keyring: Keyring, name: str, born: str) -> BlindIndex:
    """The keyed hash of a name together with an ISO birth date."""
    return blind_index(keyring, "index_person", "name_and_birth", f"{name}|{born}")


def _indexes(who: WhoToFind, keyring: Keyring) -> SearchIndexes:
    name = birth = phone = document = None
    if who.name is not None and who.birth_date is not None:
        birth = name_and_birth_index(keyring, who.name, who.birth_date.isoformat())
    elif who.name is not None:
        name = blind_index(keyring, "index_person", "name", who.name)
    if who.phone is not None:
        phone = blind_index(keyring, "index_contact", "phone", who.phone)
    if who.document_no is not None:
        document = blind_index(keyring, "index_person", "document_no", who.document_no)
    return SearchIndexes(name, birth, phone, document)
