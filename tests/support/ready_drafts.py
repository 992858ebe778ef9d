"""Fills the declaration service with ready drafts, and notification with their units' staff, by COPY: what the services
themselves would have written, sealed with the stack's own keys."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from deploy.local.credentials import keyring_file
from deploy.local.stack import Stack
from services.declaration.domain.content import CONTENT, Content
from services.declaration.storage import contents, documents, known_people
from shared.clock import SHANGHAI
from shared.contracts.identity import PersonIdentity
from shared.ids import new_id
from shared.security.keyring import Keyring
from shared.security.sealing import seal
from shared.security.tokens import SigningKey

INSTITUTIONS = 100
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Draft:
    """A declaration that is ready to be submitted."""

    id: UUID
    person_id: UUID
    institution_id: UUID


async def trust(stack: Stack, signing: SigningKey, schemas: Iterable[str], database: str = "tiro") -> None:
    """Let services accept tokens of the benchmark's own key."""
    connection = await asyncpg.connect(_admin(stack, database))
    now = datetime.now(SHANGHAI)
    for schema in schemas:
        await connection.execute(
            f"INSERT INTO {schema}.known_signing_key VALUES ($1, $2, $3, $4)",  # allow built-sql: names of our schemas
            signing.kid,
            orjson.dumps(signing.public_jwk()).decode(),
            now,
            now + timedelta(days=1),
        )
    await connection.close()


async def seed_drafts(stack: Stack, cycle: dict[str, Any], count: int, database: str = "tiro") -> list[Draft]:
    """`count` verified, bound people with complete drafts, spread over INSTITUTIONS units of one staff account each."""
    connection = await asyncpg.connect(_admin(stack, database))
    keyring = Keyring.load(keyring_file(stack.home, "declaration"))
    now = datetime.now(SHANGHAI)
    units = [new_id() for _ in range(INSTITUTIONS)]
    supervisors = {unit: new_id() for unit in units}
    body = new_id()
    await _copy(connection, "notification", "known_staff", _staff(units))
    await _copy(connection, "declaration", "known_institution", _institutions(units, body, now))
    await _copy(connection, "declaration", "known_supervisor", _supervisors(supervisors))
    drafts = []
    for start in range(0, count, 5_000):
        batch = [
            _person(keyring, number, units[number % INSTITUTIONS], supervisors, cycle, now)
            for number in range(start, min(start + 5_000, count))
        ]
        for table in ("known_person", "known_binding", "declaration", "declaration_document"):
            await _copy(connection, "declaration", table, (rows[table] for rows in batch))
        for rows in batch:
            own = rows["declaration"]
            drafts.append(Draft(own["id"], own["person_id"], own["institution_id"]))
    await connection.execute("ANALYZE declaration.declaration")
    await connection.close()
    return drafts


def _admin(stack: Stack, database: str) -> str:
    return stack.admin_dsn.rsplit("/", 1)[0] + f"/{database}"


async def _copy(connection: Any, schema: str, table: str, rows: Iterable[dict[str, Any]]) -> None:
    records = list(rows)
    columns = list(records[0])
    await connection.copy_records_to_table(
        table, schema_name=schema, columns=columns, records=[tuple(r[c] for c in columns) for r in records]
    )


def _staff(units: list[UUID]) -> Iterable[dict[str, Any]]:
    for unit in units:
        yield {
            "staff_id": new_id(),
            "version": 1,
            "role": "institution_business_admin",
            "scope_id": unit,
            "state": "active",
            "phone_event": "",
            "language": "zh",
        }


def _institutions(units: list[UUID], body: UUID, now: datetime) -> Iterable[dict[str, Any]]:
    for number, unit in enumerate(units):
        yield {
            "institution_id": unit,
            "version": 3,
            "state": "active",
            "name": f"江岸区虚构第{number}医院",
            "institution_type": "general_hospital",
            "division_code": "420102",
            "filing_body_id": body,
            "filing_body_path": [body],
            "licence_valid_from": date(2015, 1, 1),
            "licence_valid_to": now.date() + timedelta(days=3000),
            "profile_complete": True,
        }


def _supervisors(supervisors: dict[UUID, UUID]) -> Iterable[dict[str, Any]]:
    for unit, supervisor in supervisors.items():
        yield {
            "supervisor_id": supervisor,
            "version": 1,
            "institution_id": unit,
            "name": b"",
            "practising_certificate_no": b"",
            "certificate_index": supervisor.bytes,
            "certificate_level": 1,
            "category_code": "110",
            "multi_site": False,
            "active": True,
        }


def _person(
    keyring: Keyring, number: int, unit: UUID, supervisors: dict[UUID, UUID], cycle: dict[str, Any], now: datetime
) -> dict[str, dict[str, Any]]:
    person_id, declaration_id, document_id = new_id(), new_id(), new_id()
    identity = PersonIdentity(
        name="虚构" + chr(0x4E00 + number % 5000),
        document_type="resident_id",
        document_no=_resident_no(number),
        sex="1",
        birth_date="1999-05-06",
        ethnicity_code="01",
    )
    content = CONTENT.dump_json(_content(number, unit, supervisors[unit], now.date()))
    place = known_people.identity_place(person_id)
    return {
        "known_person": {
            "person_id": person_id,
            "version": 1,
            "identity": seal(keyring, "person", place, identity.model_dump_json().encode()),
            "name_index": person_id.bytes * 2,
            "name_masked": "虚*",
            "document_type": "resident_id",
            "document_no_masked": "420102********0000",
            "verified_at": now,
        },
        "known_binding": {
            "binding_id": new_id(),
            "version": 1,
            "person_id": person_id,
            "institution_id": unit,
            "institution_name": "江岸区虚构医院",
            "state": "active",
            "bound_at": now,
        },
        "declaration": {
            "id": declaration_id,
            "person_id": person_id,
            "cycle_id": UUID(cycle["id"]),
            "cycle_year": cycle["year"],
            "institution_id": unit,
            "institution_name": "江岸区虚构医院",
            "state": "draft",
            "version": 2,
            "exam_level": "licensed_physician",
            "exam_category_code": "110",
            "route": "prescribed_education",
            "origin": "candidate_declaration",
            "content": seal(keyring, "declaration", contents.place(declaration_id), content),
            "supervisor_ids": [supervisors[unit]],
            "catalogue_version": cycle["catalogue_version"],
            "created_at": now,
            "updated_at": now,
        },
        "declaration_document": {
            "id": document_id,
            "declaration_id": declaration_id,
            "kind": "diploma",
            "object_key": str(document_id),
            "sha256": f"{number:064x}",
            "size": 1000,
            "file_kind": "jpeg",
            "file_name": documents.seal_file_name(keyring, document_id, "diploma.jpg"),
            "uploaded_at": now,
        },
    }


def _resident_no(number: int) -> str:
    first = f"42010219990506{number % 500 * 2 + 1:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def _content(number: int, unit: UUID, supervisor: UUID, today: date) -> Content:
    """About two kilobytes, as a careful candidate fills it in: no two of them alike, or each would be a signal (F9)."""
    dice = random.Random(number)
    return CONTENT.validate_python(
        {
            "education": [
                {
                    "level": "21",
                    "form": "full_time",
                    "school": "虚构医科大学",
                    "major": "临床医学",
                    "degree_type": "academic",
                    "enrolled_on": "2018-09-01",
                    "graduated_on": "2023-06-30",
                    "certificate_no": "104911202305001234",
                    "is_basis": True,
                }
            ],
            "periods": [
                {
                    "is_current": True,
                    "institution_id": unit,
                    "institution_name": "江岸区虚构医院",
                    "department": "内科",
                    "position": "住院医师",
                    "from": today - timedelta(days=426),
                    "to": today - timedelta(days=1),
                    "supervisors": [{"supervisor_id": supervisor, "name": "周带教"}],
                    "work_summary": "".join(chr(0x4E00 + dice.randrange(3000)) for _ in range(400)),
                }
            ],
            "ethnicity_code": "01",
        }
    )
