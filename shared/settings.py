"""Settings every service has. A service's own settings.py subclasses ServiceSettings with its prefix and is the
only reader of the environment."""

import os
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.secret_files import TakesSecretFiles, values_in_settings
from shared.tls import TlsSettings


class ConnectionSettings(TakesSecretFiles):
    """A database, and the service's own role in it."""

    model_config = ConfigDict(frozen=True)
    dsn: SecretStr = Field(
        description="connection string of the service's own role; `sslmode` is `disable` (the default) or `verify-full`"
    )
    password: SecretStr | None = Field(None, description="its password, read anew for every connection")
    tls: TlsSettings = TlsSettings()
    pool_size: int = Field(10, ge=1, le=100, description="connections per process")
    command_timeout: float = Field(15.0, gt=0, description="seconds until a statement is given up by the client")

    @field_validator("dsn", "migrator_dsn", mode="after", check_fields=False)
    @classmethod
    def _refuse_half_secure(cls, dsn: SecretStr | None) -> SecretStr | None:
        """V52: `prefer` falls back to plain text and `require` believes any certificate: neither is a choice here."""
        query = parse_qs(urlsplit(dsn.get_secret_value()).query) if dsn else {}
        if set(query.get("sslmode", [])) - {"disable", "verify-full"}:
            raise ValueError("sslmode must be verify-full, or disable where plain text is meant")
        if any(name.startswith("ssl") and name != "sslmode" for name in query):
            raise ValueError("certificates are named by tls.ca_file, tls.certificate_file and tls.key_file")
        return dsn

    @property
    def demands_tls(self) -> bool:
        """Whether only verified TLS will do."""
        return "verify-full" in parse_qs(urlsplit(self.dsn.get_secret_value()).query).get("sslmode", [])


class PostgresSettings(ConnectionSettings):
    """Own database role and, for the migrate role only, the schema owner's."""

    migrator_dsn: SecretStr | None = Field(None, description="connection string of the schema owner; migrate only")
    migrator_password: SecretStr | None = Field(None, description="the owner's password; migrate only")

    def as_owner(self) -> Self:
        """The same server with the schema owner's credentials. Raises ValueError where they were not given."""
        if self.migrator_dsn is None:
            raise ValueError("postgres.migrator_dsn is not set")
        return self.model_copy(update={"dsn": self.migrator_dsn, "password": self.migrator_password})


class SubjectKeySettings(ConnectionSettings):
    """The store of subject keys: a database of its own, on a server whose backups are no part of the others' (V58)."""

    pool_size: int = Field(4, ge=1, le=100, description="connections per process, opened when they are needed")
    command_timeout: float = Field(3.0, gt=0, description="seconds until the store counts as not answering")


class BrokerSettings(TakesSecretFiles):
    """Own broker user and, for the migrate role only, the user that declares queues."""

    model_config = ConfigDict(frozen=True)
    url: SecretStr = Field(description="AMQP URL of the service's own user; `amqps://` is verified TLS")
    password: SecretStr | None = Field(None, description="its password, read anew for every connection")
    migrator_url: SecretStr | None = Field(None, description="AMQP URL of the declaring user; migrate only")
    migrator_password: SecretStr | None = Field(None, description="its password; migrate only")
    tls: TlsSettings = TlsSettings()
    heartbeat: int = Field(5, ge=1, description="seconds; a dead peer is noticed after 3 x (heartbeat + 1)")
    publish_timeout: float = Field(10.0, gt=0, description="seconds until a publish counts as unknown")
    prefetch: int = Field(400, ge=1, le=2000, description="unacknowledged messages per consumer")

    def address(self) -> str:
        """The URL with the password of this moment. Raises SecretUnreadable."""
        url = self.url.get_secret_value()
        if self.password is None:
            return url
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        secret = quote(self.password.get_secret_value(), safe="")
        return parts._replace(netloc=f"{parts.username}:{secret}@{host}").geturl()

    def as_migrator(self) -> Self:
        """The same broker with the declaring user's credentials. Raises ValueError where they were not given."""
        if self.migrator_url is None:
            raise ValueError("broker.migrator_url is not set")
        return self.model_copy(update={"url": self.migrator_url, "password": self.migrator_password})


class BucketSettings(TakesSecretFiles):
    """The one bucket of the service."""

    model_config = ConfigDict(frozen=True)
    endpoint: str = Field(description="host:port of the S3 API")
    access_key: str
    secret_key: SecretStr
    name: str
    region: str = "us-east-1"
    secure: bool = Field(True, description="verified TLS to the object store")
    tls: TlsSettings = TlsSettings()
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
    gateway_keys_file: Path | None = Field(
        None, description="one or two lines; requests without one of these keys are refused (V27)"
    )
    certificate_file: Path | None = Field(
        None, description="with the next two: only mutual TLS is spoken (V27); certificate chain of the service"
    )
    private_key_file: Path | None = Field(None, description="key of the certificate")
    client_ca_file: Path | None = Field(None, description="authority that signs the gateway's certificate and no other")
    max_connections: int = Field(2000, ge=1, le=100_000, description="open at a time; more are closed at once (V74)")
    idle_seconds: float = Field(
        30.0,
        gt=0,
        description="from the last answer, or connecting, to the end of the next head; above the gateway's",
    )
    body_pause_seconds: float = Field(20.0, gt=0, description="longest pause within a body, then 408 (V74)")
    body_bytes_per_second: int = Field(
        8_192, ge=1, description="average a body must come with beyond that time; what the weakest phone network gives"
    )

    @property
    def mutual_tls(self) -> bool:
        """Whether every connection is proven by a client's certificate."""
        return self.client_ca_file is not None

    @model_validator(mode="after")
    def _refuse_half_of_tls(self) -> Self:
        """A certificate without an authority of clients would let everybody in."""
        files = (self.certificate_file, self.private_key_file, self.client_ca_file)
        if any(files) and not all(files):
            raise ValueError("http.certificate_file, http.private_key_file and http.client_ca_file belong together")
        return self


class OperationsSettings(BaseModel):
    """Where every role answers /livez, /readyz and /metrics; never routed by the gateway."""

    model_config = ConfigDict(frozen=True)
    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)


class TelemetrySettings(BaseModel):
    """Traces leave only when an endpoint is named."""

    model_config = ConfigDict(frozen=True)
    otlp_endpoint: str | None = Field(None, description="OTLP over HTTP, e.g. http://collector:4318/v1/traces")
    tls: TlsSettings = TlsSettings()
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


class AuditSettings(BaseModel):
    """The audit chain."""

    model_config = ConfigDict(frozen=True)
    anchor_seconds: float = Field(
        600.0, ge=10, le=600, description="longest time between two anchors; the same in all services"
    )
    anchor_lock_days: int | None = Field(None, ge=1, le=36_500, description="nobody can remove an anchor for so long")


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
    subject_keys: SubjectKeySettings | None = Field(
        None, description="where the keys of persons are; a service that seals for persons needs it"
    )
    broker: BrokerSettings
    bucket: BucketSettings
    http: HttpSettings = HttpSettings()
    operations: OperationsSettings = OperationsSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    messages: MessageSettings = MessageSettings()
    audit: AuditSettings = AuditSettings()
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
        if self.audit.anchor_lock_days is None:
            faults.append("audit.anchor_lock_days must be set")
        if not self.postgres.demands_tls:
            faults.append("postgres.dsn must ask for sslmode=verify-full")
        if self.subject_keys is not None and not self.subject_keys.demands_tls:
            faults.append("subject_keys.dsn must ask for sslmode=verify-full")
        if not self.broker.url.get_secret_value().startswith("amqps://"):
            faults.append("broker.url must be amqps://")
        if not self.public_url.startswith("https://"):
            faults.append("public_url must be https://")
        if not _leaves_protected(self.telemetry.otlp_endpoint):
            faults.append("telemetry.otlp_endpoint must be https://, or a collector on this machine")
        if not (self.http.gateway_keys_file or self.http.mutual_tls):
            faults.append("http.gateway_keys_file or http.client_ca_file must be set")
        if os.environ.get("FAILPOINT"):
            faults.append("FAILPOINT must not be set")
        faults += [f"{name} must come from {name}_file" for name in sorted(self._secrets_in_the_environment())]
        if faults:
            raise ValueError("production profile refused: " + "; ".join(faults))
        return self

    @model_validator(mode="after")
    def _refuse_half_of_a_lock(self) -> Self:
        """A bucket with object lock keeps versions (V57), and wants checksums, which the client sends over TLS only."""
        if self.audit.anchor_lock_days is not None and not (self.bucket.versioned and self.bucket.secure):
            raise ValueError("audit.anchor_lock_days needs bucket.versioned and bucket.secure")
        return self

    def _secrets_in_the_environment(self) -> set[str]:
        """V53: secrets given as values, and addresses that carry one: both would show in the process's environment."""
        addresses = {
            "postgres.dsn": self.postgres.dsn,
            "postgres.migrator_dsn": self.postgres.migrator_dsn,
            "broker.url": self.broker.url,
            "broker.migrator_url": self.broker.migrator_url,
            "subject_keys.dsn": None if self.subject_keys is None else self.subject_keys.dsn,
        }
        given = set(values_in_settings(self))
        bare = {name for name, one in addresses.items() if one and urlsplit(one.get_secret_value()).password is None}
        return given - bare


def _leaves_protected(endpoint: str | None) -> bool:
    parts = urlsplit(endpoint or "https:")
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost")
