"""Routes of announcements: changes of dates that are told as jobs (P16)."""

from typing import Final

from services.declaration.api import announcements as handlers
from services.declaration.api.schemas.announcements import (
    AnnouncementCancellation,
    AnnouncementsQuery,
    AnnouncementView,
)
from shared.web.routing import Route, Staff

_READERS: Final = Staff("site_admin", "zone_admin", "auditor")
_OWNERS: Final = Staff("site_admin", "zone_admin")
_ANNOUNCEMENT: Final = "/v1/announcements/{announcement_id}"

ANNOUNCEMENT_ROUTES: Final = (
    Route(
        method="GET",
        path="/v1/announcements",
        handler=handlers.get_announcements,
        policy=_READERS,
        summary_zh="时间调整通知的进度",
        summary_en="Changes of dates, and how far those concerned have been told",
        query=AnnouncementsQuery,
        response=handlers.AnnouncementPage,
    ),
    Route(
        method="GET",
        path=_ANNOUNCEMENT,
        handler=handlers.get_announcement,
        policy=_READERS,
        summary_zh="一次时间调整通知的进度",
        summary_en="One change of dates, and how far those concerned have been told",
        response=AnnouncementView,
    ),
    Route(
        method="POST",
        path=f"{_ANNOUNCEMENT}/pause",
        handler=handlers.post_announcement_pause,
        policy=_OWNERS,
        summary_zh="暂停发送时间调整通知",
        summary_en="Pause the telling of a change of dates",
        response=AnnouncementView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_ANNOUNCEMENT}/resumption",
        handler=handlers.post_announcement_resumption,
        policy=_OWNERS,
        summary_zh="继续发送时间调整通知",
        summary_en="Go on with the telling of a change of dates",
        response=AnnouncementView,
        versioned=True,
    ),
    Route(
        method="POST",
        path=f"{_ANNOUNCEMENT}/cancellation",
        handler=handlers.post_announcement_cancellation,
        policy=_OWNERS,
        summary_zh="取消尚未发出的时间调整通知",
        summary_en="Tell the rest of those concerned nothing of a change of dates",
        request=AnnouncementCancellation,
        response=AnnouncementView,
        versioned=True,
    ),
)
