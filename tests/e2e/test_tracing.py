"""One trace through HTTP and AMQP: the request's span in one service, the consumer's in another."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.e2e.conftest import Road
from tests.support.waiting import wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector:
    """An OTLP/HTTP endpoint that remembers (service, span) of one trace."""

    def __init__(self) -> None:
        self.spans: set[tuple[str, str]] = set()
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        """POST /v1/traces"""
        export = ExportTraceServiceRequest.FromString(await request.read())
        for resource in export.resource_spans:
            names = {a.key: a.value.string_value for a in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans |= {
                    (names["service.name"], span.name) for span in scope.spans if span.trace_id.hex() == TRACE
                }
        return web.Response()


@pytest_asyncio.fixture(loop_scope="session")
async def collector() -> AsyncIterator[Collector]:
    """The collector on a free port."""
    found = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", found.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/traces"
    yield found
    await runner.cleanup()


async def test_a_request_and_its_event_share_a_trace(road: Road, collector: Collector) -> None:
    """The caller's traceparent is carried by the outbox row and the message into the consumer."""
    parts = (("identity", "api"), ("notification", "worker"))
    for service, role in parts:
        await road.stack.stop(f"{service}.{role}")
        name = f"{service.upper()}_TELEMETRY__OTLP_ENDPOINT"
        await road.stack.start(service, role, extra_env={name: collector.url})
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    url = f"{road.stack.gateway_url}/api/identity/v1/login-codes"
    async with road.api.session.post(url, json={"phone": "19900000077"}, headers=headers) as answer:
        assert answer.status == 202
    wanted = {("tiro-identity", "post_login_code"), ("tiro-notification", "consume notification.identity")}
    await wait_until(lambda: wanted <= collector.spans, seconds=30, what=f"{wanted} in one trace")
    for service, role in parts:
        await road.stack.stop(f"{service}.{role}")
        await road.stack.start(service, role)
