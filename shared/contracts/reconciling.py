"""How services compare what one has told with what another has kept (M11): the forms only; each service has its own
types in its own module."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.event import Event

Side = Literal["events", "things"]
"""`events`: ids of events that were sent. `things`: ids of aggregates of which a snapshot was told."""


class IdRange(BaseModel):
    """The ids from `lower` up to the next range; `digest` is the exclusive or of their last 48 bits."""

    model_config = ConfigDict(frozen=True)
    lower: UUID
    count: int
    digest: int


class ListedSet(BaseModel):
    """All ids of one event type below `upper`, cut into ranges in the order of ids."""

    model_config = ConfigDict(frozen=True)
    side: Side
    event_type: str
    upper: UUID
    ranges: list[IdRange]


class SetsListed(Event):
    """What a service has told, as digests: whoever heard it all is done with one comparison."""

    AGGREGATE: ClassVar[str] = "listing_id"
    listing_id: UUID
    settled_at: AwareDatetime
    """What was told after this moment may still be on its way."""
    sets: list[ListedSet]


class SetDiffers(Event):
    """A consumer's range differs: `known` are the ids it has, the rest is to come again, to it alone."""

    AGGREGATE: ClassVar[str] = "request_id"
    request_id: UUID
    producer: str
    side: Side
    event_type: str
    lower: UUID
    upper: UUID
    settled_at: AwareDatetime
    known: list[UUID] | None
    """None: too many to name; the range is to be listed again in small ones."""
