"""What rests in a database of identity sealed for one person, by the register."""

from dataclasses import dataclass
from uuid import UUID

from shared.privacy.resealing import place_of
from tests.support.service_under_test import Caller, ServiceUnderTest


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value of a column that is sealed for its subject."""

    column: str
    subject: UUID
    data_class: str
    place: str
    envelope: bytes


async def sealed_for(service: ServiceUnderTest, person_id: str) -> list[SealedValue]:
    """Everything the register says is sealed for a person, of this person, as it rests."""
    found = []
    async with service.database.read() as reader:
        for column, how in service.definition.register.sealed():
            if how.subject is None:
                continue
            names = ", ".join(dict.fromkeys((how.subject, *how.place_columns)))
            # allow built-sql: names of the committed register
            select = f"SELECT {names}, {column.name} AS value FROM {column.table} WHERE {how.subject} = $1"
            for row in await reader.fetch(select, person_id):
                if row["value"] is not None:
                    place = place_of(how, row)
                    found.append(SealedValue(str(column), row[how.subject], how.data_class, place, row["value"]))
    return found


async def close(service: ServiceUnderTest, caller: Caller) -> None:
    """The person closes the account."""
    assert (await caller.post("/me/closure")).status == 204
