"""Routes of exports (B8, V69). An export is its maker's alone; the page of all that were made is the auditors' too."""

from typing import Final

from services.declaration.api import exports as handlers
from services.declaration.api.schemas.exports import (
    ExportBody,
    ExportsQuery,
    ExportView,
    PacketBody,
    PacketKeysView,
)
from shared.web.routing import AnyOf, Candidates, Public, Route, Staff

_OVERSEERS: Final = Staff("zone_admin", "site_admin", "point_admin", "auditor")
_MAKERS: Final = AnyOf(Candidates(), _OVERSEERS)
_EXPORT: Final = "/v1/exports/{export_id}"

EXPORT_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/exports",
        handler=handlers.post_export,
        policy=_OVERSEERS,
        summary_zh="导出辖区数据（后台生成）",
        summary_en="Export what a list of the jurisdiction shows; made by a worker",
        request=ExportBody,
        response=ExportView,
        status=202,
    ),
    Route(
        method="GET",
        path="/v1/exports",
        handler=handlers.get_exports,
        policy=_MAKERS,
        summary_zh="导出记录：本人的；审计人员可查看辖区内全部",
        summary_en="Exports: one's own; an auditor sees all of the jurisdiction",
        query=ExportsQuery,
        response=handlers.ExportPage,
    ),
    Route(
        method="GET",
        path=_EXPORT,
        handler=handlers.get_export,
        policy=_MAKERS,
        summary_zh="导出进度",
        summary_en="How far an export is",
        response=ExportView,
    ),
    Route(
        method="POST",
        path=f"{_EXPORT}/cancellation",
        handler=handlers.post_export_cancellation,
        policy=_MAKERS,
        summary_zh="取消导出",
        summary_en="Stop an export",
        response=ExportView,
        versioned=True,
    ),
    # The look is audited, which takes a transaction.
    Route(
        method="GET",
        path=f"{_EXPORT}/file",
        handler=handlers.get_export_file,
        policy=_MAKERS,
        summary_zh="下载导出文件",
        summary_en="Take the file of an export",
        prepare=handlers.open_export_file,
        transaction=True,
    ),
    Route(
        method="POST",
        path="/v1/decision-packets",
        handler=handlers.post_decision_packet,
        policy=_MAKERS,
        summary_zh="导出一份申报的全部决定材料（可离线核验）",
        summary_en="Export all about the decisions on one declaration, to be verified offline",
        request=PacketBody,
        response=ExportView,
        status=202,
    ),
    Route(
        method="GET",
        path="/v1/packet-keys",
        handler=handlers.get_packet_keys,
        policy=Public(),
        summary_zh="核验决定材料的公钥",
        summary_en="The keys by which decision packets are verified",
        response=PacketKeysView,
    ),
)
