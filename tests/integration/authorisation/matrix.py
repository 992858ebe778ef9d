"""Plays every cell of the matrix over real HTTP: operation x role x owner or not x inside the jurisdiction or not.

Who is not let in gets 401 or 403, who is let in but looks at something of others gets 404, and in both cases the
database stays as it was, byte by byte. Who is inside gets neither: else the 404 of the others would prove nothing."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.contract.services import document
from tests.integration.authorisation.bodies import sample, strict
from tests.integration.authorisation.policy import Operation, Row, operations
from tests.integration.declaration.filing.paper import scan
from tests.support.service_under_test import Answer, Caller, ServiceUnderTest
from tests.support.table_digest import table_digest

INSIDE, OUTSIDE = "inside", "outside"
Who = tuple[str, str]
"""(role, inside or outside)"""

_STALE = 999_999
_REFUSED = (401, 403, 404)
_UNREADABLE = 422


@dataclass(slots=True)
class Layout:
    """A running service with something of a person and of an institution in it, and a caller of every role who stands
    inside, and one who stands outside."""

    service: ServiceUnderTest
    callers: dict[Who, Caller]
    ids: dict[str, str]
    """Path parameter -> the id of the object; "<operation>.<parameter>" where one operation needs another."""
    canaries: frozenset[str]
    """Ids that must not show in a list of somebody outside."""
    bodies: dict[str, Any] = field(default_factory=dict)
    """Operation -> the body to send where one made from the schema does not get as far as the rule."""
    queries: dict[str, str] = field(default_factory=dict)
    excused: frozenset[str] = frozenset()
    """Operations that need the outside (an object, a provider): inside may be answered 404 or 503."""
    spare: dict[str, dict[Who, Caller]] = field(default_factory=dict)
    """Operation -> who calls it instead of the usual caller, because the caller is gone afterwards."""

    async def digest(self) -> dict[str, tuple[int, str]]:
        """Every table of the service with its content and row versions."""
        async with self.service.database.read() as reader:
            return await table_digest(reader, self.service.definition.name)

    async def call(self, operation: Operation, caller: Caller, body: Any = None, **more: Any) -> Answer:
        """One request of an operation; versioned ones carry a version nobody has."""
        path = re.sub(r"\{(\w+)[^}]*\}", lambda found: self._id(operation, found[1]), operation.path)
        path += self.queries.get(operation.name, "")
        version = _STALE if operation.is_versioned else None
        if operation.takes_file:
            headers = {"Content-Type": "image/jpeg"}
            return await caller.call(operation.method, path, data=scan(), version=version, headers=headers)
        json = self.body(operation) if body is None else body
        return await caller.call(operation.method, path, json, version=version, **more)

    def body(self, operation: Operation) -> Any:
        """What to send."""
        if operation.name in self.bodies:
            return self.bodies[operation.name]
        if operation.body_schema is None:
            return None
        return sample(operation.body_schema, document(operation.service)["components"]["schemas"])

    def _id(self, operation: Operation, parameter: str) -> str:
        return self.ids.get(f"{operation.name}.{parameter}") or self.ids[parameter]


async def wrong_refusals(layout: Layout, operation: Operation, row: Row) -> list[str]:
    """The cells of an operation that should refuse, and do not as the table says."""
    wrong: list[str] = []
    for who, caller in layout.callers.items():
        if who[0] not in row.roles:
            wrong += await _must_be_kept_out(layout, operation, who, caller)
        elif not _reaches(row, who):
            wrong += await _must_not_exist(layout, operation, who, caller)
    return wrong


async def changed_by_refusals(layout: Layout, operation: Operation, row: Row) -> list[str]:
    """The tables that refused requests of an operation touched."""
    before = await layout.digest()
    await wrong_refusals(layout, operation, row)
    after = await layout.digest()
    touched = sorted(name for name in after if after[name] != before.get(name))
    return [f"{operation.place}: refused requests changed {touched}"] if touched else []


async def wrong_admissions(layout: Layout, operation: Operation, row: Row) -> list[str]:
    """The cells of an operation that should let in, and do not."""
    wrong: list[str] = []
    for who, caller in layout.callers.items():
        if who[0] in row.roles and _reaches(row, who):
            spare = layout.spare.get(operation.name, {}).get(who, caller)
            wrong += await _must_be_let_in(layout, operation, row, who, spare)
    return wrong


def _reaches(row: Row, who: Who) -> bool:
    if row.reach == "person":
        return who == ("candidate", INSIDE)
    if row.reach == "maker":
        return who == ("institution_owner", INSIDE)
    return who[1] == INSIDE if row.reach == "institution" else True


async def _must_be_kept_out(layout: Layout, operation: Operation, who: Who, caller: Caller) -> list[str]:
    if row_is_public(operation):
        return []
    answer = await layout.call(operation, caller)
    wanted = 401 if who[0] == "anonymous" else 403
    return [] if answer.status == wanted else [_cell(operation, who, answer, wanted)]


async def _must_not_exist(layout: Layout, operation: Operation, who: Who, caller: Caller) -> list[str]:
    answer = await layout.call(operation, caller)
    return [] if answer.status == 404 else [_cell(operation, who, answer, 404)]


async def _must_be_let_in(layout: Layout, operation: Operation, row: Row, who: Who, caller: Caller) -> list[str]:
    """Commands without an object are sent empty: it is enough that they are read."""
    empty: dict[str, Any] | None = (
        {} if row.reach == "own" and operation.method != "GET" and operation.body_schema else None
    )
    answer = await layout.call(operation, caller, empty)
    refused = (401, 403) if row.reach in ("own", "directory") or operation.name in layout.excused else _REFUSED
    if answer.status in refused and answer.code in ("", "unauthenticated", "forbidden", "not_found"):
        return [_cell(operation, who, answer, "an answer")]
    if answer.status >= 500 and not (answer.status == 503 and operation.name in layout.excused):
        return [_cell(operation, who, answer, "no failure")]
    if row.reach != "own" and answer.status == _UNREADABLE and operation.is_versioned:
        return [_cell(operation, who, answer, "a body that gets as far as the object") + f" {answer.body}"]
    wrong = [f"{operation.place} {who}: {problem}" for problem in schema_problems(operation, answer)]
    if who[1] == OUTSIDE and row.reach == "own" and (shown := layout.canaries & ids_in(answer.body)):
        wrong.append(f"{operation.place} {who}: shows what belongs to others: {sorted(shown)} in {answer.body}")
    return wrong


def row_is_public(operation: Operation) -> bool:
    """Whether no token is asked for, so that nobody is kept out."""
    return operation.roles == {"anonymous"}


def schema_problems(operation: Operation, answer: Answer) -> list[str]:
    """What a successful answer holds beyond or against its schema (V23)."""
    if answer.status >= 300 or not isinstance(answer.body, dict | list):
        return []
    described = operation.description["responses"].get(str(answer.status), {}).get("content", {})
    schema = described.get("application/json", {}).get("schema")
    if schema is None:
        return []
    errors = _validator(operation.service, operation.name).iter_errors(answer.body)
    return [f"{'/'.join(map(str, one.path))}: {one.message}" for one in errors]


@cache
def _validator(service: str, name: str) -> Draft202012Validator:
    operation = next(one for one in operations(service) if one.name == name)
    answers = operation.description["responses"]
    content = next(one["content"] for status, one in answers.items() if status.startswith("2") and "content" in one)
    schema = content["application/json"]["schema"]
    return Draft202012Validator(strict(schema, document(service)["components"]["schemas"]))


def ids_in(body: Any) -> set[str]:
    """Every text of an answer that looks like an id."""
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(body)))


def _cell(operation: Operation, who: Who, answer: Answer, wanted: object) -> str:
    return f"{operation.place} {who}: {answer.status} {answer.code}, wanted {wanted}"
