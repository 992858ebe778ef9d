"""Routes for candidates: profile, drafts, files."""

from typing import Final

from services.declaration.api import drafting as handlers
from services.declaration.api.schemas.drafting import (
    AttachedView,
    DeclarationsView,
    DeclarationView,
    DetailView,
    FileQuery,
    ProfileView,
    RosterQuery,
    SavedView,
    StartBody,
    SupervisorView,
    WishBody,
)
from services.declaration.api.uploads import receive_document
from services.declaration.domain.content import Content
from shared.web.cursors import Page
from shared.web.routing import Candidates, Route

_DECLARATION: Final = "/v1/declarations/{declaration_id}"

DRAFTING_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/profile",
        handler=handlers.get_profile,
        policy=Candidates(),
        summary_zh="本人实名与绑定信息（脱敏），以及申报前还缺什么",
        summary_en="Own identity and binding, masked, and what is missing before declaring",
        response=ProfileView,
    ),
    Route(
        method="GET",
        path="/v1/supervisors",
        handler=handlers.get_supervisors,
        policy=Candidates(),
        summary_zh="机构带教名单",
        summary_en="The roster of an institution",
        query=RosterQuery,
        response=Page[SupervisorView],
    ),
    Route(
        method="POST",
        path="/v1/declarations",
        handler=handlers.post_declaration,
        policy=Candidates(),
        summary_zh="开始申报",
        summary_en="Start a declaration",
        request=StartBody,
        response=DeclarationView,
        status=201,
    ),
    Route(
        method="GET",
        path="/v1/declarations",
        handler=handlers.get_declarations,
        policy=Candidates(),
        summary_zh="本人申报记录",
        summary_en="Own declarations",
        response=DeclarationsView,
    ),
    Route(
        method="GET",
        path=_DECLARATION,
        handler=handlers.get_declaration,
        policy=Candidates(),
        summary_zh="申报详情",
        summary_en="A declaration with content, files and what is missing",
        response=DetailView,
    ),
    Route(
        method="PUT",
        path=f"{_DECLARATION}/choice",
        handler=handlers.put_declaration_choice,
        policy=Candidates(),
        summary_zh="更改级别、类别与途径",
        summary_en="Change level, category and route",
        request=WishBody,
        response=DeclarationView,
        versioned=True,
    ),
    Route(
        method="PUT",
        path=f"{_DECLARATION}/content",
        handler=handlers.put_declaration_content,
        policy=Candidates(),
        summary_zh="保存申报内容",
        summary_en="Save the content; it may be incomplete",
        request=Content,
        response=SavedView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_DECLARATION}/files",
        handler=handlers.post_declaration_file,
        policy=Candidates(),
        summary_zh="上传材料",
        summary_en="Upload a file (raw body: JPEG, PNG or PDF)",
        query=FileQuery,
        prepare=receive_document,
        response=AttachedView,
        status=201,
    ),
    Route(
        method="GET",
        path=f"{_DECLARATION}/files/{{document_id}}",
        handler=handlers.get_declaration_file,
        policy=Candidates(),
        summary_zh="下载材料",
        summary_en="Download a file",
    ),
    Route(
        method="DELETE",
        path=f"{_DECLARATION}/files/{{document_id}}",
        handler=handlers.delete_declaration_file,
        policy=Candidates(),
        summary_zh="删除材料",
        summary_en="Remove a file from a draft",
        response=SavedView,
    ),
)
