"""python -m tests.bench.status.raw_floor --port N: the least that a logged answer can be. aiohttp and asyncpg alone:
one row by its key, one row of a log in its own commit; no tokens, no seals, no signatures, no limits."""

import argparse
import json
import os

import asyncpg
from aiohttp import web

_TABLES = """
CREATE TABLE IF NOT EXISTS public.floor_log (id bigint GENERATED ALWAYS AS IDENTITY, index bytea, status text);
"""
_SELECT = """
SELECT d.state, d.version, d.updated_at::text FROM declaration.known_person_document k
JOIN declaration.declaration d ON d.person_id = k.person_id WHERE k.document_index = $1
"""
_LOG = "INSERT INTO public.floor_log (index, status) VALUES ($1, $2)"
_POOL = web.AppKey("pool", asyncpg.Pool)


async def post_query(request: web.Request) -> web.Response:
    """One row by its key, one row logged."""
    index = bytes.fromhex(json.loads(await request.read())["index"])
    async with request.app[_POOL].acquire() as connection:
        (row,) = await connection.fetch(_SELECT, index)
        await connection.execute(_LOG, index, row["state"])
    return web.json_response(dict(row))


async def build() -> web.Application:
    """The application with its pool."""
    app = web.Application()
    app[_POOL] = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=1, max_size=10, command_timeout=15)
    await app[_POOL].execute(_TABLES)
    app.router.add_post("/status-queries", post_query)
    return app


def main() -> None:
    """Serve on loopback until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    web.run_app(build(), host="127.0.0.1", port=parser.parse_args().port, print=None, access_log=None)


if __name__ == "__main__":
    main()
