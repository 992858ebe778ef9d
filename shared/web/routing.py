"""The route table: every URL with its policy on one page, so that "no policy" can not be written (V21)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from shared.actor import Actor, ActorKind, Role


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route. Jurisdiction is not here: it is in the SQL."""

    kinds: frozenset[ActorKind]
    roles: frozenset[Role]

    def allows(self, actor: Actor) -> bool:
        """Whether the caller's role may come in at all."""
        return actor.kind in self.kinds and actor.role in self.roles

    @property
    def is_public(self) -> bool:
        """Whether no token is needed."""
        return "anonymous" in self.kinds

    def names(self) -> list[str]:
        """For x-policy in the OpenAPI document."""
        return sorted(self.roles)


def Public() -> Policy:
    """Anybody, without a token."""
    return Policy(frozenset({"anonymous"}), frozenset({"anonymous"}))


def Candidates() -> Policy:
    """A logged-in person."""
    return Policy(frozenset({"candidate"}), frozenset({"candidate"}))


def Staff(*roles: Role) -> Policy:
    """Staff accounts with one of these roles."""
    return Policy(frozenset({"staff"}), frozenset(roles))


def Clients(*roles: Role) -> Policy:
    """Machine clients with one of these roles."""
    return Policy(frozenset({"client"}), frozenset(roles))


def AnyOf(*policies: Policy) -> Policy:
    """The union of policies."""
    return Policy(
        frozenset[ActorKind]().union(*(p.kinds for p in policies)),
        frozenset[Role]().union(*(p.roles for p in policies)),
    )


ALL_STAFF = Staff(
    "zone_admin",
    "site_admin",
    "point_admin",
    "institution_owner",
    "institution_business_admin",
    "identity_reviewer",
    "auditor",
)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `path` lies below /api/<service> and starts with /v1/.

    `is_query` marks a POST that changes nothing but its log: a number that must not stand in an address.
    `gathered` is for the hottest commands: its handler takes a window of calls, see shared.web.gathering.
    `prepare` runs before the transaction is opened (receiving an upload, storing an object); its result takes the
    place of the body; `bodiless` says that there is no body then. `transaction` defaults to True for commands and False
    for GET.
    `lasting` marks a GET that answers as long as the caller stays (a stream of events): its handler is given no
    connection to the database, and opens one when it needs it.
    """

    method: Method
    path: str
    handler: Callable[..., Awaitable[Any]]
    policy: Policy
    summary_zh: str
    summary_en: str
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    status: int = 200
    transaction: bool | None = None
    idempotent: bool = True
    is_query: bool = False
    versioned: bool = False
    gathered: bool = False
    lasting: bool = False
    prepare: Callable[..., Awaitable[Any]] | None = None
    bodiless: bool = False
    body_limit: int = 65_536

    @property
    def operation_id(self) -> str:
        """The handler's name: unique per service, and stable."""
        return self.handler.__name__

    @property
    def opens_transaction(self) -> bool:
        """Whether the edge opens a transaction around the handler."""
        return self.method != "GET" if self.transaction is None else self.transaction

    @property
    def needs_key(self) -> bool:
        """Whether the header Idempotency-Key is required."""
        return self.idempotent and not self.is_query and self.method != "GET"
