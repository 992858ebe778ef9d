"""Handlers: sheets of institutions are asked for, watched, cancelled, taken; who took what is listed (B8, V69)."""

from aiohttp import web

from services.institution.api.schemas.exports import InstitutionExportBody, InstitutionExportView
from services.institution.api.supervision import wanted_institutions
from services.institution.dependencies import Dependencies
from services.institution.storage.exports import EXPORTS
from services.institution.use_cases.supervising.find_institution_export import find_institution_export
from services.institution.use_cases.supervising.request_institution_export import request_institution_export
from shared.exporting.job import Export
from shared.exporting.jobs import Wanted
from shared.exporting.steps import cancel_export, open_export
from shared.spreadsheets.workbook import sheet_headers
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

InstitutionExportPage = Page[InstitutionExportView]


async def post_institution_export(call: Call[Dependencies], body: InstitutionExportBody) -> InstitutionExportView:
    """B8: a worker makes it."""
    wanted, why = wanted_institutions(call, body), body.reason_code
    return InstitutionExportView.of(
        await request_institution_export(call.tx, wanted, why, call.language, actor=call.actor, now=call.now)
    )


async def get_institution_exports(call: Call[Dependencies]) -> InstitutionExportPage:
    """One's own; an auditor sees what anybody exported out of his jurisdiction."""
    query, actor = call.query, call.actor
    wanted = Wanted(None, query.state, query.maker, query.since, query.until)
    audited = actor.scope_id if actor.role == "auditor" else None
    found = await EXPORTS.select_page(call.reader, actor.id, audited, wanted, position(query), query.limit + 1)
    return page_of(InstitutionExportPage, query, found, InstitutionExportView.of, lambda job: job.id)


async def get_institution_export(call: Call[Dependencies]) -> InstitutionExportView:
    """How far one's own is."""
    return InstitutionExportView.of(await EXPORTS.select_own(call.reader, call.path_id("export_id"), call.actor.id))


async def post_institution_export_cancellation(call: Call[Dependencies]) -> InstitutionExportView:
    """Stop it."""
    job_id, version = call.path_id("export_id"), call.expected_version
    return InstitutionExportView.of(
        await cancel_export(call.tx, EXPORTS, job_id, version, actor=call.actor, now=call.now)
    )


async def open_institution_export_file(call: Call[Dependencies]) -> tuple[Export, bytes]:
    """The file, read before the transaction is opened."""
    async with call.database.read() as reader:
        job = await find_institution_export(reader, call.path_id("export_id"), actor=call.actor, now=call.now)
    return job, await call.deps.bucket.get(job.object_key or "", "object")


async def get_institution_export_file(call: Call[Dependencies], opened: tuple[Export, bytes]) -> web.Response:
    """As an attachment; the download is recorded (V64)."""
    job, data = opened
    await open_export(call.tx, job, actor=call.actor, now=call.now)
    return web.Response(body=data, headers=sheet_headers(f"institutions-{job.asked_on:%Y%m%d}"))
