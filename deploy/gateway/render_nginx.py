"""nginx configuration from the route table: the same for the local stack and for containers, only addresses differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.gateway.refusals import REFUSALS, Refusal, body
from deploy.gateway.route_table import Route, RouteTable
from shared.security.gateway_keys import HEADER
from shared.web.arrival import HEADER as ARRIVAL

# What nginx answers by itself for a request it cannot read, and what the client is told instead: its own mistake is
# never a 5xx (V73). 494 = headers beyond the buffers, 501 = unknown transfer coding, 505 = unknown version.
TRANSLATED = {494: 431, 495: 400, 496: 400, 497: 400, 501: 400, 505: 400}
UPSTREAM_IDLE_SECONDS = 20


@dataclass(frozen=True)
class Target:
    """Where this nginx runs and where it finds the services."""

    listen: str
    folder: Path  # for pid and temporary files
    upstreams: Mapping[str, Sequence[str]]  # service -> host:port of every copy
    keys: Path  # what render_keys made: read at the start and on SIGHUP
    development: bool = False
    rate_factor: float = 1.0  # the local stack is driven from one address
    run_as: str = ""  # user of the workers when the master is root
    access_log: str = "off"
    static: Mapping[str, Path] = field(default_factory=dict)  # prefix -> folder of a built web client


def render_nginx(table: RouteTable, target: Target) -> str:
    """The complete nginx.conf."""
    routes = [route for route in table.route if target.development or not table.services[route.service].development]
    lines = [
        "# Generated from deploy/gateway/routes.toml; do not edit.",
        f"user {target.run_as};" if target.run_as else "",
        "worker_processes auto;",
        "worker_rlimit_nofile 8192;",
        "worker_shutdown_timeout 30s;",
        f"pid {target.folder}/nginx.pid;",
        "error_log stderr warn;",
        "events { worker_connections 4096; }",
        "http {",
        *_indented(_http(table, target)),
        *_indented(_upstreams(target, routes)),
        "    server {",
        *_indented(_server(table, target), 2),
        *[line for route in routes for line in _indented(_location(table, route), 2)],
        *[line for prefix, folder in target.static.items() for line in _indented(_static(prefix, folder), 2)],
        *[line for refusal in REFUSALS for line in _indented(_refusal(refusal), 2)],
        "    }",
        "}",
    ]
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _http(table: RouteTable, target: Target) -> list[str]:
    edge, folder = table.edge, target.folder
    zones = []
    for name, rate in table.rates.items():
        per_second = max(1, round(rate.per_second * target.rate_factor))
        zones.append(f"limit_req_zone $binary_remote_addr zone={name}:10m rate={per_second}r/s;")
    return [
        # No query strings in the log: they may hold search words.
        """log_format tiro escape=json '{"at":"$time_iso8601","status":$status,"method":"$request_method",'""",
        """    '"path":"$uri","seconds":$request_time,"upstream":"$upstream_addr","request_id":"$request_mark"}';""",
        f"access_log {target.access_log};",
        f"client_body_temp_path {folder}/body;",
        f"proxy_temp_path {folder}/proxy;",
        f"fastcgi_temp_path {folder}/unused;",
        f"uwsgi_temp_path {folder}/unused;",
        f"scgi_temp_path {folder}/unused;",
        "types { text/html html; text/css css; text/javascript js mjs; application/json json; image/svg+xml svg;",
        "    image/png png; image/jpeg jpg; image/x-icon ico; font/woff2 woff2; }",
        "default_type application/octet-stream;",
        "charset utf-8;",
        "charset_types application/problem+json;",
        "server_tokens off;",
        "sendfile on;",
        "tcp_nopush on;",
        f"keepalive_timeout {edge.idle_seconds}s;",
        "keepalive_requests 10000;",
        "reset_timedout_connection on;",
        f"client_header_timeout {edge.slow_request_seconds}s;",
        f"client_body_timeout {edge.slow_request_seconds}s;",
        f"send_timeout {edge.slow_request_seconds}s;",
        "lingering_time 5s;",
        "client_header_buffer_size 1k;",
        f"large_client_header_buffers {edge.header_buffers} {edge.url_limit};",
        f"include {target.keys};",
        *zones,
        "limit_req_status 429;",
        "limit_conn_zone $binary_remote_addr zone=addresses:10m;",
        "limit_conn_status 429;",
        *[f"set_real_ip_from {network};" for network in edge.trusted_proxies],
        *(["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"] if edge.trusted_proxies else []),
        'map $http_x_request_id $request_mark { "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id; default $request_id; }',
        'map $http_accept_language $language { "~*^en" en; default zh; }',
        "proxy_http_version 1.1;",
        "proxy_connect_timeout 2s;",
        "proxy_next_upstream error timeout;",
        "proxy_next_upstream_tries 3;",
        "proxy_buffers 16 16k;",
        "proxy_buffer_size 16k;",
    ]


def _upstreams(target: Target, routes: Sequence[Route]) -> list[str]:
    lines = []
    for service in sorted({route.service for route in routes}):
        lines.append(f"upstream {service} {{")
        lines += [f"    server {address} max_fails=1 fail_timeout=1s;" for address in target.upstreams[service]]
        # Shorter than the services keep idle connections, so that a POST does not meet a connection just closed.
        lines += ["    keepalive 64;", f"    keepalive_timeout {UPSTREAM_IDLE_SECONDS}s;", "}"]
    return lines


def _server(table: RouteTable, target: Target) -> list[str]:
    connections = max(1, round(table.edge.connections_per_address * target.rate_factor))
    return [
        f"listen {target.listen} default_server backlog=1024;",
        "server_name _;",
        f"client_max_body_size {table.defaults.body_limit};",
        f"limit_conn addresses {connections};",
        # Locations with a path, not named ones: nginx answers 500 when a request without a readable path meets those.
        *[f"error_page {status} ={status} {_place(status)};" for status in (r.status for r in REFUSALS)],
        *[f"error_page {status} ={told} {_place(told)};" for status, told in TRANSLATED.items()],
        "proxy_set_header Host $http_host;",
        'proxy_set_header Connection "";',
        "proxy_set_header X-Request-Id $request_mark;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        *[f'proxy_set_header {name} "";' for name in table.edge.removed_headers if name != ARRIVAL],
        # When the first byte of the request came: what it has waited for since then is not the sender's delay (P17).
        f'proxy_set_header {ARRIVAL} "$msec-$request_time";',
        # By this a service knows that a request came through here; a client's own header is overwritten (V27).
        f"proxy_set_header {HEADER} $gateway_key;",
        # nginx has no limit for the whole of a body, the services do (V74). What has come whole with its head is still
        # sent in one piece, and may be sent again to another copy.
        "proxy_request_buffering off;",
        *([] if "/" in target.static else ["location / { return 404; }"]),
    ]


def _location(table: RouteTable, route: Route) -> list[str]:
    rate = table.rates[table.rate_of(route)]
    seconds = table.timeout_of(route)
    matches = f"~ ^{route.prefix}{route.pattern}$" if route.pattern else route.prefix
    lines = [
        f"location {matches} {{",
        f"    client_max_body_size {table.body_limit_of(route)};",
        f"    limit_req zone={table.rate_of(route)} burst={rate.burst} nodelay;",
        f"    proxy_read_timeout {seconds}s;",
        f"    proxy_send_timeout {seconds}s;",
    ]
    if route.stream:
        lines += ["    proxy_buffering off;", "    proxy_cache off;", "    gzip off;"]
    if route.unlogged:
        # The log of errors too: nginx puts the request's line into every error of an upstream or a limit.
        lines += ["    access_log off;", "    error_log /dev/null crit;"]
    return [*lines, f"    proxy_pass http://{route.service};", "}"]


def _static(prefix: str, folder: Path) -> list[str]:
    return [
        f"location {prefix} {{",
        f"    alias {folder}/;",
        f"    try_files $uri $uri/ {prefix}index.html;",
        '    add_header Cache-Control "no-cache" always;',
        '    add_header X-Content-Type-Options "nosniff" always;',
        '    add_header X-Frame-Options "DENY" always;',
        '    add_header Referrer-Policy "same-origin" always;',
        "}",
    ]


def _refusal(refusal: Refusal) -> list[str]:
    lines = [
        f"location = {_place(refusal.status)} {{",
        "    internal;",
        "    default_type application/problem+json;",
        '    add_header Cache-Control "no-store" always;',
        '    add_header X-Content-Type-Options "nosniff" always;',
        "    add_header X-Request-Id $request_mark always;",
        "    add_header Content-Language $language always;",
    ]
    if refusal.retry_after is not None:
        lines.append(f"    add_header Retry-After {refusal.retry_after} always;")
    for language, condition in (("en", "if ($language = en) "), ("zh", "")):
        text = body(refusal, language).replace("'", "\\'")
        answer = f"return {refusal.status} '{text}';"
        lines.append(f"    {condition}{{ {answer} }}" if condition else f"    {answer}")
    return [*lines, "}"]


def _place(status: int) -> str:
    return f"/refused/{status}"


def _indented(lines: Sequence[str], depth: int = 1) -> list[str]:
    return [("    " * depth) + line if line else "" for line in lines]
