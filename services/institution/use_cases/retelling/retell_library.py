"""Exam bodies, institutions, bindings and rosters, told again to a neighbour that lost them (M11)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.institution.domain.snapshots import binding_changed, exam_body_changed, institution_changed
from services.institution.storage import bindings, exam_bodies, institutions, supervisors
from services.institution.use_cases.supervisors.announce_supervisor import supervisor_changed
from shared.contracts.event import Event
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


async def retell_exam_bodies(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Each body as it is now."""
    return [exam_body_changed(one, now) for one in await exam_bodies.select_these(tx, ids)]


async def retell_institutions(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Each institution as it is now."""
    return [institution_changed(one, now) for one in await institutions.select_these(tx, ids)]


async def retell_bindings(tx: Transaction, ids: Sequence[UUID], _keyring: Keyring, now: datetime) -> list[Event]:
    """Each binding as it is now."""
    return [binding_changed(one, now) for one in await bindings.select_these(tx, ids)]


async def retell_supervisors(tx: Transaction, ids: Sequence[UUID], keyring: Keyring, now: datetime) -> list[Event]:
    """Each line of a roster as it is now."""
    lines = await supervisors.select_these(tx, keyring, ids)
    return [supervisor_changed(keyring, supervisor, secrets, now) for supervisor, secrets in lines]
