"""State machine 4.4 against the real service, with anything happening at any moment; and every write of a candidate on
every state that is not the candidate's to change (A40)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from services.declaration.domain import declaration
from services.declaration.domain.declaration import WAITING, Action, State, restart
from services.declaration.domain.transition_errors import (
    DeclarationAlreadyDecided,
    DeclarationExists,
    DeclarationNotApproved,
    DeclarationNotFiled,
)
from shared.web.routing import Candidates
from tests.integration.declaration.declaration_machine import DeclarationMachine
from tests.integration.declaration.declaration_table import STATES, TABLE, Played
from tests.integration.declaration.exam_years import exam_years
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.returning import CHANGED
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.support.service_under_test import Answer, Serve

STEPS = 10
"""Of an example, before it goes on to what was never played: many short years reach every row of the table."""


async def play(serve: Serve, examples: int, phases: tuple[Phase, ...] = (Phase.generate,)) -> None:
    """Runs of the machine, one exam year after the other, on one service with two units."""
    DeclarationMachine.years, DeclarationMachine.loop = await exam_years(serve), asyncio.get_running_loop()
    DeclarationMachine.played, DeclarationMachine.differences = Played(), []
    plan = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, DeclarationMachine, settings=plan)


@pytest.mark.requirement("A37", "A41", "A42", "M9")
async def test_a_declaration_lives_as_the_specification_says(serve: Serve) -> None:
    """Saving, submitting, answering, withdrawing, claiming, deciding, two at once, stale versions, claims that run out,
    a new unit after a rejection, filing, reopening, revocations, years that close: every answer, state, version and
    step is the model's, and every row of the table was played from every state that it names."""
    before = DeclarationMachine.answered
    await play(serve, examples=26)
    assert DeclarationMachine.answered - before > 100, "answers that were the model's"
    assert DeclarationMachine.played.missing == []


@pytest.mark.requirement("M9")
def test_the_rules_played_are_the_rules_in_the_code() -> None:
    """Table 4.4 of the model and the one of the code have the same rows; a new action has to be played too."""
    coded = {
        action.value: (frozenset(state.value for state in states), target.value)
        for action, (states, target, _) in declaration._RULES.items()
    }
    assert coded == {name: row for name, row in TABLE.items() if name != "restart"}
    assert {state.value for state in State} == STATES
    for state in State:
        allowed = state.value in TABLE["restart"][0]
        with nullcontext() if allowed else pytest.raises(DeclarationExists):
            assert restart(state, same_institution=False) == TABLE["restart"][1]
    assert {action.value for action in Action} == {"create", *TABLE}, "every declaration of the model is created first"


@pytest.mark.parametrize(
    ("action", "row", "noticed"),
    [
        (Action.WITHDRAW, (WAITING | {State.APPROVED}, State.WITHDRAWN, DeclarationAlreadyDecided), "approved"),
        (Action.REOPEN, (frozenset({State.FILED}), State.RETURNED, DeclarationNotFiled), "modification_allowed"),
        (Action.REVOKE, (frozenset({State.FILED}), State.REVOKED, DeclarationNotApproved), "approved"),
    ],
)
async def test_the_model_notices_a_service_that_does_otherwise(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, action: Action, row: object, noticed: str
) -> None:
    """The control: services in which an approved declaration can be withdrawn, a reopened one has come back as if
    returned, or an approved one can not be revoked are found out, in the state where they do."""
    monkeypatch.setattr(declaration, "_RULES", dict(declaration._RULES) | {action: row})
    # What was played before it failed is not missing any more when it is played again: that one may end otherwise.
    with pytest.raises((AssertionError, Flaky)):
        await play(serve, examples=26)
    assert DeclarationMachine.differences[0][0] == noticed


Write = Callable[[Season, Draft], Awaitable[Answer]]
_CHOICE = {"exam_level": "licensed_physician", "exam_category_code": "120"}
_PROMISE = {"kind": "other", "file_name": "scan.jpg", "size": 3, "sha256": "0" * 64}
_ANSWERS = {"answers": [CHANGED]}
# Every command of a candidate on a declaration, by operation.
WRITES: dict[str, Write] = {
    "post_declaration": lambda season, one: season.start(one.person),
    "put_declaration_choice": lambda _, one: one.person.api.put(f"{one.path}/choice", _CHOICE, version=one.version),
    "put_declaration_content": lambda season, one: season.save(one, complete_content(season.unit)),
    "post_declaration_file": lambda season, one: season.attach(one, "other"),
    "post_submission": lambda season, one: season.submit(one),
    "post_withdrawal": lambda _, one: one.person.api.post(f"{one.path}/withdrawal", version=one.version),
    "put_declaration_section": lambda _, one: one.person.api.put(
        f"{one.path}/sections/basics", {"fresh_graduate": False, "note": "无"}, version=one.version
    ),
    "post_earlier_data": lambda _, one: one.person.api.post(f"{one.path}/earlier-data", version=one.version),
    "post_upload": lambda _, one: one.person.api.post(f"{one.path}/uploads", _PROMISE),
    "put_reason_answers": lambda _, one: one.person.api.put(
        f"{one.path}/reason-answers", _ANSWERS, version=one.version
    ),
}
APART = {
    "delete_declaration_file",
    "post_entry_declining",
    "patch_upload",
    "post_upload_completion",
    "delete_upload",
    "post_document_page",
    "put_document_pages",
}
"""They need a file, a record of the institution or an upload first: played in tests of their own."""


@pytest.mark.requirement("A40")
async def test_every_write_of_a_candidate_is_refused_once_approved(serve: Serve) -> None:
    """Approved, filed, lapsed, revoked: each command of a candidate answers 409 and leaves version and files alone;
    what the table plays is every such command that there is, and each look still works."""
    season = await exam_season(serve)
    draft = await season.submitted()
    await season.decide(draft, "approval")
    api, database = draft.person.api, season.service.database
    document = (await api.get(draft.path)).body["documents"][0]["id"]
    files = f"{draft.path}/files/{document}"
    for state in ("approved", "filed", "lapsed", "revoked"):
        async with database.transaction() as tx:
            await tx.execute("UPDATE declaration SET state = $2 WHERE id = $1", draft.id, state)
        for name, write in WRITES.items():
            answer = await write(season, draft)
            assert answer.status == 409, (state, name, answer.body)
            assert answer.body["title"], "what to do instead"
        assert (await api.call("DELETE", files)).status == 409
        detail = (await api.get(draft.path)).body
        assert (detail["declaration"]["version"], len(detail["documents"])) == (draft.version, 1)
        looks = ("", "/preview", "/timeline", "/difference", "/receipt", f"/files/{document}")
        assert {(await api.get(draft.path + one)).status for one in looks} == {200}


@pytest.mark.requirement("A40")
async def test_the_table_of_writes_is_complete(serve: Serve) -> None:
    """A command that candidates may send on a declaration and that the table does not play is named here."""
    service = await serve("declaration")
    commands = {
        route.operation_id
        for route in service.definition.routes()
        if route.method != "GET" and route.policy.kinds == Candidates().kinds and "/declarations" in route.path
    }
    assert commands - APART == set(WRITES)
