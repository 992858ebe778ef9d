"""Applications for the library, made and moved the short way. All people and units invented."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.integration.declaration.filing.paper import scan
from tests.integration.institution.library import OWNER, Library
from tests.support.service_under_test import Answer, Caller

JPEG = {"Content-Type": "image/jpeg"}


@dataclass(slots=True)
class Applicant:
    """Somebody who registers the own unit, and the application."""

    library: Library
    person_id: UUID
    api: Caller
    id: str
    version: int

    @property
    def path(self) -> str:
        """Where the applicant finds it."""
        return f"/own-institution-applications/{self.id}"

    @property
    def review(self) -> str:
        """Where reviewers find it."""
        return f"/institution-applications/{self.id}"

    async def look(self) -> dict[str, Any]:
        """What the applicant sees now."""
        answer = await self.api.get(self.path)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = answer.body
        return body

    async def upload(self) -> Answer:
        """A picture of the licence."""
        return await self.api.call("PUT", f"{self.path}/licence-image", data=scan(), headers=JPEG)

    async def submit(self) -> Answer:
        """Hand it in, in the version seen last."""
        return self._moved(await self.api.post(f"{self.path}/submission", version=self.version))

    async def correct(self, body: dict[str, Any]) -> Answer:
        """Replace what was filled in."""
        return self._moved(await self.api.put(self.path, body, version=self.version))

    async def decide(self, by: Caller, verb: str, body: Any = None) -> Answer:
        """`claim`, `approval`, `return` or `rejection` by a reviewer."""
        return self._moved(await by.post(f"{self.review}/{verb}", body, version=self.version))

    def _moved(self, answer: Answer) -> Answer:
        if answer.status == 200:
            self.version = answer.body["version"]
        return answer


def form(library: Library, **more: Any) -> dict[str, Any]:
    """A complete application in 武汉江岸区."""
    return {
        "name": f"虚构第{library.number()}诊所",
        "division_code": "420102",
        "institution_type": "clinic",
        "profile": library.profile(),
        "owner": OWNER,
        **more,
    }


async def drafted(library: Library, *, person_id: UUID | None = None, **more: Any) -> Applicant:
    """A complete draft without a picture."""
    person_id = person_id or new_id()
    api = library.service.caller("candidate", id=person_id)
    answer = await api.post("/own-institution-applications", form(library, **more))
    assert answer.status == 201, answer.body
    return Applicant(library, person_id, api, answer.body["id"], answer.body["version"])


async def submitted(library: Library, *, person_id: UUID | None = None, **more: Any) -> Applicant:
    """One that waits for a reviewer."""
    applicant = await drafted(library, person_id=person_id, **more)
    assert (await applicant.upload()).status == 200
    answer = await applicant.submit()
    assert answer.status == 200, answer.body
    return applicant


async def claimed(library: Library, by: Caller, **more: Any) -> Applicant:
    """One that a reviewer works on."""
    applicant = await submitted(library, **more)
    answer = await applicant.decide(by, "claim")
    assert answer.status == 200, answer.body
    return applicant
