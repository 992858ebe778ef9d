"""The tree of exam bodies and institutions changed: it decides who stands above whom (V24)."""

from services.identity.dependencies import Dependencies
from services.identity.domain.authority import ScopeNode
from services.identity.storage import known_scopes
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.postgres.transaction import Transaction


async def on_scope_changed(tx: Transaction, event: ExamBodyChanged | InstitutionChanged, _deps: Dependencies) -> None:
    """Learn the node; newer news wins."""
    if isinstance(event, ExamBodyChanged):
        node = ScopeNode(event.exam_body_id, event.level, tuple(event.path), event.name, event.state)
    else:
        path = (*event.filing_body_path, event.institution_id)
        node = ScopeNode(event.institution_id, "institution", path, event.name, event.state)
    await known_scopes.upsert(tx, node, event.aggregate_version)
