"""Everything that identity holds about one person, as the register says where it lies (V59)."""

from uuid import UUID

from shared.postgres.transaction import Reader, Row
from shared.privacy.registry import Register


async def select_own_rows(reader: Reader, register: Register, person_id: UUID) -> dict[str, list[Row]]:
    """The rows about a person, by table, with every column."""
    found: dict[str, list[Row]] = {}
    for name, table in register.table.items():
        if table.person is not None:
            # allow built-sql: names of the committed register
            query = f"SELECT * FROM {name} WHERE {table.person} = $1 ORDER BY {', '.join(table.key)}"
            found[name] = await reader.fetch(query, person_id)
    return found
