"""What a schema holds, table by table: content and row versions, so that any write shows, also one that changes
nothing."""

from typing import Any, Protocol

_QUERY = """
SELECT string_agg(format('SELECT %L AS name, count(*) AS rows, md5(coalesce(string_agg(t::text || t.xmin::text, %L
    ORDER BY t::text), %L)) AS content FROM %I.%I t', tablename, '|', '', schemaname, tablename), ' UNION ALL ')
FROM pg_tables WHERE schemaname = $1
"""


class Querying(Protocol):
    """A connection, or the reader of a service."""

    async def fetchval(self, query: str, *arguments: object) -> Any: ...
    async def fetch(self, query: str, *arguments: object) -> Any: ...


async def table_digest(reader: Querying, schema: str) -> dict[str, tuple[int, str]]:
    """Table -> (rows, digest of them)."""
    statement: str = await reader.fetchval(_QUERY, schema)
    return {row["name"]: (row["rows"], row["content"]) for row in await reader.fetch(statement)}
