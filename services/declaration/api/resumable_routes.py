"""Routes for uploads that come in parts."""

from typing import Final

from services.declaration.api import resumable as handlers
from services.declaration.api.schemas.drafting import AttachedView
from services.declaration.api.schemas.resumable import UploadBody, UploadsView, UploadView
from shared.web.routing import Candidates, Route

_UPLOADS: Final = "/v1/declarations/{declaration_id}/uploads"
_UPLOAD: Final = f"{_UPLOADS}/{{upload_id}}"

RESUMABLE_ROUTES: Final = (
    Route(
        method="POST",
        path=_UPLOADS,
        handler=handlers.post_upload,
        policy=Candidates(),
        summary_zh="开始（或继续）断点续传",
        summary_en="Begin an upload that comes in parts, or find the one begun for the same file",
        request=UploadBody,
        response=UploadView,
        status=201,
    ),
    Route(
        method="GET",
        path=_UPLOADS,
        handler=handlers.get_uploads,
        policy=Candidates(),
        summary_zh="未完成的上传",
        summary_en="Uploads of a draft that may go on",
        response=UploadsView,
    ),
    Route(
        method="GET",
        path=_UPLOAD,
        handler=handlers.get_upload,
        policy=Candidates(),
        summary_zh="上传进度（已收到的字节数）",
        summary_en="Where an upload stands: the offset of the next part",
        response=UploadView,
    ),
    Route(
        method="PATCH",
        path=_UPLOAD,
        handler=handlers.patch_upload,
        policy=Candidates(),
        summary_zh="上传下一片段（请求头 Upload-Offset 为起始字节）",
        summary_en="Send the next part (raw body; header Upload-Offset says where it begins)",
        prepare=handlers.receive_part,
        response=UploadView,
    ),
    Route(
        method="POST",
        path=f"{_UPLOAD}/completion",
        handler=handlers.post_upload_completion,
        policy=Candidates(),
        summary_zh="完成上传并作为材料保存",
        summary_en="Make the whole a document of the draft",
        prepare=handlers.assemble,
        bodiless=True,
        response=AttachedView,
    ),
    Route(
        method="DELETE",
        path=_UPLOAD,
        handler=handlers.delete_upload,
        policy=Candidates(),
        summary_zh="取消上传",
        summary_en="Cancel an upload",
    ),
)
