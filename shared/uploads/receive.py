"""Receiving an upload: streamed under a hard cap and hashed while it is read."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from shared.uploads.errors import UploadEmpty, UploadTooLarge

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """The bytes as they came; `sha256` in lower-case hex, `size` in bytes."""

    data: bytes
    sha256: str
    size: int


@runtime_checkable
class ChunkedStream(Protocol):
    """A raw request body, as aiohttp.StreamReader (whose own iteration is by line and therefore not used)."""

    def iter_chunked(self, n: int) -> AsyncIterable[bytes]: ...


@runtime_checkable
class BodyPart(Protocol):
    """One multipart part, as aiohttp.BodyPartReader (whose own iteration reads the part whole)."""

    async def read_chunk(self, size: int) -> bytes: ...


async def receive(
    stream: ChunkedStream | BodyPart | AsyncIterable[bytes], limit: int, *, announced: int | None = None
) -> Received:
    """Reads `stream` to its end, never holding more than `limit` bytes plus one chunk.

    `announced` is the Content-Length where one is known: too large a promise is refused before a byte is read.
    Raises UploadTooLarge, UploadEmpty.
    """
    if announced is not None and announced > limit:
        raise _too_large(limit)
    digest = hashlib.sha256()
    data = bytearray()
    async for chunk in _chunks(stream):
        if len(data) + len(chunk) > limit:
            raise _too_large(limit)
        digest.update(chunk)
        data += chunk
    if not data:
        raise UploadEmpty()
    return Received(bytes(data), digest.hexdigest(), len(data))


async def _chunks(stream: ChunkedStream | BodyPart | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(stream, BodyPart):
        while chunk := await stream.read_chunk(_CHUNK):
            yield chunk
        return
    async for chunk in stream.iter_chunked(_CHUNK) if isinstance(stream, ChunkedStream) else stream:
        yield chunk


def _too_large(limit: int) -> UploadTooLarge:
    return UploadTooLarge(limit_mb=f"{limit / 1024 / 1024:g}")
