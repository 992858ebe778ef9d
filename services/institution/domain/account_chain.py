"""How far the account of an institution's owner has come, from the request to a complete institution (B6, C1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.errors import Conflict

ChainStage = Literal["asked", "invited", "invitation_expired", "accepted", "activated", "completed", "ownerless"]
"""asked: identity has not answered yet; accepted: the second factor was not shown yet; activated: the profile is not
complete; ownerless: every owner account was disabled."""


class OwnerInPlace(Conflict):
    """Who has an owner hands the ownership over; nobody else is invited beside (4.8, P15)."""

    code = "owner_in_place"
    message_zh = "该机构已有可用的主账号；如需更换负责人，请办理主账号移交，或先停用原主账号。"
    message_en = "The institution has a working owner; transfer the ownership, or disable that account first."


@dataclass(frozen=True, slots=True)
class AccountChain:
    """When each step was taken; None where it was not yet. `owner_state` is that of the account that is furthest."""

    asked_at: datetime | None
    invited_at: datetime | None
    invited_until: datetime | None
    accepted_at: datetime | None
    activated_at: datetime | None
    completed_at: datetime | None
    owner_state: str | None

    def stage(self, now: datetime) -> ChainStage:
        """Where it stands."""
        if self.owner_state in ("active", "locked"):
            return "activated" if self.completed_at is None else "completed"
        if self.owner_state is None:
            return "asked"
        if self.owner_state != "invited":
            return "ownerless"
        if self.accepted_at is not None:
            return "accepted"
        expired = self.invited_until is not None and self.invited_until <= now
        return "invitation_expired" if expired else "invited"
