"""Engines that run elsewhere: TIRO_POSTGRES_URL, TIRO_BROKER_URL and TIRO_S3_URL each replace a part of the stack."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class External:
    """None means: start our own."""

    postgres: str | None = None  # DSN of an administrator: databases, schemas and roles are created with it
    broker: str | None = None  # AMQP URL every service uses as it is; its users and permissions are the operator's
    s3: str | None = None  # http(s)://key:secret@host:port

    @classmethod
    def from_environment(cls) -> Self:
        """Reads the three variables."""
        return cls(
            postgres=os.environ.get("TIRO_POSTGRES_URL") or None,
            broker=os.environ.get("TIRO_BROKER_URL") or None,
            s3=os.environ.get("TIRO_S3_URL") or None,
        )


@dataclass(frozen=True)
class S3Server:
    """A parsed TIRO_S3_URL."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises ValueError when host or keys are missing."""
        parts = urlsplit(url)
        if not parts.hostname or not parts.username or not parts.password:
            raise ValueError("TIRO_S3_URL must look like http://key:secret@host:port")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        key, secret = unquote(parts.username), unquote(parts.password)
        return cls(f"{parts.hostname}:{port}", key, secret, parts.scheme == "https")

    async def create_buckets(self, names: Iterable[str]) -> None:
        """Creates the buckets that do not exist yet."""
        from minio import Minio

        client = Minio(
            endpoint=self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=self.secure,
            region="us-east-1",
        )
        for name in names:
            if not await asyncio.to_thread(client.bucket_exists, bucket_name=name):
                await asyncio.to_thread(client.make_bucket, bucket_name=name)
