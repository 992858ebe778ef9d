"""The canary scan: the candidate's name, number, address, phones and e-mail address in no column, log line, message,
metric, object, refusal, address of a request or file of the engines (V50, V51, V54), whatever their form; and what is
planted is found."""

import asyncio
from pathlib import Path
from uuid import uuid4

import aio_pika
import aiohttp
import asyncpg
import pytest
from minio import Minio

from deploy.demo.candidate import log_in
from deploy.demo.offices import IDENTITY
from deploy.demo.phones import texts
from deploy.demo.public_api import PublicApi
from deploy.local.parts import operations, part_name, service_roles
from tests.e2e.conftest import HOME, TAP, Road
from tests.support.leaks import leaks

SCHEMAS = ("identity", "institution", "declaration", "notification")
BUCKETS = ("identity", "institution", "declaration", "notification")
DATA = HOME / "data"


async def _canaries(road: Road) -> list[str]:
    person = road.person
    messages = await road.api.get("mailbox/messages")
    letters = [m["to"] for m in messages["messages"] if m["channel"] == "email"]
    assert road.email in letters, "the canary got a letter"
    phones = {m["to"] for m in messages["messages"]} - set(letters)
    assert phones
    number = person.id_number
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    mail = [road.email, road.email.upper(), road.email.partition("@")[0]]
    return [person.name, number, number.lower(), spaced, person.address[:12], *mail, *phones]


async def _dump(road: Road, schema: str) -> bytes:
    """Every row as JSON, and every opaque value as it is."""
    connection = await asyncpg.connect(road.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
    columns = await connection.fetch(
        "SELECT format('%I.%I', table_schema, table_name) AS name, quote_ident(column_name) AS column, data_type "
        "FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
        "WHERE table_schema = $1 AND table_type = 'BASE TABLE'",
        schema,
    )
    parts: list[bytes] = []
    for table in sorted({column["name"] for column in columns}):
        # allow built-sql: names come from the catalogue
        rows = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        parts += [row["row"].encode() for row in rows]
    for column in columns:
        if column["data_type"] == "bytea":
            # allow built-sql: names come from the catalogue
            values = await connection.fetch(f"SELECT {column['column']} AS v FROM {column['name']}")
            parts += [value["v"] for value in values if value["v"] is not None]
    await connection.close()
    return b"\n".join(parts)


def _logs() -> bytes:
    return b"\n".join(file.read_bytes() for file in Path(HOME / "logs").glob("*.log*"))


@pytest.mark.requirement("V50", "V55")
@pytest.mark.parametrize("schema", SCHEMAS)
async def test_no_personal_data_rests_in_clear_in_the_database(road: Road, schema: str) -> None:
    """Every row of every table, text and bytes, without the canary."""
    dump = await _dump(road, schema)
    assert len(dump) > 1000
    assert leaks(dump, await _canaries(road)) == []


@pytest.mark.requirement("V51", "V76")
async def test_no_personal_data_in_refusals(road: Road) -> None:
    """What is refused is not repeated: neither what was typed into the right field nor what stood in a wrong place. The
    scan of the logs below looks at these calls too."""
    canaries, seen = await _canaries(road), set()
    other = await log_in(road.api, road.person)
    proof: dict[str, object] = {"challenge_id": str(uuid4()), "email": road.email, "code": "000000"}
    calls: tuple[tuple[PublicApi, str, str, dict[str, object]], ...] = (
        (road.api, "POST", "me/email-codes", {"email": road.email}),
        (other.api, "POST", "me/email-codes", {"email": f"{road.email}@"}),
        (other.api, "POST", "me/email-codes", {"email": road.email, road.email: road.email}),
        (other.api, "POST", "me/email-codes", {"email": [road.email]}),
        (other.api, "PUT", "me/email", proof),
        (other.api, "PUT", "me/email", proof | {"challenge_id": road.email}),
        (other.api, "PUT", "me/email", proof | {"code": road.email}),
        (other.api, "POST", "verification/automatic", {"name": road.person.name, "document_no": road.email}),
    )
    for api, method, path, body in calls:
        url = f"{api.gateway}/{IDENTITY}/{path}"
        async with api.session.request(method, url, json=body, headers=api._with(method)) as got:
            status, answer = got.status, await got.read() + repr(got.headers).encode()
        assert 400 <= status < 500
        assert leaks(answer, canaries) == []
        seen.add(status)
    assert {401, 422} <= seen


@pytest.mark.requirement("V51")
async def test_no_personal_data_in_any_url(road: Road) -> None:
    """No request of the road names the canary in its address. The development mailbox is asked by address, and is no
    part of the platform."""
    paths = [sent.path for sent in road.sent if not sent.path.startswith("mailbox/")]
    assert len(paths) > 20
    assert leaks("\n".join(paths).encode(), await _canaries(road)) == []


@pytest.mark.requirement("V54", "V51")
async def test_no_personal_data_in_any_log(road: Road) -> None:
    """The logs of all processes, the gateway's included."""
    text = _logs()
    assert len(text) > 1000
    assert leaks(text, await _canaries(road)) == []


@pytest.mark.requirement("V51")
async def test_no_personal_data_travels_in_clear(road: Road) -> None:
    """A copy of every event of the road, bodies and headers; and what lies in the queues of parked messages."""
    connection = await aio_pika.connect(road.stack.around.broker_url("notification"))
    channel = await connection.channel()
    tapped = await channel.get_queue(TAP, ensure=False)
    bodies, types = [], set()
    while (message := await tapped.get(fail=False, timeout=10)) is not None:
        await message.nack(requeue=False)
        bodies.append(message.body + repr((message.headers, message.routing_key, message.message_id)).encode())
        types.add(message.routing_key)
    await connection.close()
    assert {"identity.login_code_issued.v1", "identity.person_verified.v1", "declaration.submitted.v1"} <= types
    assert {"identity.email_code_issued.v1", "identity.person_contact_changed.v1"} <= types
    assert leaks(b"\n".join(bodies), await _canaries(road)) == []


@pytest.mark.requirement("V51")
async def test_no_personal_data_in_metrics(road: Road) -> None:
    """What every role of every service tells its operators."""
    canaries = await _canaries(road)
    async with aiohttp.ClientSession() as session:
        for service, role in service_roles(SCHEMAS):
            port = road.stack.around.ports.of(operations(part_name(service, role)))
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                body = await answer.read()
            assert b"python_info" in body
            assert leaks(body, canaries) == [], (service, role)


@pytest.mark.requirement("V45", "V50")
async def test_no_personal_data_rests_in_clear_in_the_buckets(road: Road) -> None:
    """Objects are sealed before they leave the process: neither JPEG nor PDF nor text is found on the disk."""
    files = [file for file in Path(DATA / "objects").rglob("*") if file.is_file()]
    canaries = await _canaries(road)
    assert len(files) >= 4
    for file in files:
        data = await asyncio.to_thread(file.read_bytes)
        assert not data.startswith((b"\xff\xd8\xff", b"%PDF", b"\x89PNG")), file.name
        assert leaks(data + str(file).encode(), canaries) == [], file.name


@pytest.mark.requirement("V51", "V42")
async def test_no_personal_data_in_names_and_labels_of_objects(road: Road) -> None:
    """Keys, types and labels of all objects, asked from the server with each service's own credentials."""
    canaries, seen = await _canaries(road), 0
    for service in BUCKETS:
        env = road.stack.environment(service)
        bucket = {key.rpartition("__")[2]: value for key, value in env.items() if "_BUCKET__" in key}
        client = Minio(
            endpoint=bucket["ENDPOINT"],
            access_key=bucket["ACCESS_KEY"],
            secret_key=road.stack.objectstore.secret_key(service),
            secure=False,
            region="us-east-1",
        )
        for item in client.list_objects(bucket_name=bucket["NAME"], recursive=True):
            told = client.stat_object(bucket_name=bucket["NAME"], object_name=str(item.object_name))
            assert (
                leaks(repr((item.object_name, told.content_type, dict(told.metadata or {}))).encode(), canaries) == []
            )
            seen += 1
    assert seen >= 4


@pytest.mark.requirement("V50", "V51")
async def test_no_personal_data_in_the_files_of_the_engines(road: Road) -> None:
    """What database and broker wrote to the disk, journals included."""
    canaries, size = await _canaries(road), 0
    for file in (*DATA.rglob("*"), *road.stack.home.database.rglob("*")):
        if file.is_file() and not file.is_symlink():
            data = await asyncio.to_thread(file.read_bytes)
            size += len(data)
            assert [canary for canary in canaries if canary.encode() in data] == [], file.name
    assert size > 10_000_000


@pytest.mark.requirement("V50", "V51", "V54")
async def test_control_planted_values_are_found(road: Road) -> None:
    """Control: a name in an error text of the database and a number in a log line are found by the same scans, and so
    is what is stored in clear on purpose."""
    name, number, *_ = canaries = await _canaries(road)
    connection = await asyncpg.connect(road.stack.admin_dsn.rsplit("/", 1)[0] + "/tiro")
    planted = "INSERT INTO identity.inbox_attempt VALUES (gen_random_uuid(), 'planted', 1, $1)"
    await connection.execute(planted, f"no person called {name} at {road.email}")
    try:
        assert leaks(await _dump(road, "identity"), canaries) == [name, road.email, road.email.partition("@")[0]]
    finally:
        await connection.execute("DELETE FROM identity.inbox_attempt WHERE consumer = 'planted'")
        await connection.close()
    log = Path(HOME / "logs" / "planted.log")
    log.write_text(f'{{"event":"x","number":"{number}","to":"{road.email}"}}')
    try:
        assert {number, road.email} <= set(leaks(_logs(), canaries))
    finally:
        log.unlink()
    assert "江岸区演示第".encode() in await _dump(road, "institution")
    assert await texts(road.api, (await _canaries(road))[-1])
