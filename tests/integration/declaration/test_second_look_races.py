"""Second looks at the same moment as something else; a control shows what happens without the protection."""

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from services.declaration.domain import declaration as declaration_domain
from services.declaration.domain.declaration import State
from services.declaration.storage import declarations
from shared.contracts.declaration import DeclarationApproved
from tests.integration.declaration.careers import Career
from tests.integration.declaration.looking_twice import Pair, pair
from tests.integration.declaration.season import Draft, together
from tests.support.service_under_test import Answer, Serve


async def both_confirm(two: Pair, draft: Draft) -> list[Answer]:
    """Two second reviewers at the version both see."""
    path, version = f"/reviews/{draft.id}/approval", draft.version
    return await together(*(two.by(one).post(path, version=version) for one in (two.second, two.third)))


async def confirm_and_withdraw(two: Pair, draft: Draft) -> list[Answer]:
    """The second reviewer and the candidate."""
    version = draft.version
    return await together(
        two.by(two.second).post(f"/reviews/{draft.id}/approval", version=version),
        draft.person.api.post(f"{draft.path}/withdrawal", version=version),
    )


def unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither versions nor states are compared."""
    monkeypatch.setattr(declarations, "_at_version", lambda declaration, _expected: declaration)
    everything = frozenset(State)
    rules = {
        action: (everything, target, refusal) for action, (_, target, refusal) in declaration_domain._RULES.items()
    }
    monkeypatch.setattr(declaration_domain, "_RULES", rules)


@pytest.mark.requirement("A38", "M9")
async def test_two_second_reviewers_at_once(serve: Serve) -> None:
    """One confirms, the other is told what happened; the approval is told once."""
    two = await pair(serve)
    for _ in range(4):
        draft = await two.once_approved()
        answers = await both_confirm(two, draft)
        assert Counter((one.status, one.code) for one in answers) == {(200, ""): 1, (409, "stale_version"): 1}
        assert await two.season.state_of(draft) == "approved"
    assert len(await two.season.service.published(DeclarationApproved)) == 4


@pytest.mark.requirement("A38", "M9")
async def test_two_first_reviewers_at_once_are_not_a_second_look(serve: Serve) -> None:
    """Neither saw the other's word: one is the first, the other looks again before it counts."""
    two = await pair(serve)
    for _ in range(4):
        draft = await two.season.submitted()
        answers = await both_confirm(two, draft)
        assert Counter((one.status, one.code) for one in answers) == {(200, ""): 1, (409, "stale_version"): 1}
        assert await two.season.state_of(draft) == "submitted"


@pytest.mark.requirement("A38", "A41", "M9")
async def test_a_confirmation_meets_a_withdrawal(serve: Serve) -> None:
    """Never both, never neither."""
    two = await pair(serve)
    for _ in range(5):
        draft = await two.once_approved()
        confirmed, taken = await confirm_and_withdraw(two, draft)
        assert sorted((confirmed.status, taken.status)) == [200, 409]
        assert await two.season.state_of(draft) == ("approved" if confirmed.status == 200 else "withdrawn")


@pytest.mark.parametrize("race", [both_confirm, confirm_and_withdraw])
async def test_without_the_version_both_would_win(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, race: Callable[[Pair, Draft], Awaitable[list[Answer]]]
) -> None:
    """The control: where nobody compares what was seen, both of either pair are accepted."""
    two = await pair(serve)
    draft = await two.once_approved()
    unprotected(monkeypatch)
    assert [one.status for one in await race(two, draft)] == [200, 200]


async def _confirmed_row(two: Pair) -> Career:
    one = await Career(two.season, await two.season.has_unit("前任医院")).hand_in(1)
    assert (await one.say("confirmed")).status == 200
    assert (await two.approves(one.draft, two.first)).status == 200
    return one


@pytest.mark.requirement("A38", "A32", "M9")
async def test_a_confirmation_meets_an_edit(serve: Serve) -> None:
    """Another word about the earlier row at the same moment: either it is approved as both saw it, or it waits with
    the new word and no first approval."""
    two = await pair(serve)
    for _ in range(3):
        one = await _confirmed_row(two)
        draft, version = one.draft, one.draft.version
        said = {"result": "evidence_required", "reason_code": "unit_closed"}
        path = f"/reviews/{draft.id}/prior-rows/{one.row['id']}/confirmation"
        confirmed, edited = await together(
            two.by(two.second).post(f"/reviews/{draft.id}/approval", version=version),
            two.by(two.third).post(path, said, version=version),
        )
        assert sorted((confirmed.status, edited.status)) == [200, 409]
        approved = confirmed.status == 200
        assert await two.season.state_of(draft) == ("approved" if approved else "submitted")
        assert (await one.confirmation())["state"] == ("confirmed_by_current" if approved else "evidence_required")
        assert (await two.shown(draft))["first_approved_by"] is None


async def test_without_the_version_it_is_approved_beside_the_edit(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a word about a row of what was approved meanwhile is accepted, and the approval rests on nothing."""
    two = await pair(serve)
    one = await _confirmed_row(two)
    version = one.draft.version
    unprotected(monkeypatch)
    assert (await two.by(two.second).post(f"/reviews/{one.draft.id}/approval", version=version)).status == 200
    said = {"result": "evidence_required", "reason_code": "unit_closed"}
    path = f"/reviews/{one.draft.id}/prior-rows/{one.row['id']}/confirmation"
    assert (await two.by(two.third).post(path, said, version=version)).status == 200
    assert (await two.season.state_of(one.draft), (await one.confirmation())["state"]) == (
        "approved",
        "evidence_required",
    )
