"""Two people, or one impatient person, at the same moment; a control shows what happens without the protection."""

import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from services.declaration.domain import declaration as declaration_domain
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.storage import declarations, submissions
from services.declaration.storage.submissions import Handover
from shared.actor import Actor
from shared.contracts.declaration import (
    DeclarationApproved,
    DeclarationReturned,
    DeclarationSubmitted,
    DeclarationWithdrawn,
)
from shared.postgres.window import Origin
from tests.integration.declaration.declaration_model import ACCEPTED
from tests.integration.declaration.forms import REASONS
from tests.integration.declaration.season import exam_season, together
from tests.support.service_under_test import Serve


@pytest.mark.requirement("A37", "V72", "M9")
async def test_one_key_submits_once(serve: Serve) -> None:
    """Ten parallel tries with one key: one submission, the same receipt for all."""
    season = await exam_season(serve)
    draft = await season.draft()
    version, body = draft.version, {"notice_version": 1, "accepted": True}
    path = f"{draft.path}/submission"
    answers = await together(
        *(draft.person.api.post(path, body, version=version, key="one-and-the-same") for _ in range(10))
    )
    assert {answer.status for answer in answers} == {201}
    assert len({str(answer.body) for answer in answers}) == 1
    assert len(await season.service.published(DeclarationSubmitted)) == 1


@pytest.mark.requirement("M9")
async def test_different_keys_submit_once(serve: Serve) -> None:
    """Ten parallel tries with ten keys: one is accepted, the others learn that the version moved on."""
    season = await exam_season(serve)
    draft = await season.draft()
    version, body = draft.version, {"notice_version": 1, "accepted": True}
    answers = await together(
        *(draft.person.api.post(f"{draft.path}/submission", body, version=version) for _ in range(10))
    )
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 9}
    assert len(await season.service.published(DeclarationSubmitted)) == 1
    assert await season.count("SELECT count(*) FROM declaration_snapshot") == 1


@pytest.mark.requirement("A41", "M9")
async def test_withdrawal_meets_approval(serve: Serve) -> None:
    """Whoever comes second is told; never both, never neither, and the state agrees with the event."""
    season = await exam_season(serve)
    drafts = [await season.submitted() for _ in range(6)]
    for draft in drafts:
        version = draft.version
        withdrawn, approved = await together(
            draft.person.api.post(f"{draft.path}/withdrawal", version=version),
            season.reviewer().post(f"/reviews/{draft.id}/approval", version=version),
        )
        assert sorted((withdrawn.status, approved.status)) == [200, 409]
        assert await season.state_of(draft) == ("withdrawn" if withdrawn.status == 200 else "approved")
    told = [*await season.service.published(DeclarationWithdrawn), *await season.service.published(DeclarationApproved)]
    assert len({event.declaration_id for event in told}) == len(told) == 6


@pytest.mark.requirement("M9")
async def test_without_the_lock_both_would_win(serve: Serve) -> None:
    """The control: the same two steps written without lock and version check overwrite each other."""
    season = await exam_season(serve)
    draft = await season.submitted()
    database = season.service.database
    async with database.transaction() as first, database.transaction() as second:
        seen = [await tx.fetchval("SELECT state FROM declaration WHERE id = $1", draft.id) for tx in (first, second)]
        assert seen == ["submitted", "submitted"], "both decide on what they read"
        await first.execute("UPDATE declaration SET state = 'withdrawn', version = version + 1 WHERE id = $1", draft.id)
        await first.execute("COMMIT")
        await second.execute("UPDATE declaration SET state = 'approved', version = version + 1 WHERE id = $1", draft.id)
    assert await season.state_of(draft) == "approved", "the withdrawal was accepted, and lost"


@pytest.mark.requirement("M9")
async def test_one_declaration_per_person_and_year(serve: Serve) -> None:
    """Eight parallel starts: one draft, seven refusals, one row."""
    season = await exam_season(serve)
    person = await season.has_person()
    answers = await together(*(season.start(person) for _ in range(8)))
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}
    assert {answer.code for answer in answers if answer.status == 409} == {"declaration_exists"}
    assert await season.count("SELECT count(*) FROM declaration WHERE person_id = $1", person.id) == 1


@pytest.mark.requirement("M9")
async def test_a_file_and_a_submission_cross(serve: Serve) -> None:
    """A file that arrives with the submission is either part of the snapshot or refused, never in between."""
    season = await exam_season(serve)
    for _ in range(4):
        draft = await season.draft()
        version, body = draft.version, {"notice_version": 1, "accepted": True}
        submitted, attached = await together(
            draft.person.api.post(f"{draft.path}/submission", body, version=version), season.attach(draft, "other")
        )
        assert sorted((submitted.status, attached.status)) == [201, 409]


@pytest.mark.requirement("M9")
async def test_two_reviewers_claim_at_once(serve: Serve) -> None:
    """One gets the claim, the other is told to refresh."""
    season = await exam_season(serve)
    draft = await season.submitted()
    path, version = f"/reviews/{draft.id}/claim", draft.version
    answers = await together(*(season.reviewer().post(path, version=version) for _ in range(5)))
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 4}


async def test_without_the_guard_two_submissions_pass(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: written over whatever version there is, the same draft is handed in twice."""
    anything = submissions._SUBMIT.replace("AND d.version = o.judged", "AND o.judged IS NOT NULL")
    assert anything != submissions._SUBMIT
    monkeypatch.setattr(submissions, "_SUBMIT", anything)
    season = await exam_season(serve)
    draft = await season.draft()
    database, actor = season.service.database, Actor("candidate", draft.person.id, "candidate")
    origins = [[Origin("first", None)], [Origin("second", None)]]
    async with database.window(origins[0]) as first, database.window(origins[1]) as second:
        cases = [await submissions.select(window, UUID(draft.id), draft.person.id) for window in (first, second)]
        for window, case in zip((first, second), cases, strict=True):
            assert case.unit is not None
            numbered = replace(case, number="D2027-000001")
            handover = Handover(numbered, actor, season.clock.now(), case.unit, 1, False, 18, (), b"sealed elsewhere")
            submissions.insert(window, [handover])
    assert await season.count("SELECT count(*) FROM declaration_snapshot") == 2, "handed in once, recorded twice"


@pytest.mark.requirement("A38", "M9")
async def test_two_reviewers_decide_at_once(serve: Serve) -> None:
    """Approved by one and returned by the other at the same moment: one decision counts, the other reviewer is told;
    the timeline and what is told to others have one decision only."""
    season = await exam_season(serve)
    for _ in range(5):
        draft = await season.submitted()
        version, path = draft.version, f"/reviews/{draft.id}"
        approved, returned = await together(
            season.reviewer().post(f"{path}/approval", version=version),
            season.reviewer().post(f"{path}/return", REASONS, version=version),
        )
        assert sorted((approved.status, returned.status)) == [200, 409]
        late = returned if approved.status == 200 else approved
        decided = State.APPROVED if approved.status == 200 else State.RETURNED
        assert late.code == "stale_version"
        assert STATE_ZH[decided] in late.body["title"]
        steps = "SELECT count(*) FROM declaration_event WHERE declaration_id = $1 AND from_state = 'submitted'"
        assert await season.count(steps, draft.id) == 1
    told = [*await season.service.published(DeclarationApproved), *await season.service.published(DeclarationReturned)]
    assert len({event.declaration_id for event in told}) == len(told) == 5


async def test_without_the_version_both_reviewers_decide(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reviewers whose version is not compared and whose states are not either overwrite each other."""
    monkeypatch.setattr(declarations, "_at_version", lambda declaration, _expected: declaration)
    everything = frozenset(State)
    rules = {
        action: (everything, target, refusal) for action, (_, target, refusal) in declaration_domain._RULES.items()
    }
    monkeypatch.setattr(declaration_domain, "_RULES", rules)
    season = await exam_season(serve)
    draft = await season.submitted()
    path, version = f"/reviews/{draft.id}", draft.version
    answers = await together(
        season.reviewer().post(f"{path}/approval", version=version),
        season.reviewer().post(f"{path}/return", REASONS, version=version),
    )
    assert [one.status for one in answers] == [200, 200], "two decisions on the same submission"


@pytest.mark.requirement("A25", "M9")
async def test_unbinding_meets_submission(serve: Serve) -> None:
    """The news that a binding ended comes with the submission: handed in to the unit of that moment, or refused and
    nothing written; never half, and after the news never at all."""
    season = await exam_season(serve)
    handed_in = 0
    for _ in range(6):
        draft = await season.draft()
        _, answer = await asyncio.gather(
            season.binds(draft.person, season.unit, "ended"),
            draft.person.api.post(f"{draft.path}/submission", ACCEPTED, version=draft.version),
        )
        assert (answer.status, answer.code) in ((201, ""), (409, "binding_required"))
        written = await season.count("SELECT count(*) FROM declaration_snapshot WHERE declaration_id = $1", draft.id)
        assert written == (1 if answer.status == 201 else 0)
        handed_in += written
        if answer.status == 409:
            assert (await season.submit(draft)).code == "binding_required"
    told = await season.service.published(DeclarationSubmitted)
    assert len(told) == handed_in
    assert {event.institution_id for event in told} <= {season.unit.id}


async def test_without_the_look_at_the_binding_anybody_submits(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: when the submission takes any binding for an open one, it passes although the news was heard."""
    blind = submissions._SELECT_TO_SUBMIT.replace("k.state AS binding_state", "'active' AS binding_state")
    blind = blind.replace("AND k.state IN ('active', 'frozen') ORDER BY k.bound_at", "ORDER BY k.bound_at")
    assert blind != submissions._SELECT_TO_SUBMIT
    season = await exam_season(serve)
    draft = await season.draft()
    await season.binds(draft.person, season.unit, "ended")
    assert (await season.submit(draft)).code == "binding_required"
    monkeypatch.setattr(submissions, "_SELECT_TO_SUBMIT", blind)
    assert (await season.submit(draft)).status == 201, "handed in to a unit that the person has left"
