"""Rules on dangerous code: each with a sample that breaks it and one that does not."""

from pathlib import Path

import pytest

from tests.checks import async_hazards, clocks_and_secrets, http_clients, sql_strings
from tests.unit.checks.sample_project import Check, rules

CASES: list[tuple[Check, str, list[str]]] = [
    (sql_strings.check, 'q = f"SELECT a FROM b WHERE c = {d}"', ["built-sql"]),
    (sql_strings.check, 'q = f"""\n    UPDATE {t} SET a = 1"""', ["built-sql"]),
    (sql_strings.check, 'q = "DELETE FROM b WHERE c = %s" % d', ["built-sql"]),
    (sql_strings.check, 'q = "SELECT a FROM {}".format(t)', ["built-sql"]),
    (sql_strings.check, 'q = "SELECT a FROM b WHERE " + where', ["built-sql"]),
    (sql_strings.check, 'q = f"CREATE SCHEMA {s}"  # allow built-sql: a checked identifier', []),
    (sql_strings.check, 'q = f"CREATE SCHEMA {s}"  # allow built-sql:', ["built-sql"]),
    (sql_strings.check, 'q = "SELECT a FROM b WHERE c = $1"', []),
    (sql_strings.check, 'Q = f"SELECT {COLUMNS} FROM b WHERE c = $1"', []),
    (sql_strings.check, 'Q = f"SELECT {COLUMNS} FROM {table}"', ["built-sql"]),
    (sql_strings.check, 'm = f"Select a file named {name}"', []),
    (async_hazards.check, "await exchange.publish(m)", ["direct-publish"]),
    (async_hazards.check, "await outbox.append(tx, event)", []),
    (async_hazards.check, "c = connection.channel()\nc.basic_publish(m)", ["silent-return"]),
    (async_hazards.check, "c = connection.channel(on_return_raises=True)\nc.basic_publish(m)", []),
    (async_hazards.check, "c = connection.channel()\nc.consume(f)", []),
    (async_hazards.check, "asyncio.create_task(run())", ["dropped-task"]),
    (async_hazards.check, "task = asyncio.create_task(run())", []),
    (async_hazards.check, "group.create_task(run())", []),
    (async_hazards.check, "try:\n    f()\nexcept Exception:\n    pass", ["silent-except"]),
    (async_hazards.check, "try:\n    f()\nexcept:\n    return None", ["silent-except"]),
    (async_hazards.check, "try:\n    f()\nexcept (ValueError, Exception):\n    ...", ["silent-except"]),
    (async_hazards.check, "try:\n    f()\nexcept Exception:\n    log.exception('x')", []),
    (async_hazards.check, "try:\n    f()\nexcept KeyError:\n    pass", []),
    (async_hazards.check, "def g():\n    try:\n        f()\n    except Exception:\n        return 1", []),
    (async_hazards.check, "with contextlib.suppress(Exception):\n    f()", ["silent-except"]),
    (clocks_and_secrets.check, "now = datetime.now()", ["naive-time"]),
    (clocks_and_secrets.check, "now = datetime.datetime.utcnow()", ["naive-time"]),
    (clocks_and_secrets.check, "now = datetime.fromtimestamp(5)", ["naive-time"]),
    (clocks_and_secrets.check, "today = date.today()", ["naive-time"]),
    (clocks_and_secrets.check, "now = datetime.now(UTC)", []),
    (clocks_and_secrets.check, "now = datetime.fromtimestamp(5, tz=UTC)", []),
    (clocks_and_secrets.check, "import random", ["weak-random"]),
    (clocks_and_secrets.check, "from random import choice", ["weak-random"]),
    (clocks_and_secrets.check, "# allow weak-random: spreads retries only\nimport random", []),
    (clocks_and_secrets.check, "import secrets", []),
    (clocks_and_secrets.check, "ok = given == row.code_hash", ["plain-compare"]),
    (clocks_and_secrets.check, "ok = hmac.new(k, b, 'sha256').digest() == given", ["plain-compare"]),
    (clocks_and_secrets.check, "ok = hmac.compare_digest(given, row.code_hash)", []),
    (clocks_and_secrets.check, "ok = row.code_hash == None", []),
    (clocks_and_secrets.check, "i = hashlib.sha256(person.phone.encode())", ["unkeyed-hash"]),
    (clocks_and_secrets.check, "i = hashlib.sha256(document_no.encode())", ["unkeyed-hash"]),
    (clocks_and_secrets.check, "i = hashlib.sha256(body)", []),
    (clocks_and_secrets.check, "url = os.environ['URL']", ["stray-environment"]),
    (clocks_and_secrets.check, "os.environ['THREADS'] = '1'", []),
    (http_clients.check, "s = aiohttp.ClientSession()", ["no-timeout"]),
    (http_clients.check, "s = aiohttp.ClientSession(timeout=ClientTimeout(total=5))", []),
    (http_clients.check, "r = urllib.request.urlopen(url)", ["no-timeout"]),
    (http_clients.check, "import requests", ["blocking-client"]),
]


@pytest.mark.requirement("V75", "V48")
@pytest.mark.parametrize(("check", "text", "expected"), CASES, ids=[case[1] for case in CASES])
def test_rule_finds_the_hazard_and_nothing_else(tmp_path: Path, check: Check, text: str, expected: list[str]) -> None:
    """Each hazard is found in service code, its safe form is not."""
    assert rules(check, tmp_path, {"services/a/storage/x.py": f"{text}\n"}) == expected


@pytest.mark.parametrize("folder", ["shared/messaging", "shared/outbox"])
def test_only_the_relay_publishes(tmp_path: Path, folder: str) -> None:
    """The folders of the publisher and of the relay may publish."""
    assert rules(async_hazards.check, tmp_path, {f"{folder}/x.py": "await publisher.publish(m)\n"}) == []


@pytest.mark.parametrize("folder", ["domain", "use_cases"])
def test_the_clock_is_injected(tmp_path: Path, folder: str) -> None:
    """Inside domain and use cases even an aware clock is hidden state."""
    sample = {f"services/a/{folder}/x.py": "now = datetime.now(UTC)\n"}
    assert rules(clocks_and_secrets.check, tmp_path, sample) == ["hidden-clock"]


def test_settings_read_the_environment(tmp_path: Path) -> None:
    """The settings module is the one place that may."""
    assert rules(clocks_and_secrets.check, tmp_path, {"services/a/settings.py": "url = os.environ['URL']\n"}) == []
