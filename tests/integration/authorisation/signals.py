"""A signal of nominal affiliation for the matrix: two people of the unit handed in the same file."""

from typing import Any, Final
from uuid import UUID

from tests.integration.declaration.season import Season

_LIMITS: Final = {"points": 50, "trainees": 6}
SIGNAL_BODIES: Final[dict[str, Any]] = {
    "post_risk_decision": {"decision": "followed_up", "reason": "核对考勤"},
    "put_risk_rule": {"limits": _LIMITS, "reason": "按本年度情况调整"},
    "post_risk_trial": {"limits": _LIMITS},
}


async def signalled(season: Season, zone: UUID) -> dict[str, str]:
    """The ids of a hit, of a trial and of a rule."""
    await season.submitted()
    jobs = {one.name: one for one in season.service.definition.jobs}
    await jobs["examine-risks"].run(season.service.deps)
    admin = season.service.caller("zone_admin", scope_id=zone)
    hits = (await admin.get("/risk-hits?rule=F10")).body["items"]
    trial = await admin.post("/risk-rules/F1/trials", SIGNAL_BODIES["post_risk_trial"])
    assert trial.status == 202, trial.body
    return {"hit_id": hits[0]["id"], "risk_trial_id": str(trial.body["id"]), "rule": "F1"}
