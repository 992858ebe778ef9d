"""Routes for candidates: preview, submission, withdrawal."""

from typing import Final

from services.declaration.api import submissions as handlers
from services.declaration.api.schemas.drafting import (
    DeclarationView,
    PreviewView,
    ReceiptView,
    SubmissionBody,
)
from shared.web.routing import Candidates, Route

_DECLARATION: Final = "/v1/declarations/{declaration_id}"

SUBMISSION_ROUTES: Final = (
    Route(
        method="GET",
        path=f"{_DECLARATION}/preview",
        handler=handlers.get_declaration_preview,
        policy=Candidates(),
        summary_zh="提交前预览与检查",
        summary_en="The confirm page: server data, months counted, every failed rule",
        response=PreviewView,
    ),
    Route(
        method="POST",
        path=f"{_DECLARATION}/submission",
        handler=handlers.post_submission,
        policy=Candidates(),
        summary_zh="提交申报",
        summary_en="Submit a declaration",
        request=SubmissionBody,
        response=ReceiptView,
        status=201,
        versioned=True,
        gathered=True,
    ),
    Route(
        method="POST",
        path=f"{_DECLARATION}/withdrawal",
        handler=handlers.post_withdrawal,
        policy=Candidates(),
        summary_zh="撤回申报",
        summary_en="Withdraw an undecided submission",
        response=DeclarationView,
        versioned=True,
    ),
)
