"""Handlers: an institution's roster of supervisors."""

from services.institution.api.name_filter import name_filter
from services.institution.api.schemas.supervisors import (
    ListedSupervisorView,
    SupervisorBody,
    SupervisorChangeBody,
    SupervisorView,
)
from services.institution.dependencies import Dependencies
from services.institution.domain.certificate_numbers import tidy
from services.institution.domain.scope import scope_of
from services.institution.domain.supervisor import trainee_limit_within
from services.institution.storage import institutions, supervisors
from services.institution.storage.supervisors import SupervisorSecrets
from services.institution.use_cases.supervisors.change_supervisor import change_supervisor
from services.institution.use_cases.supervisors.deactivate_supervisor import deactivate_supervisor
from services.institution.use_cases.supervisors.list_supervisor import list_supervisor
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

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
    """The roster, masked. Of an institution outside there is none, not an empty one."""
    query, scope, institution_id = call.query, scope_of(call.actor), call.path_id("institution_id")
    await institutions.select(call.reader, institution_id, scope)
    begins, masked = name_filter(query.q)
    after, found = position(query), {"active": query.active, "begins": begins, "masked": masked}
    rows = await supervisors.select_page(call.reader, institution_id, scope, after, query.limit + 1, **found)
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
