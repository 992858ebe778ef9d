"""Handlers: bindings of the calling candidate."""

from services.institution.api.code_entry import CodeEntry
from services.institution.api.schemas.bindings import (
    BindingPreviewView,
    BindingRequestBody,
    BindingView,
    CurrentBindingView,
    ProbationStartBody,
)
from services.institution.dependencies import Dependencies
from services.institution.storage import bindings
from services.institution.use_cases.bindings.bind_to_institution import bind_to_institution
from services.institution.use_cases.bindings.change_binding import change_binding
from services.institution.use_cases.bindings.end_binding import end_binding
from services.institution.use_cases.bindings.preview_binding import preview_binding
from services.institution.use_cases.bindings.register_probation import register_probation
from services.institution.use_cases.bindings.request_binding import request_binding
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

BindingPage = Page[BindingView]


async def post_binding_preview(call: Call[Dependencies], entry: CodeEntry) -> BindingPreviewView:
    """A20, P3."""
    return BindingPreviewView.of(await preview_binding(call.reader, entry.accepted))


async def post_binding(call: Call[Dependencies], entry: CodeEntry) -> BindingView:
    """A20."""
    bound = await bind_to_institution(call.tx, entry.accepted, entry.stated, actor=call.actor, now=call.now)
    return BindingView.of(bound)


async def post_binding_change(call: Call[Dependencies], entry: CodeEntry) -> BindingView:
    """A25."""
    held_until = call.deps.binding_held_until
    changed = await change_binding(
        call.tx, entry.accepted, entry.stated, held_until=held_until, actor=call.actor, now=call.now
    )
    return BindingView.of(changed)


async def get_current_binding(call: Call[Dependencies]) -> CurrentBindingView:
    """The one in force, or null."""
    current = await bindings.select_current(call.reader, call.actor.id)
    return CurrentBindingView(binding=None if current is None else BindingView.of(current))


async def get_bindings(call: Call[Dependencies]) -> BindingPage:
    """All of the caller's bindings and requests, newest first."""
    rows = await bindings.select_history(call.reader, call.actor.id, position(call.query), call.query.limit + 1)
    return page_of(BindingPage, call.query, rows, BindingView.of, lambda row: row.id)


async def post_binding_end(call: Call[Dependencies]) -> BindingView:
    """A25."""
    ended = await end_binding(
        call.tx,
        call.path_id("binding_id"),
        expected_version=call.expected_version,
        held_until=call.deps.binding_held_until,
        actor=call.actor,
        now=call.now,
    )
    return BindingView.of(ended)


async def post_binding_request(call: Call[Dependencies], body: BindingRequestBody) -> BindingView:
    """4.3, P4."""
    limit = call.deps.request_limit
    made = await request_binding(call.tx, body.institution_id, limit=limit, actor=call.actor, now=call.now)
    return BindingView.of(made)


async def post_own_probation_start(call: Call[Dependencies], body: ProbationStartBody) -> BindingView:
    """B17."""
    binding = await bindings.lock_of_person(call.tx, call.path_id("binding_id"), call.actor.id)
    recorded = await register_probation(
        call.tx,
        binding,
        body.started_on,
        by="candidate",
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return BindingView.of(recorded)
