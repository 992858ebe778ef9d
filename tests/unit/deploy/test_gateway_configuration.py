"""What is generated from the route table."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from deploy.gateway.__main__ import generated
from deploy.gateway.refusals import REFUSALS
from deploy.gateway.render_httproutes import render_httproutes
from deploy.gateway.render_keys import render_keys
from deploy.gateway.render_nginx import UPSTREAM_IDLE_SECONDS, Target, render_nginx
from deploy.gateway.route_table import ROUTES, RouteTable, read_route_table
from services.declaration.printing.scan_reader import ScanReader
from shared.security.gateway_keys import HEADER
from shared.settings import HttpSettings
from shared.uploads.inspect import Inspector
from shared.web.arrival import HEADER as ARRIVAL

TABLE = read_route_table()
KEYS = Path("/srv/keys.conf")


def _local(development: bool = True, rate_factor: float = 1.0) -> str:
    upstreams = {name: ["127.0.0.1:20001", "127.0.0.1:20002"] for name in TABLE.services}
    target = Target("127.0.0.1:20000", Path("/srv"), upstreams, KEYS, development=development, rate_factor=rate_factor)
    return render_nginx(TABLE, target)


def test_committed_files_match_the_table() -> None:
    """The committed nginx.conf and httproutes.yaml are what the route table yields now."""
    for file, text in generated(TABLE).items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name} is stale: make gateway"


def test_every_copy_is_an_upstream() -> None:
    """All copies of a service stand in its upstream, so that a stopped one is passed over."""
    block = re.search(r"upstream identity \{(.*?)\}", _local(), re.DOTALL)
    assert block is not None
    assert re.findall(r"server (\S+)", block[1]) == ["127.0.0.1:20001", "127.0.0.1:20002"]


def test_mailbox_exists_only_in_development() -> None:
    """No generated production file knows the development mailbox."""
    assert "mailbox" in _local()
    assert "mailbox" not in _local(development=False)
    assert all("mailbox" not in text for file, text in generated(TABLE).items() if file.name != "nginx.compose.conf")


@pytest.mark.requirement("V71")
def test_client_address_and_identity_headers_are_replaced() -> None:
    """A client can neither choose its address nor claim an identity by a header."""
    text = _local()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "real_ip_header" not in text, "without trusted proxies nobody's header is believed"
    assert f'proxy_set_header {ARRIVAL} "$msec-$request_time";' in text, "our own word, not the client's"
    for name in TABLE.edge.removed_headers:
        assert name == ARRIVAL or f'proxy_set_header {name} "";' in text
    locations = text[text.index("location") :]
    assert "proxy_set_header" not in locations, "one in a location would drop all inherited ones"


@pytest.mark.requirement("V27")
def test_every_service_gets_its_own_key_and_the_mailbox_none() -> None:
    """The key depends on the upstream alone; no committed file holds one, and a client's own header is overwritten."""
    text = _local()
    assert "include /srv/keys.conf;" in text
    assert f"proxy_set_header {HEADER} $gateway_key;" in text
    keys = render_keys({"identity": "a" * 64, "declaration": "b" * 64})
    assert re.findall(r'^    (\w+) "(\w*)";$', keys, re.MULTILINE) == [
        ("default", ""),
        ("declaration", "b" * 64),
        ("identity", "a" * 64),
    ]
    for file, committed in generated(TABLE).items():
        assert file.suffix == ".yaml" or "include /run/tiro/gateway-keys.conf;" in committed


@pytest.mark.requirement("V74")
def test_the_gateway_lets_go_of_idle_connections_first() -> None:
    """A service keeps an idle connection longer than the gateway does: no request meets one that is just closed."""
    assert HttpSettings().idle_seconds > UPSTREAM_IDLE_SECONDS + 5


def test_trusted_proxies_are_believed_when_named() -> None:
    """A load balancer in front can be named, and only then is the client address taken from it."""
    edge = TABLE.edge.model_copy(update={"trusted_proxies": ["10.0.0.0/8"]})
    text = render_nginx(
        TABLE.model_copy(update={"edge": edge}),
        Target("80", Path("/srv"), {name: ["a:1"] for name in TABLE.services}, KEYS),
    )
    assert "set_real_ip_from 10.0.0.0/8;" in text
    assert "real_ip_header X-Forwarded-For;" in text


def test_streams_are_not_buffered() -> None:
    """Server-sent events reach the browser as they are written."""
    for route in TABLE.route:
        block = _location(_local(), route.prefix, route.pattern)
        assert ("proxy_buffering off;" in block) == route.stream


def test_uploads_get_their_own_limit_and_nothing_else_does() -> None:
    """Only upload routes take more than the JSON limit (V73)."""
    for route in TABLE.route:
        expected = TABLE.body_limit_of(route)
        assert (expected != "64k") == (TABLE.rate_of(route) == "uploads")
        assert f"client_max_body_size {expected};" in _location(_local(), route.prefix, route.pattern)


def test_rate_factor_scales_every_class() -> None:
    """The local stack is driven from one address and may raise all rates together."""
    for name, rate in TABLE.rates.items():
        assert f"zone={name}:10m rate={rate.per_second * 50}r/s;" in _local(rate_factor=50)


def test_refusals_name_what_to_do_in_both_languages() -> None:
    """Every answer the gateway gives by itself is a problem document with a code and a sentence in zh-CN and en."""
    text = _local()
    for refusal in REFUSALS:
        assert f"return {refusal.status} '" in text
        assert refusal.zh in text
        assert refusal.code in text
    assert {413, 414, 429, 431, 502, 504} <= {refusal.status for refusal in REFUSALS}


def test_httproutes_carry_the_same_routes() -> None:
    """Kubernetes gets one rule per route of the table, the more specific first, with the same headers removed."""
    documents = {document["metadata"]["name"]: document for document in yaml.safe_load_all(render_httproutes(TABLE))}
    assert set(documents) == {"identity", "institution", "declaration", "notification"}
    for name, document in documents.items():
        rules = document["spec"]["rules"]
        assert len(rules) == sum(route.service == name for route in TABLE.route)
        kinds = [rule["matches"][0]["path"]["type"] for rule in rules]
        assert kinds == sorted(kinds, key="PathPrefix".__eq__), "the more specific first"
        for rule in rules:
            assert rule["filters"][0]["requestHeaderModifier"]["remove"] == TABLE.edge.removed_headers


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"service": "nobody"}, "unknown service"),
        ({"rate": "never"}, "unknown rate"),
        ({"prefix": "no-slash"}, "prefix"),
        ({"body_limit": "lots"}, "body_limit"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_mistakes_in_the_table_are_refused(change: dict[str, str], complaint: str) -> None:
    """A wrong entry in routes.toml is refused with its place, not turned into a wrong configuration."""
    document = TABLE.model_dump()
    document["route"][0] |= change
    with pytest.raises(ValidationError, match=complaint):
        RouteTable.model_validate(document)
    assert RouteTable.model_validate(TABLE.model_dump()) == TABLE, "unchanged it is accepted"
    assert ROUTES.exists()


def _location(text: str, prefix: str, pattern: str) -> str:
    head = f"location ~ ^{prefix}{pattern}$ {{" if pattern else f"location {prefix} {{"
    start = text.index(head)
    return text[start : text.index("}", start)]


@pytest.mark.requirement("P7")
def test_the_gateway_waits_longer_than_a_scan_may_take() -> None:
    """Queues and walls of everything that looks at a scanned list are over before its route's time is."""
    (route,) = [one for one in TABLE.route if one.pattern == "qualified-lists/[^/]+/scan-files"]
    assert route.timeout_seconds is not None
    assert Inspector().longest_seconds + ScanReader().longest_seconds < route.timeout_seconds


@pytest.mark.requirement("V68")
def test_the_secret_of_a_callback_is_in_no_log() -> None:
    """Where a path ends with a secret the gateway writes no line; other locations of the service do."""
    places = dict(re.findall(r"location (.*?) \{(.*?)\n\s*\}", _local(), re.DOTALL))
    callbacks = next(text for place, text in places.items() if "provider-callbacks" in place)
    assert "access_log off;" in callbacks
    assert "error_log /dev/null crit;" in callbacks, "an error of the upstream names the request's path"
    assert [place for place, text in places.items() if "error_log" in text and text is not callbacks] == []
    assert [place for place, text in places.items() if "access_log off;" in text and text is not callbacks] == []
