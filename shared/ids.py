"""Identifiers: UUIDv7 (RFC 9562), so that keys sort by time, and one type per kind of thing."""

import os
import time
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
StaffId = NewType("StaffId", UUID)
ExamBodyId = NewType("ExamBodyId", UUID)
InstitutionId = NewType("InstitutionId", UUID)
BindingId = NewType("BindingId", UUID)
SupervisorId = NewType("SupervisorId", UUID)
CycleId = NewType("CycleId", UUID)
DeclarationId = NewType("DeclarationId", UUID)
DocumentId = NewType("DocumentId", UUID)
EvaluationId = NewType("EvaluationId", UUID)
QualifiedListId = NewType("QualifiedListId", UUID)
BanId = NewType("BanId", UUID)


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, then 74 random bits."""
    return _version_7(time.time_ns() // 1_000_000)


def id_after(last: UUID | None) -> UUID:
    """A fresh UUIDv7 that sorts behind `last`, whatever the clock said of who made that; read `last` under a lock."""
    now = time.time_ns() // 1_000_000
    return _version_7(now if last is None else max(now, (last.int >> 80) + 1))


def timeless_id() -> UUID:
    """A fresh UUIDv7 of the year 1970: no range of ids that were made in their time contains it."""
    return _version_7(0)


def _version_7(milliseconds: int) -> UUID:
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value &= ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=value | (0x7 << 76) | (0x2 << 62))
