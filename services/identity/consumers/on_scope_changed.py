"""The tree of exam bodies and institutions changed: it decides who stands above whom (V24)."""

from services.identity.dependencies import Dependencies
from services.identity.domain.authority import ScopeNode
from services.identity.storage import known_scopes
from services.identity.use_cases.staffing.end_staff_of_body import end_staff_of_body
from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.postgres.transaction import Transaction


async def on_scope_changed(tx: Transaction, event: ExamBodyChanged | InstitutionChanged, deps: Dependencies) -> None:
    """Learn the node; newer news wins. A body that was merged or closed never comes back, so its accounts end in
    whatever order the news arrives."""
    if isinstance(event, ExamBodyChanged):
        node = ScopeNode(event.exam_body_id, event.level, tuple(event.path), event.name, event.state)
    else:
        path = (*event.filing_body_path, event.institution_id)
        node = ScopeNode(event.institution_id, "institution", path, event.name, event.state)
    await known_scopes.upsert(tx, node, event.aggregate_version)
    if node.is_no_more:
        await end_staff_of_body(tx, node, keyring=deps.keyring, now=deps.clock.now())
