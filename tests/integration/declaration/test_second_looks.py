"""Where the exam body asks for it, an approval takes two people of the unit (section 2, rule 5; A38)."""

from datetime import timedelta

import pytest

from services.declaration.storage import contents
from shared.contracts.declaration import DeclarationApproved, FirstApprovalOpposed
from shared.ids import new_id
from tests.integration.declaration.careers import Career
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION
from tests.integration.declaration.looking_twice import Pair, asks_for_two, pair
from tests.integration.declaration.returning import submit_again
from tests.integration.declaration.season import Draft, exam_season
from tests.integration.declaration.sites import exam_sites
from tests.integration.declaration.test_bulk_decisions import Desk
from tests.integration.declaration.test_claims import knows
from tests.integration.declaration.working import run
from tests.support.service_under_test import Serve

FIRST = "first_approved_by"


@pytest.mark.requirement("A38")
async def test_a_second_person_confirms(serve: Serve) -> None:
    """The first approval decides nothing and frees the claim; the second makes the transition of 4.4, and trail and
    timeline name both, the latter to colleagues only."""
    two = await pair(serve)
    season, draft = two.season, await two.season.submitted()
    await season.decide(draft, "claim", by=two.by(two.first))
    said = await two.approves(draft, two.first)
    assert (said.status, said.body["state"], said.body["decided_at"]) == (200, "submitted", None)
    assert (said.body[FIRST], said.body["claimed_until"]) == (str(two.first), None)
    assert await season.service.published(DeclarationApproved) == []
    await season.decide(draft, "claim", by=two.by(two.second))
    assert (await two.shown(draft))[FIRST] == str(two.first), "a claim leaves it where it is"
    done = await two.approves(draft, two.second)
    assert (done.status, done.body["state"], done.body[FIRST]) == (200, "approved", None)
    assert len(await season.service.published(DeclarationApproved)) == 1
    approve = "declaration.approve"
    assert await two.trail(draft) == {(f"{approve}_first", two.first, None), (approve, two.second, two.first)}
    steps = (await two.shown(draft))["timeline"][-3:]
    assert [(one["action"], one["staff_id"]) for one in steps if one["action"] != "claim"] == [
        ("approve_first", str(two.first)),
        ("approve", str(two.second)),
    ]
    seen = (await draft.person.api.get(f"{draft.path}/timeline")).body
    assert not any(str(one) in str(seen) for one in (two.first, two.second))
    assert seen["steps"][-3]["action_words"]["zh"] == "初审通过，待本单位第二人复核"
    assert await season.count("SELECT count(*) FROM declaration WHERE decided_by = $1", two.second) == 1


@pytest.mark.requirement("A38")
async def test_one_person_never_confirms_himself(serve: Serve) -> None:
    """Neither with the account that approved first nor with another one of the same person; not in bulk either."""
    two = await pair(serve)
    season, draft, person = two.season, await two.season.submitted(), new_id()
    one, same = season.reviewer(id=two.first, person_id=person), season.reviewer(id=two.second, person_id=person)
    assert (await season.decide(draft, "approval", by=one)).status == 200
    for caller in (one, same):
        refused = await season.decide(draft, "approval", by=caller)
        assert (refused.status, refused.code) == (409, "first_approval_is_yours")
        opposed = await season.decide(draft, "first-approval/opposition", {"reason": "不同意"}, caller)
        assert opposed.code == "first_approval_is_yours"
    bulk = await Desk(season, two.first).select([draft])
    assert await Desk(season, two.first).rows(bulk) == [("wrong", ["first_approval_is_yours"])]
    assert await season.state_of(draft) == "submitted"


@pytest.mark.requirement("A38")
async def test_a_second_reviewer_disagrees(serve: Serve) -> None:
    """With a reason, which only the unit's reviewers read: the first approval is void, the first reviewer is told, and
    two people are needed again."""
    two = await pair(serve)
    season, draft, secret = two.season, await two.once_approved(), "考勤与轮转记录对不上"
    path = "first-approval/opposition"
    assert (await season.decide(draft, path, {"reason": ""}, two.by(two.second))).status == 422
    opposed = await season.decide(draft, path, {"reason": secret}, two.by(two.second))
    assert (opposed.status, opposed.body["state"], opposed.body[FIRST]) == (200, "submitted", None)
    (told,) = await season.service.published(FirstApprovalOpposed)
    assert (told.staff_id, str(told.declaration_id), secret in str(told)) == (two.first, draft.id, False)
    notes = (await two.by(two.first).get(f"/reviews/{draft.id}/notes")).body["items"]
    assert [note["text"] for note in notes] == [secret]
    assert secret not in str((await draft.person.api.get(f"{draft.path}/timeline")).body)
    assert ("declaration.oppose_first_approval", two.second, two.first) in await two.trail(draft)
    assert (await season.decide(draft, path, {"reason": secret}, two.by(two.third))).code == "no_first_approval"
    again = await two.approves(draft, two.second)
    assert (again.body["state"], again.body[FIRST]) == ("submitted", str(two.second))
    assert (await two.approves(draft, two.first)).body["state"] == "approved"


@pytest.mark.requirement("A38")
async def test_the_first_reviewer_takes_it_back(serve: Serve) -> None:
    """Whoever holds the claim by now keeps it; nobody else takes it back, and not twice."""
    two = await pair(serve)
    draft = await two.once_approved()
    assert (await two.takes_back(draft, two.second)).code == "first_approval_not_yours"
    await two.season.decide(draft, "claim", by=two.by(two.second))
    back = await two.takes_back(draft, two.first)
    assert (back.status, back.body["state"], back.body[FIRST]) == (200, "under_review", None)
    assert (await two.takes_back(draft, two.first)).code == "no_first_approval"
    stale = await two.by(two.second).post(f"/reviews/{draft.id}/approval", version=draft.version - 1)
    assert (stale.code, "撤回初审意见" in stale.body["title"]) == ("stale_version", True)
    assert (await two.approves(draft, two.second)).body["state"] == "submitted"


async def _left(two: Pair, draft: Draft, way: str) -> None:
    """The declaration leaves the queue and comes back to it."""
    season = two.season
    if way == "withdrawal":
        taken = await draft.person.api.post(f"{draft.path}/withdrawal", version=draft.version)
        draft.version = taken.body["version"]
    else:
        body = ALLOWANCE if way == "modification-allowance" else REASONS
        assert (await season.decide(draft, way, body, two.by(two.third))).status == 200
    again = await (submit_again(season, draft) if way == "return" else season.submit(draft))
    assert again.status == 201, again.body


@pytest.mark.requirement("A38", "A41", "A42")
@pytest.mark.parametrize("way", ["withdrawal", "return", "modification-allowance"])
async def test_what_comes_back_is_looked_at_twice_anew(serve: Serve, way: str) -> None:
    """Withdrawn, returned or reopened, the first approval is void: the next one is a first one again."""
    two = await pair(serve)
    draft = await two.once_approved()
    await _left(two, draft, way)
    assert (await two.shown(draft))[FIRST] is None
    assert (await two.approves(draft, two.second)).body["state"] == "submitted"
    assert (await two.approves(draft, two.first)).body["state"] == "approved"


@pytest.mark.requirement("A38")
async def test_what_lapses_waits_for_nobody(serve: Serve) -> None:
    """With the year a first approval is over: no word of it is left in the row, and the trail says whose fell."""
    two = await pair(serve)
    season, draft = two.season, await two.once_approved()
    season.later(timedelta(days=300))
    await run(season, "advance-cycles")
    await run(season, "lapse-declarations")
    assert await season.state_of(draft) == "lapsed"
    left = (
        "SELECT count(*) FROM declaration "
        "WHERE num_nonnulls(first_approved_by, first_approved_person_id, first_approved_at) > 0"
    )
    assert await season.count(left) == 0
    assert [first for action, _, first in await two.trail(draft) if action == "declaration.lapse"] == [two.first]


async def _spoken_of_anew(two: Pair) -> Draft:
    """A first approval, then another word about the earlier row that it rested on, and the old word again."""
    season = two.season
    one = await Career(season, await season.has_unit("前任医院")).hand_in(1)
    assert (await one.say("confirmed")).status == 200
    assert (await two.approves(one.draft, two.first)).body[FIRST] == str(two.first)
    assert (await one.say("evidence_required", reason_code="unit_closed")).body[FIRST] is None
    assert (await one.say("confirmed")).status == 200
    return one.draft


@pytest.mark.requirement("A38", "A32")
async def test_another_word_about_an_earlier_row_voids_it(serve: Serve) -> None:
    """The first reviewer approved what stood then; the trail says whose approval fell."""
    two = await pair(serve)
    draft = await _spoken_of_anew(two)
    assert [first for action, _, first in await two.trail(draft) if action == "declaration.confirm_prior_row"] == [
        two.first
    ]
    assert (await two.approves(draft, two.second)).body["state"] == "submitted"


async def test_without_the_voiding_one_look_would_do(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where a new word leaves the first approval, one person approves what the other never saw."""
    kept = contents._TOUCH.replace("first_approved_by = NULL", "first_approved_by = first_approved_by")
    kept = kept.replace("first_approved_at = NULL", "first_approved_at = first_approved_at")
    assert kept != contents._TOUCH
    monkeypatch.setattr(contents, "_TOUCH", kept)
    two = await pair(serve)
    draft = await _spoken_of_anew(two)
    assert (await two.approves(draft, two.second)).body["state"] == "approved"


@pytest.mark.requirement("A38")
async def test_a_unit_of_one_is_told_what_to_do(serve: Serve) -> None:
    """Nothing is written; with a second account, or without the setting, it goes on."""
    season = await exam_season(serve)
    only = await knows(season, new_id())
    await knows(season, new_id(), state="disabled")
    await knows(season, new_id(), role="institution_owner")
    await asks_for_two(season)
    draft, other = await season.submitted(), await season.submitted()
    two = Pair(season, only, new_id(), new_id())
    refused = await two.approves(draft, only)
    assert (refused.status, refused.code) == (409, "second_reviewer_missing")
    assert "增设业务管理员" in refused.body["title"]
    await knows(season, two.second)
    assert (await two.approves(draft, only)).body["state"] == "submitted"
    assert (await two.approves(draft, two.second)).body["state"] == "approved"
    await asks_for_two(season, wanted=False)
    assert (await two.approves(other, only)).body["state"] == "approved"


@pytest.mark.requirement("A38", "P16")
async def test_a_site_asks_its_own_units(serve: Serve) -> None:
    """Set beside the dates by who sets those, audited; units of another site and of the zone go on by one; nobody
    outside the site's jurisdiction sets it."""
    sites = await exam_sites(serve)
    season, other = sites.season, sites.season.service.caller("site_admin", scope_id=sites.other)
    assert (await sites.sets(by=other, second_reviewer=True)).status == 404
    point = season.service.caller("point_admin", scope_id=sites.point)
    assert (await sites.sets(by=point, second_reviewer=True)).status == 403
    done = await sites.sets(second_reviewer=True)
    assert (done.status, done.body["second_reviewer"], done.body["review_deadline"]) == (200, True, None)
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'cycle.set_site' AND entry ~ 'second_reviewer.:true'"
    assert await season.count(audited) == 1
    states = []
    for unit in (sites.near, sites.far, sites.direct):
        season.unit = unit
        one = Pair(season, *[await knows(season, new_id()) for _ in range(3)])
        draft = await season.submitted(await season.has_person(unit))
        states.append((await one.approves(draft, one.first)).body["state"])
    assert states == ["submitted", "approved", "approved"]
    assert (await sites.sets(1)).body["second_reviewer"] is False, "what is left out is off"


@pytest.mark.requirement("A38")
async def test_the_queue_shows_what_waits_for_a_second_look(serve: Serve) -> None:
    """Counted, and filtered by whose first approval it is; what is decided is not among it."""
    two = await pair(serve)
    mine, theirs = await two.once_approved(), await two.season.submitted()
    await two.approves(theirs, two.second)
    plain, done = await two.season.submitted(), await two.once_approved()
    await two.approves(done, two.third)
    queue = {who: (await two.by(two.first).get(f"/reviews?first_approved={who}")).body for who in ("me", "others")}
    queue["nobody"] = (await two.by(two.first).get("/reviews?first_approved=nobody&state=all")).body
    assert {who: [one["id"] for one in page["items"]] for who, page in queue.items()} == {
        "me": [mine.id],
        "others": [theirs.id],
        "nobody": [plain.id, done.id],
    }
    assert queue["others"]["items"][0][FIRST] == str(two.second)
    assert (queue["me"]["second_looks"], queue["me"]["counts"]) == (2, {"submitted": 3, "approved": 1})
    assert (await two.by(two.first).get("/reviews?first_approved=somebody")).status == 422
    elsewhere = await two.season.has_unit("别家医院")
    assert (await two.season.reviewer(elsewhere).get("/reviews")).body["second_looks"] == 0


@pytest.mark.requirement("A38", "P6")
async def test_everything_else_stays_as_it_is(serve: Serve) -> None:
    """A first approval neither frees anybody from a colleague's claim nor the person from deciding otherwise: a claim
    still holds and lapses, the candidate still waits, and who reviews himself is still refused."""
    two = await pair(serve)
    season, draft = two.season, await two.once_approved()
    await season.decide(draft, "claim", by=two.by(two.third))
    assert (await two.approves(draft, two.second)).code == "claimed_by_another"
    season.later(timedelta(minutes=31))
    himself = season.reviewer(id=two.second, person_id=draft.person.id)
    assert (await season.decide(draft, "approval", by=himself)).code == "own_declaration"
    assert (await draft.person.api.get(f"{draft.path}/timeline")).body["waiting_for"] is not None
    assert (await season.decide(draft, "rejection", REJECTION, two.by(two.first))).body["state"] == "rejected"
    assert ("declaration.reject", two.first, two.first) in await two.trail(draft)
