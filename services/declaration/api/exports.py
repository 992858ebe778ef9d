"""Handlers: exports are asked for, watched, cancelled, taken; who exported what is listed (B8, V69)."""

from datetime import timedelta

from aiohttp import web

from services.declaration.api.schemas.exports import (
    ExportBody,
    ExportView,
    PacketBody,
    PacketKeysView,
    PacketKeyView,
)
from services.declaration.dependencies import Dependencies
from services.declaration.domain.export import ExportJob
from services.declaration.domain.packet_errors import ReasonRequiredForPacket
from services.declaration.storage import packet_keys
from services.declaration.storage.exports import EXPORTS
from services.declaration.use_cases.exporting.find_export import find_export
from services.declaration.use_cases.exporting.request_export import request_export
from services.declaration.use_cases.packets.request_packet import request_packet
from shared.exporting.jobs import Wanted
from shared.exporting.steps import cancel_export, open_export
from shared.spreadsheets.workbook import sheet_headers
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

ExportPage = Page[ExportView]


async def post_export(call: Call[Dependencies], body: ExportBody) -> ExportView:
    """B8: a worker makes it."""
    wanted, why = body.filter(), body.reason_code
    return ExportView.of(
        await request_export(call.tx, body.kind, wanted, why, call.language, actor=call.actor, now=call.now)
    )


async def post_decision_packet(call: Call[Dependencies], body: PacketBody) -> ExportView:
    """Everything about the decisions on one declaration; what it shows is whole, so staff say why (V55)."""
    if call.actor.kind != "candidate" and body.reason_code == "own_data":
        raise ReasonRequiredForPacket
    subject, why = body.declaration_id, body.reason_code
    within = timedelta(minutes=call.deps.settings.packet_notice_minutes)
    return ExportView.of(
        await request_packet(
            call.tx, subject, why, call.language, actor=call.actor, now=call.now, notices_within=within
        )
    )


async def get_packet_keys(call: Call[Dependencies]) -> PacketKeysView:
    """For whoever verifies packets offline."""
    keys = await packet_keys.select_all(call.reader)
    views = [
        PacketKeyView(key_id=one.key_id, algorithm="Ed25519", public_key=one.public_key.hex(), since=one.since)
        for one in keys
    ]
    return PacketKeysView(keys=views)


async def get_exports(call: Call[Dependencies]) -> ExportPage:
    """One's own; an auditor sees what anybody exported out of his jurisdiction."""
    query, actor = call.query, call.actor
    wanted = Wanted(query.kind, query.state, query.maker, query.since, query.until)
    audited = actor.scope_id if actor.role == "auditor" else None
    found = await EXPORTS.select_page(call.reader, actor.id, audited, wanted, position(query), query.limit + 1)
    return page_of(ExportPage, query, found, ExportView.of, lambda job: job.id)


async def get_export(call: Call[Dependencies]) -> ExportView:
    """How far one's own is."""
    return ExportView.of(await EXPORTS.select_own(call.reader, call.path_id("export_id"), call.actor.id))


async def post_export_cancellation(call: Call[Dependencies]) -> ExportView:
    """Stop it."""
    job_id, version = call.path_id("export_id"), call.expected_version
    return ExportView.of(await cancel_export(call.tx, EXPORTS, job_id, version, actor=call.actor, now=call.now))


async def open_export_file(call: Call[Dependencies]) -> tuple[ExportJob, bytes]:
    """The file, read before the transaction is opened."""
    async with call.database.read() as reader:
        job = await find_export(reader, call.path_id("export_id"), actor=call.actor, now=call.now)
    return job, await call.deps.bucket.get(job.object_key or "", "object")


async def get_export_file(call: Call[Dependencies], opened: tuple[ExportJob, bytes]) -> web.Response:
    """As an attachment; the download is recorded."""
    job, data = opened
    subject = None if job.declaration_id is None else str(job.declaration_id)
    await open_export(call.tx, job, actor=call.actor, now=call.now, declaration_id=subject)
    name = f"{job.kind}-{job.asked_on:%Y%m%d}"
    headers = sheet_headers(name)
    if job.kind == "packet":
        headers |= {"Content-Type": "application/zip", "Content-Disposition": f'attachment; filename="{name}.zip"'}
    return web.Response(body=data, headers=headers)
