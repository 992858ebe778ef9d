"""The character U+0000 in a path, a query or a header of any operation is a clear 400, whoever calls (V73)."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.contract.services import SERVICES
from tests.integration.authorisation.layouts import LAYOUTS
from tests.integration.authorisation.matrix import INSIDE, Layout
from tests.integration.authorisation.policy import Operation, operations, table
from tests.support import through_gateway
from tests.support.service_under_test import Caller, Serve

each_service = pytest.mark.parametrize("service", SERVICES)


def spoiled(layout: Layout, operation: Operation) -> Iterator[str]:
    """Addresses of an operation: each path parameter in turn, a name that no query has, and each one it has."""
    address = re.sub(r"\{(\w+)[^}]*\}", r"{\1}", operation.path)
    ids = {name: layout._id(operation, name) for name in re.findall(r"\{(\w+)\}", address)}
    for name, whole in ids.items():
        for text in ("%00", f"{whole[:-1]}%00", f"{whole}%00"):
            yield address.format(**ids | {name: text})
    plain = address.format(**ids)
    named = [one["name"] for one in operation.description.get("parameters", []) if one["in"] == "query"]
    yield from (f"{plain}?{name}={text}" for name in ("nothing", *named) for text in ("%00", "a%00b"))
    yield f"{plain}?%00=1"


def inside(layout: Layout, operation: Operation) -> Caller:
    """Somebody who may call it; inside, where it has an inside."""
    roles = table()[operation.place].roles
    allowed = {where: caller for (role, where), caller in layout.callers.items() if role in roles}
    return allowed.get(INSIDE) or next(iter(allowed.values()), layout.service.anonymous())


@each_service
@pytest.mark.requirement("V73")
async def test_nul_in_an_address_is_refused_by_every_operation(serve: Serve, service: str) -> None:
    """In each parameter of the path and of the query; the answer is a problem, and the database stays as it was."""
    layout = await LAYOUTS[service](serve)
    before, wrong, asked, every = await layout.digest(), list[str](), 0, list(operations(service))
    for operation in every:
        for address in spoiled(layout, operation):
            answer = await inside(layout, operation).call(operation.method, address, version=1)
            asked += 1
            if (answer.status, answer.code) != (400, "nul_in_address"):
                wrong.append(f"{operation.place} {address}: {answer.status} {answer.code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 3 * len(every)
    assert await layout.digest() == before


@each_service
@pytest.mark.requirement("V73")
async def test_nul_in_a_header_is_refused_by_every_operation(serve: Serve, service: str) -> None:
    """A header that is stored, one that is compared and one that nobody reads; the connection is closed after it."""
    layout = await LAYOUTS[service](serve)
    before, wrong = await layout.digest(), list[str]()
    for operation in operations(service):
        for name in ("User-Agent", "X-Device-Id", "Idempotency-Key", "If-Match", "X-Anything"):
            status = await _status_with(layout, operation, f"{name}: 12345678\0".encode())
            if status != 400:
                wrong.append(f"{operation.place} {name}: {status}")
    assert not wrong, "\n".join(wrong)
    assert await layout.digest() == before


async def _status_with(layout: Layout, operation: Operation, header: bytes) -> int:
    to = urlsplit(layout.service.base)
    address = re.sub(r"\{(\w+)[^}]*\}", lambda found: layout._id(operation, found[1]), operation.path)
    reader, writer = await asyncio.open_connection(to.hostname, to.port)
    lines = [f"{operation.method} {to.path}{address} HTTP/1.1", "Host: a", "Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in through_gateway.HEADERS.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n" + header + b"\r\n\r\n")
    async with asyncio.timeout(15):
        first = await reader.readline()
    writer.close()
    return int(first.split()[1])
