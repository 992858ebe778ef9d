"""Routes for documents that are made of several photos."""

from typing import Final

from services.declaration.api import pages as handlers
from services.declaration.api.schemas.pages import ArrangeBody, DocumentPagesView, PageFileQuery
from shared.web.routing import Candidates, Route, Staff

_FILE: Final = "/files/{document_id}/pages"
_PAGES: Final = f"/v1/declarations/{{declaration_id}}{_FILE}"

PAGE_ROUTES: Final = (
    Route(
        method="POST",
        path=_PAGES,
        handler=handlers.post_document_page,
        policy=Candidates(),
        summary_zh="为材料追加一页照片",
        summary_en="Add a photo to a document as its last page (raw body: JPEG or PNG)",
        query=PageFileQuery,
        prepare=handlers.receive_page,
        response=DocumentPagesView,
        status=201,
    ),
    Route(
        method="PUT",
        path=_PAGES,
        handler=handlers.put_document_pages,
        policy=Candidates(),
        summary_zh="调整页面顺序或删除页面",
        summary_en="Order the pages of a document, or take some away",
        request=ArrangeBody,
        response=DocumentPagesView,
        versioned=True,
    ),
    Route(
        method="GET",
        path=_PAGES,
        handler=handlers.get_document_pages,
        policy=Candidates(),
        summary_zh="材料的页面列表",
        summary_en="The pages of a document in order",
        response=DocumentPagesView,
    ),
    Route(
        method="GET",
        path=f"{_PAGES}/{{page}}",
        handler=handlers.get_document_page,
        policy=Candidates(),
        summary_zh="查看材料的一页",
        summary_en="One page of a document",
    ),
    Route(
        method="GET",
        path=f"/v1/reviews/{{declaration_id}}{_FILE}/{{page}}",
        handler=handlers.get_review_file_page,
        policy=Staff("institution_owner", "institution_business_admin"),
        summary_zh="查看材料的一页（审核）",
        summary_en="Open one page of a document of a submission",
        transaction=True,
    ),
)
