"""Every state, step and role of a review over HTTP, against a table that is written down here (4.4, section 2)."""

from typing import Any, Final
from uuid import UUID

import pytest

from services.declaration.domain.declaration import State
from shared.ids import new_id
from tests.integration.declaration.careers import career
from tests.integration.declaration.forms import ALLOWANCE, REASONS, REJECTION
from tests.integration.declaration.season import Draft, Season, exam_season
from tests.integration.declaration.test_claims import knows
from tests.support.service_under_test import Caller, Serve

WAITING: Final = {"submitted", "under_review"}
ADMIN, OWNER, CANDIDATE = "institution_business_admin", "institution_owner", "candidate"
STAYS: Final = ""
# A unit sees a declaration from the moment it is handed in to it: for its people a draft is not there.
UNSEEN: Final = {"draft"}
# What is said about an earlier row: the last part of its path.
OF_ROWS: Final = {"confirmation": "confirmation", "refusal": "confirmation", "request": "request"}
# step -> who may take it, from which states, and where it leads
TABLE: Final[dict[str, tuple[str, set[str], str]]] = {
    "POST claim": (ADMIN, WAITING, "under_review"),
    "POST claim-extension": (ADMIN, {"under_review"}, "under_review"),
    "DELETE claim": (ADMIN, {"under_review"}, "submitted"),
    "POST approval": (ADMIN, WAITING, "approved"),
    "POST return": (ADMIN, WAITING, "returned"),
    "POST rejection": (ADMIN, WAITING, "rejected"),
    "POST modification-allowance": (ADMIN, WAITING | {"approved", "rejected"}, "modification_allowed"),
    "POST reassignment": (OWNER, WAITING, "under_review"),
    "POST withdrawal": (CANDIDATE, WAITING, "withdrawn"),
    "POST prior-row confirmation": (ADMIN, WAITING, STAYS),
    "POST prior-row refusal": (ADMIN, WAITING, "returned"),
    "POST prior-row request": (ADMIN, WAITING, STAYS),
}
ROLES: Final = (ADMIN, OWNER, CANDIDATE, "zone_admin", "point_admin", "auditor", "identity_reviewer")
_SET: Final = """
UPDATE declaration SET state = $2, version = version + 1, claimed_by = $3::uuid, claimed_until = $4::timestamptz
WHERE id = $1 RETURNING version
"""
_NOTHING_SAID: Final = """
UPDATE prior_confirmation SET state = 'pending', decided_at = NULL, asked_institution_id = NULL, asked_at = NULL
WHERE declaration_id = $1
"""


class Bench:
    """One declaration that is put into any state, and a caller of every role; `row` is its earlier row, if any."""

    def __init__(self, season: Season, draft: Draft, admin: UUID, row: str | None = None) -> None:
        self.season, self.draft, self.admin, self.row = season, draft, admin, row
        service, unit = season.service, season.unit.id
        self.callers: dict[str, Caller] = {role: service.caller(role, scope_id=new_id()) for role in ROLES[3:]}
        self.callers[ADMIN] = season.reviewer(id=admin)
        self.callers[OWNER] = service.caller("institution_owner", scope_id=unit)
        self.callers[CANDIDATE] = draft.person.api
        self.bodies: dict[str, Any] = {
            "POST return": REASONS,
            "POST rejection": REJECTION,
            "POST modification-allowance": ALLOWANCE,
            "POST reassignment": {"staff_id": str(admin)},
            "POST prior-row confirmation": {"result": "confirmed"},
            "POST prior-row refusal": {"result": "refused", "reason_code": "never_worked_there"},
        }

    async def put_into(self, state: str) -> int:
        """The version it has there; under review it is the admin's, and nothing was said about an earlier row."""
        held = state == "under_review"
        until = self.season.clock.now().replace(year=2027) if held else None
        async with self.season.service.database.transaction() as tx:
            await tx.execute(_NOTHING_SAID, self.draft.id)
            found: int = await tx.fetchval(_SET, self.draft.id, state, self.admin if held else None, until)
            return found

    async def take(self, step: str, role: str, version: int) -> tuple[int, str]:
        """(status, code) of a step."""
        method, *about, name = step.split()
        if about:
            name = f"prior-rows/{self.row}/{OF_ROWS[name]}"
        room = "declarations" if name == "withdrawal" else "reviews"
        path = f"/{room}/{self.draft.id}/{name}"
        answer = await self.callers[role].call(method, path, self.bodies.get(step), version=version)
        return answer.status, answer.code

    async def now(self) -> tuple[str, int]:
        """(state, version)."""
        async with self.season.service.database.read() as reader:
            row = await reader.fetchrow("SELECT state, version FROM declaration WHERE id = $1", self.draft.id)
            assert row is not None
            return row["state"], row["version"]


async def bench(serve: Serve, step: str) -> Bench:
    """In a season; with an earlier row where the step is about one, and a zone that lets earlier units confirm."""
    if "prior-row" not in step:
        season = await exam_season(serve)
        return Bench(season, await season.submitted(), await knows(season, new_id()))
    one = await career(serve)
    season, policy = one.season, {"prior_units_confirm": True}
    assert (await season.zone.put(f"/cycles/{season.cycle_id}/review-policy", policy)).status == 200
    return Bench(season, one.draft, await knows(season, new_id()), one.row["id"])


@pytest.mark.requirement("A38", "A40", "A41", "A42", "P6")
@pytest.mark.parametrize("step", TABLE)
async def test_every_state_for_who_may_take_the_step(serve: Serve, step: str) -> None:
    """From the states of the table the step leads where the table says; from every other one it answers 409, or 404 to
    a unit about a draft, and nothing moves."""
    one = await bench(serve, step)
    role, allowed, target = TABLE[step]
    for state in State:
        version = await one.put_into(state.value)
        status, code = await one.take(step, role, version)
        if state.value in allowed:
            assert (status, code, await one.now()) == (200, "", (target or state.value, version + 1)), state
        else:
            refused = 404 if state.value in UNSEEN and role != CANDIDATE else 409
            assert (status, await one.now()) == (refused, (state.value, version)), (state, code)
            assert code not in ("", "stale_version"), state


@pytest.mark.requirement("A38", "B16")
@pytest.mark.parametrize("step", TABLE)
async def test_every_other_role_is_kept_out_in_every_state(serve: Serve, step: str) -> None:
    """Whatever the state: 403 for roles without the step, and nothing moves."""
    one = await bench(serve, step)
    for state in State:
        version = await one.put_into(state.value)
        for role in ROLES:
            if role != TABLE[step][0]:
                assert await one.take(step, role, version) == (403, "forbidden"), (state, role)
        assert await one.now() == (state.value, version), state
