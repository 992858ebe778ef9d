"""What of a row of a sheet the library holds already; the unique indexes decide in the end (B7)."""

from typing import Final

from services.institution.domain.institution import (
    CreditCodeTaken,
    Institution,
    InstitutionNameTaken,
    RegistrationNoTaken,
)
from services.institution.domain.names import name_key
from shared.errors import Conflict
from shared.postgres.transaction import Reader

# The states of the partial indexes, word for word, so that they are used.
_SELECT: Final = """
SELECT
    EXISTS (SELECT FROM institution WHERE division_code = $1 AND name_key = $2
        AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')) AS name,
    EXISTS (SELECT FROM institution WHERE credit_code = $3
        AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')) AS credit_code,
    EXISTS (SELECT FROM institution WHERE registration_no = $4
        AND state IN ('issued', 'profile_incomplete', 'active', 'suspended')) AS registration_no
"""
_TAKEN: Final[dict[str, type[Conflict]]] = {
    "name": InstitutionNameTaken,
    "credit_code": CreditCodeTaken,
    "registration_no": RegistrationNoTaken,
}


async def select_taken(reader: Reader, wanted: Institution) -> dict[str, type[Conflict]]:
    """Fields of an institution that is not in the library yet which another one holds, with the refusal for each."""
    key = name_key(wanted.name)
    row = await reader.fetchrow(_SELECT, wanted.division_code, key, wanted.credit_code, wanted.registration_no)
    if row is None:
        raise AssertionError("a SELECT without FROM has one row")
    return {field: taken for field, taken in _TAKEN.items() if row[field]}
