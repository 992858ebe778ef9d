"""Callers of every role, inside and outside of what a layout holds."""

from uuid import UUID

from shared.actor import Role
from shared.ids import new_id
from tests.integration.authorisation.matrix import INSIDE, OUTSIDE, Who
from tests.support.service_under_test import Caller, ServiceUnderTest

BODY_ROLES: tuple[Role, ...] = ("zone_admin", "site_admin", "point_admin")
UNIT_ROLES: tuple[Role, ...] = ("institution_owner", "institution_business_admin")


def minted(service: ServiceUnderTest, people: dict[str, UUID], inside: dict[Role, UUID]) -> dict[Who, Caller]:
    """A caller of every role, inside and outside; `inside` are the nodes of those who stand above the object."""
    callers: dict[Who, Caller] = {("anonymous", OUTSIDE): service.anonymous()}
    for place in (INSIDE, OUTSIDE):
        callers["candidate", place] = service.caller("candidate", id=people[place])
        for role, scope in inside.items():
            callers[role, place] = service.caller(role, scope_id=scope if place == INSIDE else new_id())
    # One that is bound to another body; without a body a client may ask about everybody.
    callers["national_network_client", OUTSIDE] = service.caller("national_network_client", scope_id=new_id())
    return callers


def nodes(zone: UUID, site: UUID, point: UUID, unit: UUID) -> dict[Role, UUID]:
    """Where the staff of every role stands who may have to do with an institution."""
    return {
        **dict(zip(BODY_ROLES, (zone, site, point), strict=True)),
        **dict.fromkeys(UNIT_ROLES, unit),
        "identity_reviewer": zone,
        "auditor": zone,
    }
