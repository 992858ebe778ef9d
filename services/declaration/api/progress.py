"""Handlers: where a declaration stands, live, and the three steps to be registered."""

import orjson
from aiohttp import web

from services.declaration.api.progress_views import progress_view, road_view, step_line
from services.declaration.api.schemas.progress import ProgressView, RoadView
from services.declaration.dependencies import Dependencies
from services.declaration.domain.declaration import STATE_ZH
from services.declaration.storage import declarations, timeline
from services.declaration.storage.declarations import Declaration
from services.declaration.use_cases.progress.view_progress import view_progress
from services.declaration.use_cases.progress.view_road import view_road
from shared.web.call import Call
from shared.web.event_stream import EventStream, StreamEnded, last_event_id
from shared.web.following import follow


async def get_declaration_timeline(call: Call[Dependencies]) -> ProgressView:
    """A39, A43"""
    progress = await view_progress(
        call.reader, call.path_id("declaration_id"), catalogues=call.deps.catalogues, actor=call.actor
    )
    return progress_view(progress, call.deps.keyring)


async def get_road(call: Call[Dependencies]) -> RoadView:
    """A1"""
    cycle, steps = await view_road(call.reader, call.actor, now=call.now)
    return road_view(cycle, steps)


async def get_declaration_events(call: Call[Dependencies]) -> web.StreamResponse:
    """A43"""
    own, latest = await _latest(call)
    seen = last_event_id(call)
    with call.deps.progress.watch(call.actor.id, own.id, latest if seen is None else seen, call.leaving) as watch:
        async with EventStream(call) as stream:
            try:
                if seen is None:
                    await stream.send("state", _state_line(own, latest), latest)
                await follow(call, watch, stream, lambda step: ("progress", step_line(step), step.version))
            except StreamEnded:
                pass
    return stream.response


async def _latest(call: Call[Dependencies]) -> tuple[Declaration, int]:
    """The own declaration, and its newest step: both before anything is watched, so that nothing falls between."""
    async with call.database.read() as reader:
        own = await declarations.select_own(reader, call.path_id("declaration_id"), call.actor.id)
        steps = await timeline.select(reader, own.id)
    return own, steps[-1].version if steps else 0


def _state_line(own: Declaration, version: int) -> bytes:
    return orjson.dumps({"version": version, "state": own.state.value, "state_zh": STATE_ZH[own.state]})
