"""Routes around an earlier year's declaration."""

from typing import Final

from services.declaration.api import earlier_data as handlers
from services.declaration.api.schemas.earlier import CopiedView, EarlierDeclarationView
from shared.web.routing import Candidates, Route

EARLIER_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/earlier-declaration",
        handler=handlers.get_earlier_declaration,
        policy=Candidates(),
        summary_zh="以往年度的申报及提示",
        summary_en="The caller's last declaration of an earlier year, and why it does not count for this one",
        response=EarlierDeclarationView,
    ),
    Route(
        method="POST",
        path="/v1/declarations/{declaration_id}/earlier-data",
        handler=handlers.post_earlier_data,
        policy=Candidates(),
        summary_zh="将上次提交的学历和试用经历复制到空白草稿",
        summary_en="Copy education and periods of an earlier year into an empty draft",
        response=CopiedView,
        versioned=True,
    ),
)
