"""Receiving stops at the cap, whatever shape the stream has."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from shared.uploads.errors import UploadEmpty, UploadTooLarge
from shared.uploads.receive import receive


class Source:
    """A stream that counts how much of it was taken."""

    def __init__(self, total: int) -> None:
        self.total, self.taken = total, 0

    def _next(self, size: int) -> bytes:
        chunk = b"x" * min(size, self.total - self.taken)
        self.taken += len(chunk)
        return chunk


class RawBody(Source):
    """Shaped like a request body."""

    async def iter_chunked(self, n: int) -> AsyncIterator[bytes]:
        while chunk := self._next(n):
            yield chunk


class Part(Source):
    """Shaped like a part of a multipart body."""

    async def read_chunk(self, size: int) -> bytes:
        return self._next(size)


async def plain(source: Source) -> AsyncIterator[bytes]:
    """An ordinary iterator of bytes."""
    while chunk := source._next(1000):
        yield chunk


@pytest.mark.parametrize("shape", [RawBody, Part])
async def test_a_body_within_the_cap_arrives_whole(shape: type[RawBody] | type[Part]) -> None:
    """What arrives has the size and the digest of what was sent, at exactly the cap."""
    received = await receive(shape(200_000), 200_000)
    assert received.size == len(received.data) == 200_000
    assert received.sha256 == hashlib.sha256(b"x" * 200_000).hexdigest()


@pytest.mark.requirement("V36")
@pytest.mark.parametrize("shape", [RawBody, Part])
async def test_reading_stops_at_the_cap(shape: type[RawBody] | type[Part]) -> None:
    """Of an endless body no more than the cap and one chunk is ever taken."""
    source = shape(10**9)
    with pytest.raises(UploadTooLarge) as refused:
        await receive(source, 1024 * 1024)
    assert source.taken <= 1024 * 1024 + 64 * 1024
    assert "1 MB" in refused.value.sentence("en")


async def test_one_byte_over_is_refused() -> None:
    """The cap is exact for plain iterators too."""
    source = Source(5001)
    with pytest.raises(UploadTooLarge):
        await receive(plain(source), 5000)
    assert (await receive(plain(Source(5000)), 5000)).size == 5000


async def test_an_announced_excess_is_refused_unread() -> None:
    """A Content-Length beyond the cap is refused before a byte is read."""
    source = RawBody(10**9)
    with pytest.raises(UploadTooLarge):
        await receive(source, 1000, announced=10**9)
    assert source.taken == 0


async def test_nothing_is_not_a_file() -> None:
    """An empty body is refused as empty."""
    with pytest.raises(UploadEmpty):
        await receive(RawBody(0), 1000)
