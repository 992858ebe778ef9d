"""Settings every service has. A service's own settings.py subclasses ServiceSettings with its prefix and is the
only reader of the environment."""

import os
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class PostgresSettings(BaseModel):
    """Own database role and, for the migrate role only, the schema owner's."""

    model_config = ConfigDict(frozen=True)
    dsn: SecretStr = Field(description="connection string of the service's own role")
    migrator_dsn: SecretStr | None = Field(None, description="connection string of the schema owner; migrate only")
    pool_size: int = Field(10, ge=1, le=100, description="connections per process")
    command_timeout: float = Field(15.0, gt=0, description="seconds until a statement is given up by the client")


class BrokerSettings(BaseModel):
    """Own broker user and, for the migrate role only, the user that declares queues."""

    model_config = ConfigDict(frozen=True)
    url: SecretStr = Field(description="AMQP URL of the service's own user")
    migrator_url: SecretStr | None = Field(None, description="AMQP URL of the declaring user; migrate only")
    heartbeat: int = Field(5, ge=1, description="seconds; a dead peer is noticed after 3 x (heartbeat + 1)")
    publish_timeout: float = Field(10.0, gt=0, description="seconds until a publish counts as unknown")
    prefetch: int = Field(400, ge=1, le=2000, description="unacknowledged messages per consumer")


class BucketSettings(BaseModel):
    """The one bucket of the service."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field(description="host:port of the S3 API")
    access_key: str
    secret_key: SecretStr
    name: str
    region: str = "us-east-1"
    secure: bool = Field(True, description="TLS to the object store")
    versioned: bool = Field(False, description="the bucket keeps versions: what is removed is removed in all of them")


class HttpSettings(BaseModel):
    """Where the api role listens."""

    model_config = ConfigDict(frozen=True)
    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="JSON list of networks whose X-Forwarded-For is believed: the gateway's (V71)",
    )
    drain_seconds: float = Field(1.5, ge=0, description="not ready, still answering, before the listener closes")


class OperationsSettings(BaseModel):
    """Where every role answers /livez, /readyz and /metrics; never routed by the gateway."""

    model_config = ConfigDict(frozen=True)
    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)


class TelemetrySettings(BaseModel):
    """Traces leave only when an endpoint is named."""

    model_config = ConfigDict(frozen=True)
    otlp_endpoint: str | None = Field(None, description="OTLP over HTTP, e.g. http://collector:4318/v1/traces")
    sample_ratio: float = Field(0.05, ge=0, le=1, description="share of new traces that is sampled")
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class MessageSettings(BaseModel):
    """How long events and the memory of them are kept. `parked_days` is written into queues when they are declared: an
    existing parked queue keeps its own until it is deleted and declared again."""

    model_config = ConfigDict(frozen=True)
    inbox_days: int = Field(90, ge=1, description="how long a handled message is recognised again (M5)")
    parked_days: int = Field(
        14, ge=1, description="how long a message rests in a parked queue before the broker drops it"
    )
    outbox_days: int = Field(30, ge=1, description="how long a sent event can still be sent again: the longest replay")

    @model_validator(mode="after")
    def _refuse_forgetting_too_early(self) -> Self:
        """M5: a duplicate must still be known after the longest stay in a parked queue plus the longest replay."""
        oldest = self.parked_days + self.outbox_days
        if self.inbox_days <= oldest:
            raise ValueError(
                f"inbox_days must be above parked_days + outbox_days ({oldest}), not {self.inbox_days}: "
                "a message replayed after the inbox forgot it would be handled twice"
            )
        return self


class ReconcilingSettings(BaseModel):
    """How often services look for what should agree and does not (M11)."""

    model_config = ConfigDict(frozen=True)
    every: float = Field(60.0, gt=0, description="seconds between two looks")
    grace: float = Field(60.0, ge=0, description="seconds in which an event may be on its way before it can be missed")
    recent_hours: int = Field(24, ge=1, description="events of so many hours are compared at every look")
    kept_every: float = Field(3600.0, gt=0, description="seconds between two comparisons of all events that are kept")
    stuck_after: float = Field(60.0, gt=0, description="seconds until an unsent event counts as stuck")
    object_grace_hours: int = Field(24, ge=1, description="an object without a row is removed after so many hours")


class ServiceSettings(BaseSettings):
    """What all services share; frozen, unknown nested names refused."""

    model_config = SettingsConfigDict(frozen=True, env_nested_delimiter="__", extra="ignore", hide_input_in_errors=True)

    profile: Literal["production", "development", "test"] = "production"
    postgres: PostgresSettings
    broker: BrokerSettings
    bucket: BucketSettings
    http: HttpSettings = HttpSettings()
    operations: OperationsSettings = OperationsSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    messages: MessageSettings = MessageSettings()
    reconciling: ReconcilingSettings = ReconcilingSettings()
    keyring_file: Path = Field(description="JSON file with this service's data-class keys")
    public_url: str = Field(description="address of the gateway as people see it")
    issuer: str = Field("tiro", description="iss claim of access tokens")
    clock_offset_seconds: int = Field(0, description="moves the clock; refused in production")

    @property
    def clock_offset(self) -> timedelta:
        """How far this process's clock is moved."""
        return timedelta(seconds=self.clock_offset_seconds)

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Self:
        """V80: a production process with development conveniences must not start."""
        if self.profile != "production":
            return self
        faults = []
        if self.clock_offset_seconds:
            faults.append("clock_offset_seconds must be 0")
        if not self.bucket.secure:
            faults.append("bucket.secure must be true")
        if "sslmode=verify-full" not in self.postgres.dsn.get_secret_value():
            faults.append("postgres.dsn must ask for sslmode=verify-full")
        if not self.broker.url.get_secret_value().startswith("amqps://"):
            faults.append("broker.url must be amqps://")
        if not self.public_url.startswith("https://"):
            faults.append("public_url must be https://")
        if os.environ.get("FAILPOINT"):
            faults.append("FAILPOINT must not be set")
        if faults:
            raise ValueError("production profile refused: " + "; ".join(faults))
        return self
