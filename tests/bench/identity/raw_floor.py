"""python -m tests.bench.identity.raw_floor --port N: the least that a login by code can be. aiohttp and asyncpg alone:
two requests, a row each, one commit each; no limits, no audit, no events, no sealing, no signature."""

import argparse
import json
import os
import secrets

import asyncpg
from aiohttp import web

_TABLES = """
CREATE TABLE IF NOT EXISTS public.floor_code (id text PRIMARY KEY, phone text, code text, used boolean DEFAULT false);
CREATE TABLE IF NOT EXISTS public.floor_session (token text PRIMARY KEY, phone text, used boolean DEFAULT false);
"""
_POOL = web.AppKey("pool", asyncpg.Pool)


async def post_code(request: web.Request) -> web.Response:
    """Insert a code."""
    body = json.loads(await request.read())
    code = secrets.token_hex(8)
    await request.app[_POOL].execute("INSERT INTO public.floor_code VALUES ($1, $2, '000000')", code, body["phone"])
    return web.Response(body=json.dumps({"challenge_id": code}).encode(), status=202)


async def post_session(request: web.Request) -> web.Response:
    """Use the code, insert a session."""
    body = json.loads(await request.read())
    async with request.app[_POOL].acquire() as connection, connection.transaction():
        used = "UPDATE public.floor_code SET used = true WHERE id = $1 AND NOT used RETURNING phone"
        phone = await connection.fetchval(used, body["challenge_id"])
        token = secrets.token_hex(16)
        await connection.execute("INSERT INTO public.floor_session VALUES ($1, $2)", token, phone)
    return web.Response(body=json.dumps({"refresh_token": token}).encode(), status=201)


async def post_refresh(request: web.Request) -> web.Response:
    """Use a token, insert the next."""
    body = json.loads(await request.read())
    async with request.app[_POOL].acquire() as connection, connection.transaction():
        used = "UPDATE public.floor_session SET used = true WHERE token = $1 AND NOT used RETURNING phone"
        phone = await connection.fetchval(used, body["refresh_token"])
        token = secrets.token_hex(16)
        await connection.execute("INSERT INTO public.floor_session VALUES ($1, $2)", token, phone)
    return web.Response(body=json.dumps({"refresh_token": token}).encode())


async def build() -> web.Application:
    """The application with its pool."""
    app = web.Application()
    app[_POOL] = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=1, max_size=10, command_timeout=15)
    await app[_POOL].execute(_TABLES)
    app.router.add_post("/login-codes", post_code)
    app.router.add_post("/sessions", post_session)
    app.router.add_post("/sessions/refresh", post_refresh)
    return app


def main() -> None:
    """Serve on loopback until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    web.run_app(build(), host="127.0.0.1", port=parser.parse_args().port, print=None, access_log=None)


if __name__ == "__main__":
    main()
