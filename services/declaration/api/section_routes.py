"""Routes for drafts that are saved section by section."""

from typing import Final

from services.declaration.api import sections as handlers
from services.declaration.api.schemas.sections import SectionSavedView, TasksView
from services.declaration.domain.content import Content
from shared.web.routing import Candidates, Route

_DECLARATION: Final = "/v1/declarations/{declaration_id}"

SECTION_ROUTES: Final = (
    Route(
        method="PUT",
        path=f"{_DECLARATION}/sections/{{section}}",
        handler=handlers.put_declaration_section,
        policy=Candidates(),
        summary_zh="保存申报的一个部分（自动保存）",
        summary_en="Save one section: education, periods, assistant or basics",
        request=Content,
        response=SectionSavedView,
        versioned=True,
    ),
    Route(
        method="GET",
        path=f"{_DECLARATION}/tasks",
        handler=handlers.get_declaration_tasks,
        policy=Candidates(),
        summary_zh="待办：各部分状态、缺少内容与截止时间",
        summary_en="What is left to do: each section, what it lacks, and until when",
        response=TasksView,
    ),
)
