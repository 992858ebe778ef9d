"""The known_scope table: the tree of exam bodies and institutions, learned from the institution service."""

from typing import Final
from uuid import UUID

from services.identity.domain.authority import ScopeNode
from shared.postgres.transaction import Reader, Transaction

KNOWN_EXAM_BODIES: Final = "SELECT scope_id AS id FROM known_scope WHERE level <> 'institution'"
"""What is known of it, to compare with what was told (M11)."""
KNOWN_INSTITUTIONS: Final = "SELECT scope_id AS id FROM known_scope WHERE level = 'institution'"
"""What is known of it, to compare with what was told (M11)."""
_SELECT: Final = "SELECT scope_id, level, path, name, state FROM known_scope WHERE scope_id = $1"
_UPSERT: Final = """
INSERT INTO known_scope AS known (scope_id, version, level, path, name, state) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (scope_id) DO UPDATE SET version = excluded.version, level = excluded.level, path = excluded.path,
    name = excluded.name, state = excluded.state
WHERE known.version < excluded.version
"""


async def select(reader: Reader, scope_id: UUID) -> ScopeNode | None:
    """The node, or None when nothing was heard of it yet."""
    row = await reader.fetchrow(_SELECT, scope_id)
    if row is None:
        return None
    return ScopeNode(row["scope_id"], row["level"], tuple(row["path"]), row["name"], row["state"])


async def upsert(tx: Transaction, node: ScopeNode, version: int) -> None:
    """Learn a node; older news changes nothing."""
    await tx.execute(_UPSERT, node.scope_id, version, node.level, list(node.path), node.name, node.state)
