"""The envelope of every event. An event is a snapshot: newer replaces older, so reordering can not corrupt (M7).
Personal data travels only as ids, masked text, or `Sealed` fields."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.ids import new_id

Sealed = Annotated[str, Field(description="field sealed with the key of its data class (base64 of the envelope)")]


class Event(BaseModel):
    """Base of all events. Subclasses set TYPE (wire type and routing key) and AGGREGATE (name of the id field)."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    TYPE: ClassVar[str]
    AGGREGATE: ClassVar[str]
    EXTERNAL: ClassVar[bool] = False
    """True for an event that no service of ours consumes."""

    event_id: UUID = Field(default_factory=new_id)
    occurred_at: AwareDatetime
    aggregate_version: int = Field(ge=0)

    @property
    def aggregate_id(self) -> UUID:
        """The thing this event is about; order is kept per aggregate."""
        value: UUID = getattr(self, self.AGGREGATE)
        return value
