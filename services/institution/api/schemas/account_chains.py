"""The chain of an owner's account, step by step."""

from datetime import datetime
from uuid import UUID

from services.institution.api.schemas.exam_bodies import InvitedPerson
from services.institution.api.schemas.values import LocalTime
from services.institution.domain.account_chain import AccountChain, ChainStage
from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import InstitutionState
from shared.web.schemas import Body, View


class ReinvitationBody(Body):
    """Who is invited as owner; passed on sealed, not kept."""

    owner: InvitedPerson


class AccountChainView(View):
    """Every step with its moment, null where it was not taken; `stage` sums it up."""

    institution_id: UUID
    institution_state: InstitutionState
    stage: ChainStage
    asked_at: LocalTime | None
    invited_at: LocalTime | None
    invited_until: LocalTime | None
    accepted_at: LocalTime | None
    activated_at: LocalTime | None
    completed_at: LocalTime | None

    @classmethod
    def of(cls, institution: Institution, chain: AccountChain, now: datetime) -> "AccountChainView":
        """From what is known of it."""
        return cls(
            institution_id=institution.id,
            institution_state=institution.state,
            stage=chain.stage(now),
            asked_at=chain.asked_at,
            invited_at=chain.invited_at,
            invited_until=chain.invited_until,
            accepted_at=chain.accepted_at,
            activated_at=chain.activated_at,
            completed_at=chain.completed_at,
        )
