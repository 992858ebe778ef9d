"""State machine 4.3 against the real service, with anything happening at any moment."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.institution.domain import binding
from services.institution.domain.binding import Step
from tests.integration.institution.binding_machine import BindingMachine
from tests.integration.institution.binding_model import BindingModel
from tests.integration.institution.conftest import NOON
from tests.integration.institution.library import Library


async def play(library: Library, examples: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    """Runs of the machine, one after the other, on one service; a minute apart from each other."""
    BindingMachine.library, BindingMachine.loop, BindingMachine.begins_at = library, asyncio.get_running_loop(), NOON
    plan = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, BindingMachine, settings=plan)


@pytest.mark.requirement("A20", "A25")
async def test_bindings_live_as_the_model_says(library: Library) -> None:
    """Binding, requests, decisions, changes, suspensions, declarations that come in time or late, revocations, expiry:
    every answer and every state is the model's, and no history overlaps."""
    before = BindingModel.answered
    await play(library, examples=20)
    assert BindingModel.answered - before > 100, "answers that were the model's"


async def test_the_model_notices_a_service_that_does_otherwise(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a service in which the code leads to a frozen binding is found out."""
    wrong = Step(frozenset({"none"}), "frozen", binding.AlreadyBound)
    monkeypatch.setitem(binding.STEPS, "bind", wrong)
    with pytest.raises(AssertionError):
        await play(library, examples=10, phases=(Phase.generate,))
