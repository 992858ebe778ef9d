"""Declarations, told again to a neighbour that lost them (M11)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.declaration.storage import told_declarations
from services.declaration.storage.told_declarations import ToldDeclaration
from shared.contracts import declaration as told_as
from shared.contracts.event import Event
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

_MAKE: Final[Mapping[str, Callable[..., Event]]] = {
    "submitted": told_as.DeclarationSubmitted,
    "under_review": told_as.DeclarationSubmitted,
    "withdrawn": told_as.DeclarationWithdrawn,
    "approved": told_as.DeclarationApproved,
    "returned": told_as.DeclarationReturned,
    "rejected": told_as.DeclarationRejected,
    "modification_allowed": told_as.ModificationAllowed,
    "revoked": told_as.DeclarationRevoked,
    "filed": told_as.DeclarationFiled,
}
_NO_REASONS: Final[Mapping[str, dict[str, Any]]] = {
    "returned": {"reason_codes": []},
    "rejected": {"reason_codes": []},
    "modification_allowed": {"reason_code": ""},
    "revoked": {"reason_code": ""},
}


async def retell_declarations(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Each declaration as its last step was told. Reasons are left out: whoever keeps only states asks for this."""
    return [_event(one, now) for one in await told_declarations.select_these(tx, ids)]


def _event(told: ToldDeclaration, now: datetime) -> Event:
    state, more = told.state, dict(_NO_REASONS.get(told.state, {}))
    if state == "filed" and told.list_id is None:
        state = "approved"
    if state == "filed":
        more = {"list_id": told.list_id, "provisional": told.provisional}
    if state in ("submitted", "under_review"):
        more = {"submission": told.submission}
    return _MAKE[state](
        occurred_at=now,
        aggregate_version=told.version,
        declaration_id=told.id,
        person_id=told.person_id,
        institution_id=told.institution_id,
        institution_name=told.institution_name,
        cycle_year=told.cycle_year,
        number=told.number,
        **more,
    )
