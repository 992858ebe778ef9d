"""What the machinery of imports asks of a kind of rows: how to understand one, check it, and carry it out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from services.institution.use_cases.institutions.surroundings import Surroundings
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.spreadsheets.columns import Columns

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class Importing:
    """On whose behalf and when the rows of one transaction are checked or carried out; `trainee_limit` is
    the most that one supervisor may guide."""

    keyring: Keyring
    actor: Actor
    now: datetime
    trainee_limit: int
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a row made, and what deserves a second look."""

    subject_id: UUID
    notes: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RowKind(Generic[Wanted]):
    """One kind. `check` says by notes or by what it raises whether `carry_out` would work, and changes nothing;
    `carry_out` is the use case that one request of this sort goes through."""

    columns: Columns
    wanted: Callable[[Mapping[str, str]], Wanted]
    keys: Callable[[Wanted], Sequence[tuple[str, str]]]
    check: Callable[[Transaction, Wanted, Importing], Awaitable[tuple[FieldProblem, ...]]]
    carry_out: Callable[[Transaction, Wanted, Importing], Awaitable[Carried]]
