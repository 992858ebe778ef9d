"""Handlers about exam years."""

from aiohttp import web

from services.declaration.api.schemas.cycles import (
    CatalogueView,
    ChangedCycleView,
    CycleBody,
    CycleDatesBody,
    CyclesView,
    CycleView,
    NoticeBody,
    NoticeView,
)
from services.declaration.api.schemas.materials import MaterialsView, MaterialView
from services.declaration.dependencies import Dependencies
from services.declaration.storage import cycles, materials
from services.declaration.storage.catalogue_files import read_template
from services.declaration.use_cases.cycles.archive_cycle import archive_cycle
from services.declaration.use_cases.cycles.change_cycle_dates import change_cycle_dates
from services.declaration.use_cases.cycles.create_cycle import create_cycle
from services.declaration.use_cases.cycles.open_cycle import open_cycle
from services.declaration.use_cases.cycles.publish_notice import publish_notice
from shared.errors import NotFound
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call


async def post_cycle(call: Call[Dependencies], body: CycleBody) -> CycleView:
    """4.9"""
    return CycleView.of(await create_cycle(call.tx, body.year, body.dates(), actor=call.actor, now=call.now))


async def post_cycle_opening(call: Call[Dependencies]) -> CycleView:
    """4.9"""
    return CycleView.of(await open_cycle(call.tx, call.path_id("cycle_id"), actor=call.actor, now=call.now))


async def put_cycle(call: Call[Dependencies], body: CycleDatesBody) -> ChangedCycleView:
    """P16"""
    version = call.expected_version
    changed, announcement_id = await change_cycle_dates(
        call.tx, call.path_id("cycle_id"), body.wanted(), expected_version=version, actor=call.actor, now=call.now
    )
    return ChangedCycleView(**CycleView.of(changed).model_dump(), announcement_id=announcement_id)


async def post_cycle_archiving(call: Call[Dependencies]) -> CycleView:
    """4.9"""
    return CycleView.of(await archive_cycle(call.tx, call.path_id("cycle_id"), actor=call.actor, now=call.now))


async def post_cycle_notice(call: Call[Dependencies], body: NoticeBody) -> NoticeView:
    """A26"""
    notice = await publish_notice(
        call.tx, call.path_id("cycle_id"), body.text_zh, body.text_en, actor=call.actor, now=call.now
    )
    return NoticeView.of(notice)


async def get_cycles(call: Call[Dependencies]) -> CyclesView:
    """4.9"""
    return CyclesView(items=[CycleView.of(cycle) for cycle in await cycles.select_all(call.reader)])


async def get_current_cycle(call: Call[Dependencies]) -> CycleView:
    """A22"""
    return CycleView.of(await cycles.select_current(call.reader))


async def get_cycle_notice(call: Call[Dependencies]) -> NoticeView:
    """A26"""
    return NoticeView.of(await cycles.select_notice(call.reader, call.path_id("cycle_id")))


async def get_cycle_template(call: Call[Dependencies]) -> web.StreamResponse:
    """A35"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    catalogue = await call.deps.catalogues.get(call.reader, cycle.catalogue_version)
    kind = catalogue.document_kind(call.path["kind"])
    if kind.template is None:
        raise NotFound
    body = await read_template(kind.template)
    return web.Response(body=body, headers=download_headers(FileKind.PDF, kind.name_zh))


async def get_cycle_materials(call: Call[Dependencies]) -> MaterialsView:
    """A33, A35, C4"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    rows = await materials.select(call.reader, cycle.catalogue_version, call.query.applicant_kind)
    return MaterialsView(items=[MaterialView.of(one, cycle.dates) for one in rows])


async def get_cycle_categories(call: Call[Dependencies]) -> CatalogueView:
    """A23"""
    cycle = await cycles.select(call.reader, call.path_id("cycle_id"))
    return CatalogueView.of(await call.deps.catalogues.get(call.reader, cycle.catalogue_version), cycle.year)
