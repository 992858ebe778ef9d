"""Random walks through 4.2 over HTTP: whatever is tried in whatever order, the service goes where the specification
says, and nowhere else; every step is recorded once, neighbours hear of nothing but what is in the library."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.institution.domain.institution_life import InstitutionEvent, InstitutionState
from shared.contracts.institution import InstitutionChanged
from tests.integration.institution.applying import Applicant, drafted
from tests.integration.institution.library import Hospital, Library
from tests.support.service_under_test import Answer
from tests.unit.institution.test_institution_life import SPECIFIED

APPLYING = ("draft", "submitted", "under_review", "returned", "rejected")
REVIEW: dict[InstitutionEvent, tuple[str, Any]] = {
    "claim": ("claim", None),
    "approve": ("approval", {}),
    "return": ("return", {"reason_code": "licence_unclear"}),
    "reject": ("rejection", {"reason_code": "not_lawful"}),
}
ABOVE: dict[InstitutionEvent, tuple[str, Any]] = {
    "suspend": ("suspension", {"reason_code": "inquiry"}),
    "resume": ("resumption", None),
    "merge": ("merger", {"reason_code": "merged"}),
    "close": ("closure", {"reason_code": "dissolved"}),
}
OF_APPLICATIONS: tuple[InstitutionEvent, ...] = ("submit", *REVIEW, *ABOVE)
OF_ISSUED: tuple[InstitutionEvent, ...] = ("activate", "complete", *ABOVE)
# Most random orders get nowhere, so the first steps of half of the walks are the usual ones.
BEGINNINGS: tuple[tuple[InstitutionEvent, ...], ...] = ((), ("submit", "claim"), ("submit", "claim", "approve"))


@dataclass(slots=True)
class Walker:
    """One institution on its way; `state` is what the specification says."""

    library: Library
    hospital: Hospital
    successor: UUID
    state: InstitutionState
    version: int
    applicant: Applicant | None = None
    steps: list[str] = field(default_factory=list)

    async def take(self, event: InstitutionEvent) -> None:
        """Try one step and compare."""
        expected = SPECIFIED.get((event, self.state))
        answer = await self._try(event)
        if expected is None:
            assert answer.status in self._refusals(event), (event, self.state, answer.body)
            return
        assert answer.status == 200, (event, self.state, answer.body)
        self.state, self.version = expected, self.version + 1
        self.steps.append(event)

    async def check(self) -> None:
        """State, version, steps and what was told agree with the walk."""
        async with self.library.service.database.read() as reader:
            row = await reader.fetchrow("SELECT state, version FROM institution WHERE id = $1", self.hospital.id)
            steps = await reader.fetch(
                "SELECT step FROM institution_step WHERE institution_id = $1 ORDER BY version", self.hospital.id
            )
        assert row is not None
        assert (row["state"], row["version"]) == (self.state, self.version)
        assert [one["step"] for one in steps] == self.steps
        told = [one for one in await self.library.service.published(InstitutionChanged) if self._is_mine(one)]
        assert {one.state for one in told}.isdisjoint(APPLYING)
        if self.state not in APPLYING:
            assert (told[-1].state, told[-1].aggregate_version) == (self.state, self.version)

    def _is_mine(self, event: InstitutionChanged) -> bool:
        return event.institution_id == self.hospital.id

    def _refusals(self, event: InstitutionEvent) -> tuple[int, ...]:
        """A conflict; not found where the institution does not exist for whoever asks."""
        hidden = event in ABOVE and self.state in APPLYING
        return (404,) if hidden or (event in REVIEW and self.state == "draft") else (409,)

    async def _try(self, event: InstitutionEvent) -> Answer:
        zone = self.library.zone
        if event == "submit" and self.applicant is not None:
            return await self.applicant.api.post(f"{self.applicant.path}/submission", version=self.version)
        if event in REVIEW:
            verb, body = REVIEW[event]
            return await zone.post(f"/institution-applications/{self.hospital.id}/{verb}", body, version=self.version)
        if event in ABOVE:
            verb, body = ABOVE[event]
            if event == "merge":
                body = body | {"successor_id": str(self.successor)}
            return await zone.post(f"/institutions/{self.hospital.id}/{verb}", body, version=self.version)
        path = f"/institutions/{self.hospital.id}"
        if event == "complete":
            # An active institution saves its profile as well; that is no step of 4.2.
            if self.state == "active":
                return Answer(409, {}, {})
            return await self.hospital.owner.put(f"{path}/profile", self.library.profile(), version=self.version)
        before = (await zone.get(path)).body["state"]
        await self.library.accept(self.hospital)
        after = (await zone.get(path)).body["state"]
        return Answer(200 if before != after else 409, {}, {})


def walks(events: Sequence[InstitutionEvent]) -> list[list[InstitutionEvent]]:
    """Random orders of events."""
    drawn: list[list[InstitutionEvent]] = []

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(list(events)), min_size=3, max_size=10))
    def draw(walk: list[InstitutionEvent]) -> None:
        drawn.append(walk)

    draw()
    return drawn


@pytest.mark.requirement("A20", "P4")
async def test_applications_go_only_where_the_specification_says(library: Library) -> None:
    """Self-registered institutions on random walks, from a draft, from a claimed application, and from the library."""
    successor = (await library.hospital()).id
    for number, walk in enumerate(walks(OF_APPLICATIONS)):
        applicant = await drafted(library)
        assert (await applicant.upload()).status == 200
        hospital = library.hospital_of(UUID(applicant.id))
        walker = Walker(library, hospital, successor, "draft", applicant.version, applicant, ["apply"])
        for event in (*BEGINNINGS[number % len(BEGINNINGS)], *walk):
            await walker.take(event)
        await walker.check()


@pytest.mark.requirement("B5", "B9", "C1")
async def test_issued_institutions_go_only_where_the_specification_says(library: Library) -> None:
    """Issued institutions on random walks: nothing works before the owner came, nothing is collected before the profile
    is complete."""
    successor = (await library.hospital()).id
    for number, walk in enumerate(walks(OF_ISSUED)):
        walker = Walker(library, await library.issued(), successor, "issued", 1, None, ["issue"])
        beginning: tuple[InstitutionEvent, ...] = ((), ("activate",), ("activate", "complete"))[number % 3]
        for event in (*beginning, *walk):
            await walker.take(event)
        await walker.check()
