"""Fills a stack's declaration service with people who have declared, sealed with the stack's own keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.declaration.storage import known_people
from shared.clock import SHANGHAI
from shared.contracts.identity import PersonIdentity
from shared.ids import new_id
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.sealing import seal
from tests.integration.declaration.filing import rows

YEAR = 2027
_UNITS = 400


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is asked about."""

    declaration_id: UUID
    name: str
    document_no: str
    index: bytes


async def fill(connection: asyncpg.Connection, keyring: Keyring, count: int) -> list[Person]:
    """So many approved or filed declarations at 400 institutions of one exam site."""
    now, cycle_id, zone, site = datetime.now(SHANGHAI), new_id(), new_id(), new_id()
    await connection.execute("SET search_path = declaration")
    await connection.execute("INSERT INTO catalogue (version, digest, loaded_at) VALUES (900, '\\x00', $1)", now)
    await connection.execute(rows.INSERT_CYCLE, cycle_id, YEAR, datetime(YEAR, 1, 12, tzinfo=SHANGHAI))
    for body, level, code, path in ((zone, "zone", "42", [zone]), (site, "site", "4201", [zone, site])):
        await connection.execute(_BODY, body, code, level, path)
    units = [new_id() for _ in range(_UNITS)]
    for unit in units:
        await connection.execute(_UNIT, unit, f"PDY{unit.hex[-10:].upper()}", site, [zone, site])
    people = [_person(keyring, number) for number in range(count)]
    ids = [new_id() for _ in people]
    await _copy(connection, "known_person", (_known(keyring, who, one) for who, one in zip(ids, people, strict=True)))
    await _copy(connection, "known_person_document", (_document(w, one) for w, one in zip(ids, people, strict=True)))
    declared = zip(ids, people, range(count), strict=True)
    await connection.executemany(
        rows.INSERT_DECLARATION,
        [
            (one.declaration_id, f"D{YEAR}-{n:06d}", who, cycle_id, YEAR, units[n % _UNITS], _state(n), False, now)
            for who, one, n in declared
        ],
    )
    await connection.execute("ANALYZE")
    return people


_BODY = """
INSERT INTO known_exam_body (exam_body_id, version, code, name, level, path, state)
VALUES ($1, 1, $2, '试验考试机构', $3, $4, 'active')
"""
_UNIT = """
INSERT INTO known_institution (institution_id, version, state, name, registration_no, institution_type, division_code,
    filing_body_id, filing_body_path, profile_complete)
VALUES ($1, 1, 'active', '江城试验医院', $2, 'general_hospital', '420106', $3, $4, true)
"""


def _state(number: int) -> str:
    return "approved" if number % 2 else "filed"


def _person(keyring: Keyring, number: int) -> Person:
    born = date(1980, 1, 1) + timedelta(days=number % 7000)
    document_no = f"420106{born:%Y%m%d}{number // 7000:03d}X"
    index = blind_index(keyring, "index_person", "document_no", document_no)
    return Person(new_id(), f"试者{number % 97}", document_no, bytes(index))


def _known(keyring: Keyring, person_id: UUID, person: Person) -> dict[str, Any]:
    identity = PersonIdentity(
        name=person.name, document_type="resident_id", document_no=person.document_no, sex="1", birth_date="1990-01-01"
    )
    place = known_people.identity_place(person_id)
    return {
        "person_id": person_id,
        "version": 1,
        "identity": seal(keyring, known_people.DATA_CLASS, place, identity.model_dump_json().encode()),
        "name_index": person.index,
        "name_masked": "试*",
        "document_type": "resident_id",
        "document_no_masked": "420106********000X",
        "verified_at": datetime.now(SHANGHAI),
    }


def _document(person_id: UUID, person: Person) -> dict[str, Any]:
    return {
        "document_index": person.index,
        "person_id": person_id,
        "document_type": "resident_id",
        "version": 1,
    }


async def _copy(connection: Any, table: str, lines: Iterable[dict[str, Any]]) -> None:
    records = list(lines)
    columns = list(records[0])
    values = [tuple(one[column] for column in columns) for one in records]
    await connection.copy_records_to_table(table, schema_name="declaration", columns=columns, records=values)
