"""List what is left to do for a declaration: each section with its state, what it lacks, and until when (A36, P17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.declaration.domain.declaration import EDITABLE
from services.declaration.domain.sections import (
    DOCUMENTS,
    SectionState,
    by_part,
    is_empty,
    section_state,
)
from services.declaration.storage import contents, cycles, declarations, documents, draft_sections
from services.declaration.storage.catalogues import CatalogueCache
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.submitting.preview_declaration import preview_declaration
from shared.actor import Actor
from shared.errors import Conflict, FieldProblem, Forbidden, TiroError
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring

_NOT_JUDGED: Final = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One section, or what stands beside the form. `version` and `saved_at` are those of its last change, None before
    the first."""

    section: str
    state: SectionState
    version: int | None
    saved_at: datetime | None
    problems: list[FieldProblem]


@dataclass(frozen=True, slots=True)
class Tasks:
    """`due_at` is exclusive; `blocked_by` stands in the way of any judgement: no verification, no binding."""

    declaration: Declaration
    due_at: datetime
    blocked_by: TiroError | None
    ready: bool
    sections: list[Task]


async def list_tasks(
    reader: Reader, declaration_id: UUID, *, keyring: Keyring, catalogues: CatalogueCache, actor: Actor, now: datetime
) -> Tasks:
    """Raises NotFound."""
    declaration = await declarations.select_own(reader, declaration_id, actor.id)
    editable, problems, blocked_by = declaration.state in EDITABLE, tuple[FieldProblem, ...](_NOT_JUDGED), None
    if editable:
        try:
            preview = await preview_declaration(
                reader, declaration.id, keyring=keyring, catalogues=catalogues, actor=actor, now=now
            )
            problems = preview.problems
        except (Forbidden, Conflict) as refusal:
            blocked_by = refusal
    content = await contents.select(reader, keyring, declaration.id)
    has_files = bool(await documents.select_all(reader, declaration.id))
    saved = await draft_sections.select(reader, declaration.id)
    tasks = []
    for section, own in by_part(problems).items():
        empty = not has_files if section == DOCUMENTS else is_empty(content, section)
        state = section_state(editable=editable, judged=blocked_by is None, empty=empty, problems=len(own))
        last = saved.get(section)
        tasks.append(Task(section, state, last.version if last else None, last.saved_at if last else None, own))
    dates = (await cycles.select_for_candidate(reader, declaration.cycle_id, actor.id)).held
    due_at = dates.declaration_closes_at if declaration.submission == 0 else dates.review_deadline
    ready = editable and blocked_by is None and not problems
    return Tasks(declaration, due_at, blocked_by, ready, tasks)
