"""Handlers for drafts that are saved section by section, and for what is left to do."""

from services.declaration.api.drafting_views import problem_views
from services.declaration.api.schemas.drafting import MissingView
from services.declaration.api.schemas.sections import SectionSavedView, TasksView, TaskView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.content import Content
from services.declaration.use_cases.drafting.list_tasks import Tasks, list_tasks
from services.declaration.use_cases.drafting.save_section import save_section
from shared.web.call import Call


async def put_declaration_section(call: Call[Dependencies], body: Content) -> SectionSavedView:
    """A24, A27-A33, P17"""
    declaration_id, section = call.path_id("declaration_id"), call.path["section"]
    saved = await save_section(
        call.tx,
        declaration_id,
        section,
        body,
        expected_version=call.expected_version,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return SectionSavedView(
        id=declaration_id, section=section, version=saved.version, changed_meanwhile=saved.changed_meanwhile
    )


async def get_declaration_tasks(call: Call[Dependencies]) -> TasksView:
    """P17"""
    deps, declaration_id = call.deps, call.path_id("declaration_id")
    tasks = await list_tasks(
        call.reader, declaration_id, keyring=deps.keyring, catalogues=deps.catalogues, actor=call.actor, now=call.now
    )
    return _view(tasks, call.language)


def _view(tasks: Tasks, language: str) -> TasksView:
    declaration, blocked = tasks.declaration, tasks.blocked_by
    return TasksView(
        id=declaration.id,
        state=declaration.state.value,
        version=declaration.version,
        ready=tasks.ready,
        due_at=tasks.due_at,
        blocked_by=MissingView(code=blocked.code, detail=blocked.sentence(language)) if blocked else None,
        sections=[
            TaskView(
                section=one.section,
                state=one.state,
                version=one.version,
                saved_at=one.saved_at,
                due_at=tasks.due_at,
                problems=problem_views(one.problems, language),
            )
            for one in tasks.sections
        ],
    )
