"""How many texts may go, and to whom on trial: looked at and set by the zone."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from services.notification.dependencies import Dependencies
from services.notification.domain.holding import Per
from services.notification.storage import sending_limits
from services.notification.use_cases.list_trial_number import list_trial_number
from services.notification.use_cases.set_sms_quota import set_sms_quota
from services.notification.use_cases.set_trial_mode import set_trial_mode
from shared.web.call import Call
from shared.web.schemas import Body, Phone, View

Scope = Annotated[
    str, StringConstraints(pattern=r"^(zone|codes|notices|service:[a-z]{1,20}|event:[a-z_]{1,20}[.][a-z0-9_.]{1,60})$")
]


class QuotaBody(Body):
    """A quota as it is to be; without `most` there is none."""

    scope: Scope
    per: Per
    most: int | None = Field(ge=0, le=10_000_000)
    kept_for_codes: int = Field(0, ge=0, le=10_000_000, description="so many of them only codes may use")

    @model_validator(mode="after")
    def _refuse_more_kept_than_there_are(self) -> Self:
        if self.most is not None and self.kept_for_codes > self.most:
            raise ValueError("kept_for_codes is a part of most")
        return self


class TrialBody(Body):
    """Whether the zone is on trial."""

    is_on: bool


class TrialNumberBody(Body):
    """Whether a number gets texts on trial."""

    phone: Phone
    listed: bool


class QuotaView(View):
    """A quota and how much of it is used in the running day or minute."""

    scope: str
    per: Per
    most: int
    kept_for_codes: int
    used: int


class SendingLimitsView(View):
    """What is set for texts."""

    trial: bool
    trial_numbers: int = Field(description="how many numbers are on the list; they are kept as keyed hashes")
    quotas: list[QuotaView]


async def get_sending_limits(call: Call[Dependencies]) -> SendingLimitsView:
    """Quotas and trial."""
    is_on, numbers = await sending_limits.select_trial(call.reader)
    found = await sending_limits.select_quotas(call.reader, call.now)
    quotas = [
        QuotaView(scope=q.scope, per=q.per, most=q.most, kept_for_codes=q.kept_for_codes, used=q.used) for q in found
    ]
    return SendingLimitsView(trial=is_on, trial_numbers=numbers, quotas=quotas)


async def put_sms_quota(call: Call[Dependencies], body: QuotaBody) -> None:
    """Set or lift a quota."""
    await set_sms_quota(call.tx, call.actor, body.scope, body.per, body.most, body.kept_for_codes, call.now)


async def put_trial_mode(call: Call[Dependencies], body: TrialBody) -> None:
    """Begin or end the trial."""
    await set_trial_mode(call.tx, call.actor, is_on=body.is_on, now=call.now)


async def post_trial_number(call: Call[Dependencies], body: TrialNumberBody) -> None:
    """Put a number on the list or take it off."""
    await list_trial_number(call.tx, call.deps.keyring, call.actor, body.phone, listed=body.listed, now=call.now)
