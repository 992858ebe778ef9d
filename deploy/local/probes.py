"""Does a server on this machine answer yet? Plain sockets, so that the command line needs no client library."""

import asyncio

AMQP_GREETING = b"AMQP\x00\x00\x09\x01"


async def http_status(port: int, path: str) -> int | None:
    """Status of GET http://127.0.0.1:port/path, or None when nothing answers within two seconds."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answer = await _exchange(port, request.encode("ascii"), 12)
    parts = answer.split(b" ")
    return int(parts[1]) if answer.startswith(b"HTTP/") and len(parts) > 1 and parts[1].isdigit() else None


async def speaks_http(port: int) -> bool:
    """Whether any HTTP answer comes."""
    return await http_status(port, "/") is not None


async def speaks_amqp(port: int) -> bool:
    """Whether a broker answers the AMQP greeting with its first frame (a method frame, Connection.Start)."""
    return (await _exchange(port, AMQP_GREETING, 1)) == b"\x01"


async def accepts(port: int) -> bool:
    """Whether a connection is accepted."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _exchange(port: int, request: bytes, size: int) -> bytes:
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request)
                await writer.drain()
                return await reader.readexactly(size)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return b""
