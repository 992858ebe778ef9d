"""What every service tells of its audit chain; each service has a class of its own, for its own wire type."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event


class AuditAnchored(Event):
    """The signed heads of all lanes of the audit chain at one moment; `aggregate_version` is the anchor's number."""

    AGGREGATE: ClassVar[str] = "chain_id"
    chain_id: UUID = Field(description="the same for all anchors of a service, so that they keep their order")
    document: str = Field(
        description="canonical JSON: service, number, time, previous anchor's digest, heads of the lanes"
    )
    key_id: str = Field(description="which key of the producer signed it")
    signature: str = Field(description="keyed hash over the document, in hexadecimal; only the producer can check it")
