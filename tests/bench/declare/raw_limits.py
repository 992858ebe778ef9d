"""What the same machine can do at most, in the same run: durable single-row commits, and confirmed publishes."""

import asyncio
import time

import aio_pika
import asyncpg

_TABLE = "CREATE TABLE IF NOT EXISTS public.bench_row (id bigint GENERATED ALWAYS AS IDENTITY, body text)"
_INSERT = "INSERT INTO public.bench_row (body) VALUES ($1)"


async def durable_commits(admin_dsn: str, connections: int = 32, seconds: float = 6.0) -> float:
    """Single-row INSERTs per second, each its own commit with fsync, over `connections` connections."""
    pool = [await asyncpg.connect(admin_dsn) for _ in range(connections)]
    await pool[0].execute(_TABLE)
    count, deadline = 0, time.monotonic() + seconds

    async def work(connection: asyncpg.Connection) -> None:
        nonlocal count
        statement = await connection.prepare(_INSERT)
        while time.monotonic() < deadline:
            await statement.fetch("x" * 200)
            count += 1

    began = time.monotonic()
    await asyncio.gather(*map(work, pool))
    rate = count / (time.monotonic() - began)
    await pool[0].execute("DROP TABLE public.bench_row")
    for connection in pool:
        await connection.close()
    return rate


async def confirmed_publishes(url: str, exchange: str, key: str, seconds: float = 4.0) -> float:
    """Persistent, mandatory, confirmed publishes of 600 bytes per second, a hundred under way at a time."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        target = await channel.get_exchange(exchange, ensure=False)
        count, began = 0, time.monotonic()
        while time.monotonic() - began < seconds:
            messages = (aio_pika.Message(b"x" * 600, delivery_mode=2) for _ in range(100))
            await asyncio.gather(*(target.publish(message, key) for message in messages))
            count += 100
        return count / (time.monotonic() - began)
