"""python -m deploy.gateway [--check]: writes what is generated from routes.toml, or says what is stale."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from deploy.gateway.render_httproutes import render_httproutes
from deploy.gateway.render_nginx import Target, render_nginx
from deploy.gateway.route_table import RouteTable, read_route_table

HERE = Path(__file__).resolve().parent


def generated(table: RouteTable) -> dict[Path, str]:
    """File -> text for everything that is committed."""
    upstreams = {name: [f"{name}-api:{service.port}"] for name, service in table.services.items()}
    upstreams["mailbox"] = [f"mailbox:{table.services['mailbox'].port}"]
    containers = Target(
        listen="8080",
        folder=Path("/tmp"),
        upstreams=upstreams,
        keys=Path("/run/tiro/gateway-keys.conf"),
        access_log="/dev/stdout tiro",
    )
    return {
        HERE / "httproutes.yaml": render_httproutes(table),
        HERE / "nginx.conf": render_nginx(table, containers),
        HERE / "nginx.compose.conf": render_nginx(table, replace(containers, development=True, rate_factor=50.0)),
    }


def main() -> int:
    """Exit code 1 when --check finds a file that does not match the table."""
    arguments = argparse.ArgumentParser(prog="python -m deploy.gateway", description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing, fail when a generated file is stale")
    check = arguments.parse_args().check
    stale = [
        (file, text)
        for file, text in generated(read_route_table()).items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    for file, text in stale:
        if check:
            print(f"stale: {file.relative_to(HERE.parents[1])} (run: make gateway)")
        else:
            file.write_text(text, encoding="utf-8")
            print(f"written: {file.relative_to(HERE.parents[1])}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
