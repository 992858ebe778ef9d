"""A tree of exam bodies and institutions as identity hears of it, with accounts whose holders log in as people do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import pyotp

from shared.contracts.institution import ExamBodyChanged, InstitutionChanged
from shared.ids import ExamBodyId, InstitutionId, new_id
from tests.integration.identity.people import (
    PASSWORD,
    accept,
    invitation_secret,
    phone_number,
    request_staff,
    some_morning,
    with_token,
)
from tests.support.service_under_test import Answer, Caller, Serve, ServiceUnderTest


@dataclass(slots=True)
class Holder:
    """An account that works, and its holder's device."""

    staff_id: str
    scope_id: UUID
    phone: str
    totp_secret: str
    tokens: Any
    api: Caller


@dataclass(slots=True)
class Offices:
    """A zone with a site, a point below it, and another site beside it."""

    service: ServiceUnderTest
    zone: UUID
    site: UUID
    other_site: UUID
    point: UUID
    _numbers: int = 100

    @classmethod
    async def open(cls, serve: Serve, **settings: str) -> "Offices":
        """A fresh identity service that knows the four bodies."""
        offices = cls(await serve("identity", some_morning(), **settings), new_id(), new_id(), new_id(), new_id())
        await offices.body_is(offices.zone, "zone", [offices.zone])
        await offices.body_is(offices.site, "site", [offices.zone, offices.site])
        await offices.body_is(offices.other_site, "site", [offices.zone, offices.other_site])
        await offices.body_is(offices.point, "point", [offices.zone, offices.site, offices.point])
        return offices

    async def body_is(self, body: UUID, level: Literal["zone", "site", "point"], path: list[UUID]) -> None:
        """The institution service tells of a body."""
        await self.service.deliver(
            ExamBodyChanged(
                occurred_at=self.service.clock.now(),
                aggregate_version=1,
                exam_body_id=ExamBodyId(body),
                code=str(body),
                name="虚构考试机构",
                level=level,
                parent_id=None,
                path=[ExamBodyId(one) for one in path],
                state="active",
            )
        )

    async def institution(self, *path: UUID, state: str = "active", version: int = 1, id: UUID | None = None) -> UUID:
        """The institution service tells of an institution that files with the last body of `path`."""
        institution = id or new_id()
        await self.service.deliver(
            InstitutionChanged.model_validate(
                {
                    "occurred_at": self.service.clock.now(),
                    "aggregate_version": version,
                    "institution_id": InstitutionId(institution),
                    "state": state,
                    "name": "江城第九医院",
                    "credit_code": None,
                    "registration_no": None,
                    "institution_type": "general_hospital",
                    "grade": None,
                    "division_code": "420102",
                    "address": None,
                    "filing_body_id": path[-1],
                    "filing_body_path": path,
                    "licence_valid_from": None,
                    "licence_valid_to": None,
                    "profile_complete": True,
                }
            )
        )
        return institution

    def phone(self) -> str:
        """A phone nobody has yet."""
        self._numbers += 1
        return phone_number(self._numbers)

    async def holder(self, role: str, scope: UUID, phone: str | None = None) -> Holder:
        """An account asked for by the platform itself, accepted and activated."""
        phone = phone or self.phone()
        await request_staff(self.service, role, phone, scope_id=scope)
        return await self.enters(phone)

    async def invited(self, by: Holder, role: str, scope: UUID, phone: str | None = None) -> Holder:
        """An account invited over the API, accepted and activated."""
        phone = phone or self.phone()
        answer = await self.invite(by, role, scope, phone)
        assert answer.status == 201, answer.body
        return await self.enters(phone)

    async def invite(self, by: Holder, role: str, scope: UUID, phone: str) -> Answer:
        """Ask for an account."""
        body = {"role": role, "scope_id": str(scope), "name": "司徒办事", "phone": phone}
        return await by.api.post("/staff-invitations", body)

    async def enters(self, phone: str) -> Holder:
        """The newest invitation is accepted and the first code shown."""
        accepted = await accept(self.service, await invitation_secret(self.service), phone)
        assert accepted.status == 200, accepted.body
        body = {"staff_id": accepted.body["staff_id"], "phone": phone, "password": PASSWORD}
        totp = pyotp.TOTP(accepted.body["totp_secret"]).at(self.service.clock.now())
        opened = await self.service.anonymous().post("/staff-activations", body | {"totp": totp})
        assert opened.status == 201, opened.body
        return self._holder(phone, accepted.body["totp_secret"], opened.body)

    async def log_in(self, holder: Holder) -> Answer:
        """The daily login, with a code not used before."""
        self.service.clock.advance(timedelta(seconds=60))
        return await self.service.anonymous().post(
            "/staff-sessions",
            {
                "phone": holder.phone,
                "password": PASSWORD,
                "totp": pyotp.TOTP(holder.totp_secret).at(self.service.clock.now()),
                "scope_id": str(holder.scope_id),
            },
        )

    async def again(self, holder: Holder) -> Holder:
        """The holder logged in anew, with today's role."""
        answer = await self.log_in(holder)
        assert answer.status == 201, answer.body
        return self._holder(holder.phone, holder.totp_secret, answer.body)

    async def seen(self, by: Holder, whom: Holder) -> Any:
        """The account as a superior sees it."""
        answer = await by.api.get(f"/staff-accounts/{whom.staff_id}")
        assert answer.status == 200, answer.body
        return answer.body

    async def step(self, by: Holder, whom: Holder, step: str, body: Any = None) -> Answer:
        """One step of a superior at an account, in its version of now."""
        async with self.service.database.read() as reader:
            version = await reader.fetchval(
                "SELECT version FROM staff_account WHERE staff_id = $1", UUID(whom.staff_id)
            )
        return await by.api.post(f"/staff-accounts/{whom.staff_id}/{step}", body, version=version)

    def _holder(self, phone: str, totp_secret: str, tokens: Any) -> Holder:
        scope = UUID(tokens["scope_id"])
        return Holder(tokens["staff_id"], scope, phone, totp_secret, tokens, with_token(self.service, tokens))


REASON = {"reason": "离职"}
