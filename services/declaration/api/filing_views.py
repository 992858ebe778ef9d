"""Rows of the filing as answers."""

from services.declaration.api.schemas.filing import (
    LineView,
    ListDetailView,
    ListStepView,
    ListView,
    Progress,
    ReturnReasonView,
    StateCountView,
)
from services.declaration.domain.qualified_list import QualifiedList
from services.declaration.storage.filings import ListRow, StateCount
from services.declaration.storage.list_lines import LineRow
from services.declaration.use_cases.filing.return_list import open_reasons
from shared.security.keyring import Keyring


def step_view(entity: QualifiedList, download_path: str | None = None) -> ListStepView:
    """A list after a step."""
    return ListStepView(
        id=entity.id,
        state=entity.state.value,
        version=entity.version,
        number=entity.number,
        kind=entity.kind,
        edition=entity.edition,
        exam_year=entity.exam_year,
        lines=entity.lines,
        download_path=download_path,
    )


def list_view(row: ListRow) -> ListView:
    """A list in a page."""
    return ListView.model_validate(_fields(row))


def detail_view(keyring: Keyring, row: ListRow, people: list[LineRow]) -> ListDetailView:
    """A list with its people, masked."""
    reasons = open_reasons(keyring, row.id, row.return_reasons) if row.return_reasons else ()
    return ListDetailView.model_validate(
        _fields(row)
        | {
            "people": [LineView.model_validate(line, from_attributes=True) for line in people],
            "return_reasons": [ReturnReasonView.model_validate(one, from_attributes=True) for one in reasons],
        }
    )


def count_view(count: StateCount) -> StateCountView:
    """One line of the counts."""
    return StateCountView(state=count.state.value, lists=count.lists, people=count.people)


def _fields(row: ListRow) -> dict[str, object]:
    ready = row.pdf_key is not None
    return {name: getattr(row, name) for name in ListView.model_fields if name in ListRow.__slots__} | {
        "state": row.state.value,
        "lines": row.line_count,
        "provisional": row.provisional_count,
        "late_permitted": row.late_permitted_at is not None,
        "progress": Progress.model_validate(
            {"print": row.print_state, "pdf_ready": ready, "pdf_sha256": row.pdf_sha256}
        ),
    }
