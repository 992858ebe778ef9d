"""python -m tests.bench.search [--small N] [--large N] [--each N]: prints a table and a JSON line.

Both libraries lie side by side in one private PostgreSQL and are asked by turns, so that their ratio means something on
a machine that others use. They are kept in var/bench/search, and filled anew with `--fresh`, or when an index changed.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import asyncpg
import orjson

from deploy.local.bootstrap_database import clone_database, drop_database, in_database
from deploy.local.gateway_keys import gateway_header
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from services.institution.domain.division import prefix
from services.institution.use_cases.institutions.search_institutions import search_institutions
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.ids import new_id
from shared.postgres.transaction import Reader
from shared.security.tokens import SigningKey, issue
from tests.bench.declare.load import Connection, percentile
from tests.bench.search.filled_database import connect, fill, insert_cost, sizes
from tests.bench.search.invented_library import InventedLibrary
from tests.bench.search.typed_queries import Query, typed_queries

Json = dict[str, Any]
_SMALL, _LARGE = "search_small", "search_large"
_PROVINCES: Final = {_SMALL: 1, _LARGE: 31}
_INSERT_KEY: Final = "INSERT INTO known_signing_key VALUES ($1, $2, $3, $4)"
_P99_WANTED_MS: Final = 50
_RATIO_WANTED: Final = 2


def main() -> int:
    """0 when the large library answers in time and the small one is not more than twice as fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=40_000)
    parser.add_argument("--large", type=int, default=1_100_000)
    parser.add_argument("--each", type=int, default=120, help="queries of every kind")
    parser.add_argument("--fresh", action="store_true", help="fill both libraries anew")
    return asyncio.run(run(parser.parse_args()))


async def run(arguments: argparse.Namespace) -> int:
    """Fill what is not there, ask both by turns through SQL and HTTP, print."""
    home = PROJECT / "var" / "bench" / "search"
    async with Stack(home=home, durable=False, services=("institution",)) as stack:
        await stack.start_engines()
        await stack.migrate("institution")
        for name, count in ((_SMALL, arguments.small), (_LARGE, arguments.large)):
            await _filled(stack, name, count, fresh=arguments.fresh)
        figures = await measure(stack, arguments.each)
    say(json.dumps(figures, ensure_ascii=False))
    for name, value in figures.items():
        say(f"  {name:<44} {value}")
    in_time = figures["http_p99_ms"][1] <= _P99_WANTED_MS and figures["http_p99_ratio"] <= _RATIO_WANTED
    return 0 if in_time else 1


async def _filled(stack: Stack, name: str, count: int, *, fresh: bool) -> None:
    admin = stack.admin_dsn
    wanted = f"{count} {_digest()}"
    server = await asyncpg.connect(admin)
    is_there = await server.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
    )
    if fresh or is_there != wanted:
        say(f"filling {name} with {count} institutions")
        await drop_database(admin, name)
        await clone_database(admin, "tiro", name, stack.around.role_passwords())
        began = time.monotonic()
        await fill(in_database(admin, name), InventedLibrary(_PROVINCES[name]), count, quick=name == _LARGE)
        say(f"filled in {time.monotonic() - began:.0f} s")
        await server.execute(f"COMMENT ON DATABASE {name} IS '{wanted}'")  # allow built-sql: our own words
    await server.close()


def _digest() -> str:
    folder = PROJECT / "services" / "institution" / "migrations"
    content = b"".join(path.read_bytes() for path in sorted(folder.glob("001[67]_*.sql")))
    return hashlib.sha256(content).hexdigest()[:16]


async def measure(stack: Stack, each: int) -> Json:
    """The figures; pairs are (small, large)."""
    figures: Json = {
        "at": datetime.now(SHANGHAI).isoformat(timespec="seconds"),
        "load_average": round(os.getloadavg()[0], 1),
    }
    signing = SigningKey.generate("bench")
    dsns = [in_database(stack.admin_dsn, name) for name in (_SMALL, _LARGE)]
    connections = [await connect(dsn) for dsn in dsns]
    for copy, (name, connection) in enumerate(zip((_SMALL, _LARGE), connections, strict=True)):
        key = orjson.dumps(signing.public_jwk()).decode()
        now = datetime.now(SHANGHAI)
        await connection.execute("TRUNCATE known_signing_key")
        await connection.execute(_INSERT_KEY, signing.kid, key, now, now.replace(year=now.year + 1))
        own = {"INSTITUTION_POSTGRES__DSN": stack.around.dsn("institution", name)}
        await stack.start("institution", "api", extra_env=own, copy=copy)
    queries = [await typed_queries(connection, each, seed=11) for connection in connections]
    say("warming up")
    for connection, own_queries in zip(connections, queries, strict=True):
        for query in own_queries[: len(own_queries) // 4]:
            await _by_sql(connection, query)
    say("through SQL")
    by_sql = await _by_turns([[_sql_call(c, q) for q in own] for c, own in zip(connections, queries, strict=True)])
    figures |= _described("sql", queries, by_sql)
    say("through HTTP")
    doors = [Connection("127.0.0.1", stack.ports.of(part)) for part in ("institution.api", "institution.api.1")]
    requests = [[_request(stack, signing, query) for query in own] for own in queries]
    for door, own_requests in zip(doors, requests, strict=True):
        for request in own_requests[:100]:
            assert await door.send(request) == 200
    by_http = await _by_turns([[_http_call(d, r) for r in own] for d, own in zip(doors, requests, strict=True)])
    figures |= _described("http", queries, by_http)
    for name, connection in zip(("small", "large"), connections, strict=True):
        figures |= {f"{name}_{what}": value for what, value in (await sizes(connection)).items()}
        figures |= {f"{name}_{what}": value for what, value in (await insert_cost(connection, 300)).items()}
        await connection.close()
    figures["load_average_after"] = round(os.getloadavg()[0], 1)
    return figures


async def _by_turns(calls: Sequence[Sequence[Any]]) -> list[list[float]]:
    """Seconds of every call; the libraries take turns at every query."""
    taken: list[list[float]] = [[] for _ in calls]
    for turn in zip(*calls, strict=True):
        for own, call in zip(taken, turn, strict=True):
            began = time.perf_counter()
            await call()
            own.append(time.perf_counter() - began)
    return taken


async def _by_sql(connection: Any, query: Query) -> None:
    await search_institutions(
        Reader(connection),
        query.text,
        within=prefix(query.division) if query.division else "",
        near=prefix(query.near) if query.near else "",
        after=None,
        limit=21,
    )


def _sql_call(connection: Any, query: Query) -> Any:
    return lambda: _by_sql(connection, query)


def _http_call(door: Connection, request: bytes) -> Any:
    return lambda: door.send(request)


def _request(stack: Stack, signing: SigningKey, query: Query) -> bytes:
    token = issue(signing, Actor("candidate", new_id(), "candidate"), "tiro", datetime.now(SHANGHAI), 3600)
    asked = {"q": query.text, "division": query.division, "near": query.near}
    path = f"/api/institution/v1/institution-search?{urlencode({k: v for k, v in asked.items() if v})}"
    proof = "".join(f"{name}: {key}\r\n" for name, key in gateway_header(stack.home, "institution").items())
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{proof}Authorization: Bearer {token}\r\n\r\n".encode()


def _described(way: str, queries: list[list[Query]], taken: list[list[float]]) -> Json:
    figures: Json = {}
    for share, called in ((0.5, "p50"), (0.99, "p99")):
        small, large = (percentile(own, share) * 1000 for own in taken)
        figures[f"{way}_{called}_ms"] = (round(small, 1), round(large, 1))
        figures[f"{way}_{called}_ratio"] = round(large / small, 2)
    for kind in sorted({query.kind for query in queries[0]}):
        of_kind = [
            [seconds for query, seconds in zip(asked, own, strict=True) if query.kind == kind]
            for asked, own in zip(queries, taken, strict=True)
        ]
        pairs = [f"{percentile(own, 0.5) * 1000:.1f}/{percentile(own, 0.99) * 1000:.1f}" for own in of_kind]
        figures[f"{way} {kind}: p50/p99 ms"] = pairs
    return figures


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
