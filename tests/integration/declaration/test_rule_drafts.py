"""The zone edits the rules of a year: draft, dry run over what was declared, publication, history."""

from datetime import timedelta
from typing import Any

import pytest

from services.declaration.scheduled.rules import apply_published_rules, try_drafted_rules
from shared import failpoints
from shared.failpoints import FailpointReached
from shared.ids import new_id
from tests.integration.declaration.forms import complete_content
from tests.integration.declaration.season import Draft, Season, exam_season, together
from tests.support.service_under_test import Answer, Serve

NO_NEW_SCHOOL: dict[str, Any] = {
    "effect": "block",
    "applies": {"fact": "education_level", "is": "21"},
    "condition": {"fact": "enrolled_on", "at_least": "2019-09-01"},
    "pointer": "/education",
    "message_zh": "本年度试行：{year} 年不受理该学历。",
    "message_en": "On trial: not accepted in {year}.",
    "cure_zh": "请改用其他学历。",
    "cure_en": "Mark another degree.",
    "source": "考区试行规定",
}


class Rules:
    """A draft of the zone, at the version last seen."""

    def __init__(self, season: Season, draft: dict[str, Any]) -> None:
        self.season = season
        self.path = f"/rule-drafts/{draft['id']}"
        self.version: int = draft["version"]

    @classmethod
    async def open(cls, season: Season) -> "Rules":
        """A new draft of the season's year."""
        made = await season.zone.post(f"/cycles/{season.cycle_id}/rule-drafts")
        assert made.status == 201, made.body
        return cls(season, made.body)

    async def put(self, rule: str, body: dict[str, Any]) -> Answer:
        """Write a rule; the draft moves to its new version."""
        answer = await self.season.zone.put(f"{self.path}/rules/{rule}", body, version=self.version)
        if answer.status == 200:
            self.version = answer.body["version"]
        return answer

    async def publish(self, **more: Any) -> Answer:
        """Publish it."""
        body = {"reason": "按年度通知调整"} | more
        return await self.season.zone.post(f"{self.path}/publication", body, version=self.version)

    async def tried(self) -> dict[str, Any]:
        """A dry run, carried out by the worker's job."""
        asked = await self.season.zone.post(f"{self.path}/trials")
        assert asked.status == 201, asked.body
        await try_drafted_rules(self.season.service.deps)
        found = await self.season.zone.get(f"{self.path}/trials/{asked.body['id']}")
        result: dict[str, Any] = found.body
        return result


async def _codes(draft: Draft) -> list[str]:
    refused = (await draft.person.api.get(f"{draft.path}/preview")).body["problems"]
    return [one["code"] for one in refused]


async def test_what_was_judged_keeps_its_version_and_drafts_move_on(serve: Serve) -> None:
    """After a publication drafts are judged by the new rules and handed in under their version; what was handed in
    before keeps the version it was judged by, also when it is withdrawn and handed in again; the audit trail and the
    history say who changed what and why."""
    season = await exam_season(serve)
    judged, draft = await season.submitted(), await season.draft()
    rules = await Rules.open(season)
    assert (await rules.put("Z01", NO_NEW_SCHOOL)).status == 200
    assert await _codes(draft) == []
    published = await rules.publish()
    assert (published.status, published.body["catalogue_version"]) == (201, 2), published.body
    assert published.body["applied_at"] is not None
    assert await _codes(draft) == ["Z01"]
    refused = await season.submit(draft)
    assert [one["code"] for one in refused.body["errors"]] == ["Z01"]
    assert "2027" in refused.body["errors"][0]["detail"]

    withdrawn = await judged.person.api.post(f"{judged.path}/withdrawal", version=judged.version)
    judged.version = withdrawn.body["version"]
    assert (await season.submit(judged)).status == 201
    content = complete_content(season.unit)
    content["education"][0] |= {"enrolled_on": "2018-09-01"}
    await season.save(draft, content)
    assert (await season.submit(draft)).status == 201
    pinned = "SELECT rules_version FROM declaration_snapshot WHERE declaration_id = $1 ORDER BY submission DESC"
    assert await season.count(pinned, judged.id) == 1
    assert await season.count(pinned, draft.id) == 2

    history = (await season.zone.get(f"/cycles/{season.cycle_id}/rule-versions")).body
    assert (history["in_force"], [one["reason"] for one in history["items"]]) == (2, ["按年度通知调整"])
    path = f"/cycles/{season.cycle_id}/rule-versions/2/differences"
    (difference,) = (await season.zone.get(path)).body["items"]
    assert (difference["rule"], difference["change"], difference["before"]) == ("Z01", "added", None)
    assert (await season.zone.get(path + "?with_version=9")).status == 404
    actions = "SELECT count(DISTINCT action) FROM audit_entry WHERE action = ANY ($1::text[])"
    trail = ["rule_draft.open", "rule_draft.change_rule", "rule_draft.publish", "cycle.apply_rules"]
    assert await season.count(actions, trail) == len(trail)


async def test_drafts_without_an_effect_on_what_they_hold(serve: Serve) -> None:
    """Rows are edited, switched off and on again; a switched off rule stays in the version but stops nobody; a draft
    that says nothing new, or opens no way, is not published."""
    season = await exam_season(serve)
    draft = await season.draft(content=complete_content(season.unit) | {"is_active_military": True})
    assert await _codes(draft) == ["R10"]
    rules = await Rules.open(season)
    assert (await season.zone.post(f"/cycles/{season.cycle_id}/rule-drafts")).code == "rule_draft_exists"
    assert (await rules.publish()).code == "rules_unchanged"
    shown = (await season.zone.get(rules.path)).body
    by_id = {one.pop("id"): one for one in shown["rules"]}
    for rule, row in by_id.items():
        if row["effect"] == "allow":
            await rules.put(rule, row | {"enabled": False})
    assert (await rules.publish()).code == "rules_open_no_way"
    for rule, row in by_id.items():
        if row["effect"] == "allow":
            await rules.put(rule, row)
    await rules.put("R10", by_id["R10"] | {"enabled": False})
    shown = (await season.zone.get(rules.path)).body
    assert [(one["rule"], one["fields"]) for one in shown["differences"]] == [("R10", ["enabled"])]
    assert (await rules.publish()).status == 201
    assert await _codes(draft) == []
    again = await Rules.open(season)
    await again.put("R10", by_id["R10"])
    assert (await again.publish()).body["catalogue_version"] == 3
    assert await _codes(draft) == ["R10"]
    path = f"/cycles/{season.cycle_id}/rule-versions/3/differences?with_version=1"
    assert (await season.zone.get(path)).body["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            {"condition": {"all": [{"fact": "year", "is": 2027}, {"fact": "shoe_size", "is": 43}]}},
            "/condition/all/1/fact",
        ),
        ({"applies": {"not": {"fact": "enrolled_on", "before": "gestern"}}}, "/applies/not/before"),
        ({"condition": {"fact": "major", "at_least": 3}}, "/condition"),
        ({"condition": {"any": []}}, "/condition"),
        ({"message_zh": "您好 {name}"}, "/message_zh"),
        ({"cure_en": "see {year.__class__}"}, "/cure_en"),
        ({"message_en": "a brace {"}, "/message_en"),
    ],
)
async def test_rules_that_can_not_be_evaluated_are_refused(serve: Serve, change: dict[str, Any], pointer: str) -> None:
    """A condition over facts that do not exist, values of another kind, or a sentence that quotes what is no fact is
    refused with its place, and the draft stays as it was."""
    season = await exam_season(serve)
    rules = await Rules.open(season)
    refused = await rules.put("Z01", NO_NEW_SCHOOL | change)
    assert (refused.status, refused.code) == (422, "rule_malformed")
    assert [one["pointer"] for one in refused.body["errors"]] == [pointer]
    assert (await season.zone.get(rules.path)).body["version"] == 1


async def test_a_dry_run_counts_what_would_change(serve: Serve) -> None:
    """Over everything declared in the year: how many would fail now, by which rules, with receipt numbers as samples;
    nothing changes; a changed draft makes the run outdated, and the cap is said."""
    season = await exam_season(serve, DRY_RUN_MOST="100")
    first, second = await season.submitted(), await season.submitted()
    await season.draft()
    content = complete_content(season.unit)
    content["education"][0] |= {"enrolled_on": "2018-09-01"}
    await season.submitted(content=content)
    military = await season.draft(content=complete_content(season.unit) | {"is_active_military": True})
    rules = await Rules.open(season)
    shown = {one.pop("id"): one for one in (await season.zone.get(rules.path)).body["rules"]}
    await rules.put("Z01", NO_NEW_SCHOOL)
    await rules.put("R10", shown["R10"] | {"enabled": False})
    result = await rules.tried()
    assert (result["state"], result["total"], result["done"], result["capped"]) == ("done", 5, 5, False)
    assert (result["stricter"], result["milder"], result["skipped"]) == (3, 0, 0)
    assert (result["newly_failed"], result["no_longer_failed"]) == ({"Z01": 4}, {"R10": 1})
    numbers = [f"D2027-00000{one}" for one in (1, 2)]
    assert (result["stricter_numbers"], result["milder_numbers"]) == (numbers, [])
    assert [await season.state_of(one) for one in (first, second, military)] == ["submitted", "submitted", "draft"]
    assert await _codes(military) == ["R10"]

    asked = await season.zone.post(f"{rules.path}/trials")
    assert (await season.zone.post(f"{rules.path}/trials")).code == "rule_trial_running"
    await rules.put("Z01", NO_NEW_SCHOOL | {"enabled": False})
    await try_drafted_rules(season.service.deps)
    assert (await season.zone.get(f"{rules.path}/trials/{asked.body['id']}")).body["state"] == "outdated"
    milder = await rules.tried()
    assert (milder["stricter"], milder["milder"], milder["no_longer_failed"]) == (0, 1, {"R10": 1})


@pytest.mark.parametrize("together_with_position", [True, False])
async def test_a_killed_dry_run_counts_nobody_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, together_with_position: bool
) -> None:
    """Interrupted before the commit of a batch it goes on where it was and ends with the right counts. Negative
    control: with counts that are kept apart from the position somebody is counted twice."""
    monkeypatch.setattr("services.declaration.use_cases.rules.try_rules.BATCH", 1)
    season = await exam_season(serve)
    for _ in range(3):
        await season.draft()
    rules = await Rules.open(season)
    await rules.put("Z01", NO_NEW_SCHOOL)
    asked = await season.zone.post(f"{rules.path}/trials")
    monkeypatch.setattr(failpoints, "_armed", failpoints._parse("rules.before_trial_commit:raise:2"))
    with pytest.raises(FailpointReached):
        await try_drafted_rules(season.service.deps)
    if not together_with_position:
        async with season.service.database.transaction() as tx:
            await tx.execute("UPDATE rule_trial SET after_id = NULL")
    await together(*(try_drafted_rules(season.service.deps) for _ in range(2)))
    await try_drafted_rules(season.service.deps)
    result = (await season.zone.get(f"{rules.path}/trials/{asked.body['id']}")).body
    right = (result["state"], result["judged"], result["stricter"]) == ("done", 3, 3)
    assert right == together_with_position, result


async def test_rules_take_effect_at_their_moment(serve: Serve) -> None:
    """Published for later they wait: no other draft is begun over them, nothing is judged by them; at the moment the
    job applies them once and drafts are judged by them, with their own lists; the past is refused, and so is whoever is
    not the zone."""
    season = await exam_season(serve)
    draft = await season.draft()
    rules = await Rules.open(season)
    await rules.put("Z01", NO_NEW_SCHOOL)
    moment = season.clock.now() + timedelta(days=2)
    past = (season.clock.now() - timedelta(minutes=1)).isoformat()
    assert (await rules.publish(effective_at=past)).code == "effective_in_the_past"
    waiting = await rules.publish(effective_at=moment.isoformat())
    assert (waiting.status, waiting.body["applied_at"]) == (201, None)
    assert (await rules.put("Z01", NO_NEW_SCHOOL)).code in ("stale_version", "rule_draft_closed")
    assert (await season.zone.post(f"/cycles/{season.cycle_id}/rule-drafts")).code == "rules_waiting"
    season.later(timedelta(days=2) - timedelta(seconds=1))
    await apply_published_rules(season.service.deps)
    assert await _codes(draft) == []
    season.later(timedelta(seconds=1))
    await together(*(apply_published_rules(season.service.deps) for _ in range(2)))
    await apply_published_rules(season.service.deps)
    assert await _codes(draft) == ["Z01"]
    assert await season.count("SELECT catalogue_version FROM declaration WHERE id = $1", draft.id) == 1
    assert await season.count("SELECT count(*) FROM audit_entry WHERE action = 'cycle.apply_rules'") == 1
    for role in ("site_admin", "institution_business_admin", "auditor", "candidate"):
        caller = season.service.caller(role, scope_id=new_id())
        assert (await caller.get(rules.path)).status == 403


async def test_two_zones_admins_do_not_overwrite_each_other(serve: Serve) -> None:
    """Of two edits at the same version one is stale; of two drafts begun at once one exists; discarded ones stay so."""
    season = await exam_season(serve)
    path = f"/cycles/{season.cycle_id}/rule-drafts"
    answers = await together(season.zone.post(path), season.zone.post(path))
    assert sorted(one.status for one in answers) == [201, 409]
    rules = Rules(season, next(one.body for one in answers if one.status == 201))
    url = f"{rules.path}/rules/Z01"
    edits = await together(*(season.zone.put(url, NO_NEW_SCHOOL, version=1) for _ in range(2)))
    assert sorted(one.status for one in edits) == [200, 409]
    assert {one.code for one in edits if one.status == 409} == {"stale_version"}
    assert (await season.zone.post(f"{rules.path}/discard", version=2)).body["state"] == "discarded"
    rules.version = 3
    assert (await rules.put("Z01", NO_NEW_SCHOOL)).code == "rule_draft_closed"
    assert (await rules.publish()).code == "rule_draft_closed"
    assert (await season.zone.post(f"{rules.path}/trials")).code == "rule_draft_closed"
    assert (await season.zone.post(path)).status == 201
