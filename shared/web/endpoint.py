"""One request, from the socket to the answer: identify, authorise, read within limits, open the transaction, call
the handler, answer. Every error leaves as a problem with the request id."""

import asyncio
import re
import time
from typing import Any

import asyncpg
import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel

from shared.actor import ANONYMOUS, Actor
from shared.errors import Forbidden, TiroError, Unauthenticated
from shared.ids import new_id
from shared.postgres.database import CONNECTION_ERRORS, TRANSIENT_ERRORS, DatabaseUnavailable
from shared.postgres.transaction import PendingAnswer
from shared.postgres.window import Overtaken
from shared.security.tokens import UnknownKey
from shared.telemetry.metrics import HTTP_SECONDS
from shared.telemetry.tracing import current_trace_parent, span
from shared.web import idempotency
from shared.web.arrival import arrival_of
from shared.web.call import Call, Language
from shared.web.gathering import Gatherer
from shared.web.preconditions import expected_version, idempotency_key
from shared.web.problems import InternalError, language_of, problem
from shared.web.reading import parse_body, parse_query, read_raw
from shared.web.routing import Route
from shared.web.runtime import Runtime

log = structlog.get_logger()

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_TRIES = 3
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Endpoint:
    """The aiohttp handler of one route."""

    def __init__(self, route: Route, runtime: Runtime) -> None:
        self._route = route
        self._runtime = runtime
        self._name = route.operation_id
        self._seconds: dict[int, Any] = {}
        self._gatherer = Gatherer(route.handler, self._render, runtime.database) if route.gathered else None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer; never raises but for cancellation."""
        began = time.perf_counter()
        request_id = request.headers.get("X-Request-Id", "")
        if not _REQUEST_ID.match(request_id):
            request_id = str(new_id())
        language = language_of(request)
        # One task serves all requests of a connection, so what the last one bound is replaced, not stacked upon.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, operation=self._name)
        with span(self._name, request.headers.get("traceparent")):
            response = await self._answer(request, request_id, language)
        # How long somebody stayed is no time of an answer.
        if not self._route.lasting:
            self._observe(response.status, time.perf_counter() - began)
        return response

    def _observe(self, status: int, seconds: float) -> None:
        if (histogram := self._seconds.get(status)) is None:
            histogram = self._seconds[status] = HTTP_SECONDS.labels(self._name, str(status))
        histogram.observe(seconds)

    async def _answer(self, request: web.Request, request_id: str, language: Language) -> web.StreamResponse:
        try:
            response = await self._handle(request, request_id, language)
            if not response.prepared:
                response.headers["X-Request-Id"] = request_id
            return response
        except TiroError as error:
            return problem(error, request_id, language)
        except web.HTTPException:
            raise
        except (*CONNECTION_ERRORS, *TRANSIENT_ERRORS) as error:
            log.warning("request_met_outage", error=type(error).__name__)
            return problem(DatabaseUnavailable(retry_after=2), request_id, language)
        except Exception as error:
            log.error("request_failed", exc_info=error)
            return problem(InternalError(), request_id, language)

    async def _handle(self, request: web.Request, request_id: str, language: Language) -> web.StreamResponse:
        route, runtime = self._route, self._runtime
        now = arrival_of(request, runtime.clock.now())
        actor = await self._authorise(request)
        call: Call[Any] = Call(
            deps=runtime.deps,
            database=runtime.database,
            request=request,
            request_id=request_id,
            actor=actor,
            now=now,
            language=language,
            client_address_of=runtime.client_address,
            leaving=runtime.leaving,
            authorise=self._authorise,
        )
        if route.versioned:
            call._version = expected_version(request)
        if route.query is not None:
            call.query = parse_query(request.query, route.query)
        if route.needs_key:
            call.idempotency_key = idempotency_key(request)
        argument, digest = await self._read(call)
        arguments = () if argument is None else (argument,)
        if route.lasting:
            return self._render(await route.handler(call, *arguments))
        if route.opens_transaction:
            return await self._command(call, arguments, digest)
        async with runtime.database.read() as reader:
            call._reader = reader
            return self._render(await route.handler(call, *arguments))

    async def _authorise(self, request: web.Request) -> Actor:
        policy = self._route.policy
        if policy.is_public:
            return ANONYMOUS
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > 4096 or not token.isascii():
            raise Unauthenticated
        keys = self._runtime.keys
        now = self._runtime.clock.now()
        try:
            actor = keys.verifier.verify(token, now)
        except UnknownKey:
            await keys.refresh()
            actor = keys.verifier.verify(token, now)
        if not policy.allows(actor):
            raise Forbidden
        return actor

    async def _read(self, call: Call[Any]) -> tuple[Any, bytes]:
        """The handler's second argument, and what identifies the request's content."""
        route, request = self._route, call.request
        if route.prepare is not None:
            prepared = await route.prepare(call)
            content = str(getattr(prepared, "sha256", "")).encode()
            return prepared, self._digest(request, content)
        if request.method == hdrs.METH_GET:
            return None, b""
        raw = await read_raw(request, route.body_limit)
        body = parse_body(request, raw, route.request) if route.request is not None else None
        return body, self._digest(request, raw)

    def _digest(self, request: web.Request, content: bytes) -> bytes:
        if not self._route.needs_key:
            return b""
        return idempotency.digest_of(self._runtime.digest_key, request.method, request.path_qs, content)

    async def _command(self, call: Call[Any], arguments: tuple[Any, ...], digest: bytes) -> web.StreamResponse:
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._commit(call, arguments, digest)
            except asyncpg.UniqueViolationError as error:
                if error.constraint_name != idempotency.CONSTRAINT:
                    raise
                return await self._stored(call, digest, error)
            except TiroError as error:
                if isinstance(error, Overtaken) and attempt < _TRIES:
                    continue
                if not self._route.needs_key or isinstance(error, DatabaseUnavailable):
                    raise
                return await self._stored(call, digest, error)
            except TRANSIENT_ERRORS:
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    async def _commit(self, call: Call[Any], arguments: tuple[Any, ...], digest: bytes) -> web.StreamResponse:
        if self._gatherer is not None:
            return await self._gatherer.commit(call, arguments[0], digest, current_trace_parent())
        async with self._runtime.database.transaction(call.request_id) as tx:
            call._tx = tx
            response = self._render(await self._route.handler(call, *arguments))
            if self._route.needs_key:
                body = response.body if isinstance(response, web.Response) else b""
                stored = body if isinstance(body, bytes) else b""
                answer = PendingAnswer(call.actor.id, call.idempotency_key, digest, response.status, stored)
                tx.work.answers.append(answer)
        return response

    async def _stored(self, call: Call[Any], digest: bytes, error: BaseException) -> web.StreamResponse:
        """The answer of the first request with this key, or the error if there was none."""
        call._tx = None
        async with self._runtime.database.read() as reader:
            answer = await idempotency.select_answer(reader, call.actor.id, call.idempotency_key, digest)
        if answer is None:
            raise error
        return web.Response(
            status=answer.status,
            body=answer.body or None,
            content_type="application/json",
            headers={**_PRIVATE, "Idempotency-Replayed": "true"},
        )

    def _render(self, result: object) -> web.StreamResponse:
        if isinstance(result, web.StreamResponse):
            return result
        if result is None:
            return web.Response(status=204, headers=_PRIVATE)
        if not isinstance(result, BaseModel):
            raise TypeError(f"{self._route.operation_id} returned {type(result).__name__}")
        headers = dict(_PRIVATE)
        if (version := getattr(result, "version", None)) is not None:
            headers["ETag"] = f'"{version}"'
        return web.Response(
            status=self._route.status,
            body=result.model_dump_json().encode(),
            content_type="application/json",
            headers=headers,
        )
