"""Every operation by every role, owner or not, inside the jurisdiction or not: denied by default (V21 to V24)."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from services.identity.storage import staff_below
from shared.actor import Actor
from shared.errors import Forbidden
from shared.web.endpoint import Endpoint
from shared.web.routing import Staff
from tests.contract.services import SERVICES
from tests.integration.authorisation.layouts import LAYOUTS
from tests.integration.authorisation.matrix import INSIDE, Layout, changed_by_refusals, wrong_admissions, wrong_refusals
from tests.integration.authorisation.policy import Operation, Row, differences, operations, table
from tests.support.engines import definition_of
from tests.support.service_under_test import Serve

each_service = pytest.mark.parametrize("service", SERVICES)
# What ends a session of the caller comes last, what is sent empty by many changes nothing.
_LAST = ("delete_current_session", "delete_", "post_verification_withdrawal", "post_cycle_opening")
# A form keeps what it knows and drops the rest: drafts of newer clients stay readable.
_DROPPED = ("put_declaration_content", "put_declaration_section")


def in_order(service: str) -> list[Operation]:
    """The operations, those first that leave the callers as they are."""
    every = operations(service)
    return sorted(every, key=lambda one: (one.name == _LAST[0], one.name.startswith(_LAST), one.path, one.method))


async def play(layout: Layout, service: str, only: str | None = None) -> list[str]:
    """The wrong cells of a service, or of one operation; the refused ones first, since they change nothing."""
    rows = table()
    played = [(one, rows[one.place]) for one in in_order(service) if one.place in rows and only in (None, one.name)]
    before, wrong = await layout.digest(), []
    for operation, row in played:
        wrong += await wrong_refusals(layout, operation, row)
    if await layout.digest() != before:
        # A digest of all tables costs more than an operation: whose it was is looked for only now.
        told = [line for one in played for line in await changed_by_refusals(layout, *one)]
        wrong += told or ["refused requests changed the database once, and not again"]
    for operation, row in played:
        wrong += await wrong_admissions(layout, operation, row)
    return wrong


@pytest.mark.requirement("V21")
def test_every_operation_has_its_row_and_no_row_is_left_over() -> None:
    """The hand-kept table and the API descriptions name the same operations with the same roles."""
    assert differences(table(), {one.place: one.roles for one in operations()}) == []


@pytest.mark.requirement("V21")
def test_a_missing_and_a_wider_policy_are_told() -> None:
    """The negative control: an operation without a row, a row without an operation, one role more, each is named."""
    described = {one.place: one.roles for one in operations()}
    rows = table()
    row = rows.pop("declaration.post_review_approval")
    rows["declaration.post_gone"] = row
    rows["identity.post_machine_client"] = Row(frozenset({"zone_admin", "site_admin"}), "own")
    assert [one.split(":")[0] for one in differences(rows, described)] == [
        "declaration.post_gone",
        "declaration.post_review_approval",
        "identity.post_machine_client",
    ]


@each_service
@pytest.mark.requirement("V21", "V22", "V24", "V23")
async def test_every_cell_answers_as_the_table_says(serve: Serve, service: str) -> None:
    """Wrong role 401 or 403, things of others 404, the database untouched; who is inside is let in, and answers hold
    nothing that their schema does not name."""
    wrong = await play(await LAYOUTS[service](serve), service)
    assert not wrong, "\n".join(wrong)


@each_service
@pytest.mark.requirement("V23")
async def test_fields_nobody_asked_for_are_refused(serve: Serve, service: str) -> None:
    """A body with one field more is refused by every operation, for those who may call it, and changes nothing."""
    layout, rows = await LAYOUTS[service](serve), table()
    before, taken = await layout.digest(), []
    for operation in operations(service):
        body, row = layout.body(operation), rows.get(operation.place)
        if operation.body_schema is None or not isinstance(body, dict) or row is None:
            continue
        swollen = body | {"role": "zone_admin", "state": "filed", "id": "1"}
        for who, caller in layout.callers.items():
            if who[0] in row.roles and who[1] == INSIDE:
                answer = await layout.call(operation, caller, swollen)
                if answer.status != 422 and operation.name not in _DROPPED:
                    taken.append(f"{operation.place} {who}: {answer.status} {answer.code}")
    assert taken == []
    assert await layout.digest() == before


@pytest.mark.requirement("V21")
async def test_a_widened_route_is_caught(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control over HTTP: one role more at one route, and the matrix names the cell."""

    def widened(name: str) -> Any:
        definition = definition_of(name)
        routes = [
            replace(route, policy=Staff("institution_owner", "institution_business_admin"))
            if route.operation_id == "put_profile"
            else route
            for route in definition.routes()
        ]
        return replace(definition, routes=lambda: routes)

    monkeypatch.setattr("tests.support.service_under_test.definition_of", widened)
    wrong = await play(await LAYOUTS["institution"](serve), "institution", "put_profile")
    assert [one for one in wrong if "institution_business_admin" in one] != []


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.requirement("V21")
async def test_a_refused_request_that_writes_is_caught(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, once: bool
) -> None:
    """The negative control of the untouched database: one operation writes in a transaction of its own before it
    refuses as it should. That operation and that table are named, or that it happened once."""
    authorise, written = Endpoint._authorise, list[str]()

    async def writing(endpoint: Endpoint, request: web.Request) -> Actor:
        try:
            return await authorise(endpoint, request)
        except Forbidden:
            if endpoint._name == "get_sending_limits" and not (once and written):
                written.append(endpoint._name)
                async with endpoint._runtime.database.transaction() as tx:
                    await tx.execute("INSERT INTO ended_session VALUES (gen_random_uuid())")
            raise

    monkeypatch.setattr(Endpoint, "_authorise", writing)
    wrong = await play(await LAYOUTS["notification"](serve), "notification")
    named = "notification.get_sending_limits: refused requests changed ['ended_session']"
    assert wrong == ["refused requests changed the database once, and not again" if once else named]


@pytest.mark.requirement("V24")
async def test_a_query_without_its_scope_is_caught(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control in SQL: without the condition of jurisdiction in two queries the matrix names both."""
    layout = await LAYOUTS["identity"](serve)
    for name in ("_SELECT", "_LOCK"):
        statement = getattr(staff_below, name)
        assert staff_below.IN_SCOPE in statement
        monkeypatch.setattr(staff_below, name, statement.replace(staff_below.IN_SCOPE, "$1::uuid IS NOT NULL"))
    assert await play(layout, "identity", "get_staff_account") != []
    assert await play(layout, "identity", "post_second_factor_reset") != []
