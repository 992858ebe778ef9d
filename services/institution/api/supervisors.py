"""Handlers: an institution's roster of supervisors."""

from services.institution.api.name_filter import name_filter
from services.institution.api.schemas.supervisors import (
    ListedSupervisorView,
    SupervisorBody,
    SupervisorChangeBody,
    SupervisorQuery,
    SupervisorSearch,
    SupervisorView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.scope import scope_of
from services.institution.domain.supervisor import trainee_limit_within
from services.institution.storage import institutions, supervisors
from services.institution.storage.supervisors import RosterFilter, SupervisorSecrets
from services.institution.use_cases.supervisors.change_supervisor import change_supervisor
from services.institution.use_cases.supervisors.deactivate_supervisor import deactivate_supervisor
from services.institution.use_cases.supervisors.list_supervisor import list_supervisor
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position
from shared.web.schemas import PageQuery

SupervisorPage = Page[SupervisorView]


async def post_supervisor(call: Call[Dependencies], body: SupervisorBody) -> ListedSupervisorView:
    """C2, P2."""
    listed = await list_supervisor(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        SupervisorSecrets(body.name, tidy(body.practising_certificate_no)),
        body.category_code,
        multi_site=body.multi_site,
        trainee_limit=trainee_limit_within(body.trainee_limit, call.deps.trainee_limit),
        actor=call.actor,
        now=call.now,
    )
    view = SupervisorView.of(listed.supervisor)
    return ListedSupervisorView(version=view.version, supervisor=view, warnings=listed.warnings)


async def get_supervisors(call: Call[Dependencies]) -> SupervisorPage:
    """The roster, masked."""
    query: SupervisorQuery = call.query
    return await _roster(call, query, RosterFilter(query.active))


async def post_supervisor_search(call: Call[Dependencies], body: SupervisorSearch) -> SupervisorPage:
    """The same by name or number."""
    begins, masked = name_filter(body.name)
    number = body.practising_certificate_no
    wanted = RosterFilter(body.active, begins, masked, None if number is None else tidy(number))
    return await _roster(call, body, wanted)


async def _roster(call: Call[Dependencies], query: PageQuery, wanted: RosterFilter) -> SupervisorPage:
    """Of an institution outside there is none, not an empty one."""
    scope, institution_id = scope_of(call.actor), call.path_id("institution_id")
    await institutions.select(call.reader, institution_id, scope)
    after, limit = position(query), query.limit + 1
    rows = await supervisors.select_page(call.reader, call.deps.keyring, institution_id, scope, wanted, after, limit)
    return page_of(SupervisorPage, query, rows, SupervisorView.of, lambda row: row.id)


async def put_supervisor(call: Call[Dependencies], body: SupervisorChangeBody) -> SupervisorView:
    """Correct category, multi-site flag or limit."""
    changed = await change_supervisor(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        call.path_id("supervisor_id"),
        category_code=body.category_code,
        multi_site=body.multi_site,
        trainee_limit=trainee_limit_within(body.trainee_limit, call.deps.trainee_limit),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return SupervisorView.of(changed)


async def post_supervisor_deactivation(call: Call[Dependencies]) -> SupervisorView:
    """Take a person off the roster."""
    changed = await deactivate_supervisor(
        call.tx,
        call.deps.keyring,
        call.path_id("institution_id"),
        call.path_id("supervisor_id"),
        expected_version=call.expected_version,
        actor=call.actor,
        now=call.now,
    )
    return SupervisorView.of(changed)
