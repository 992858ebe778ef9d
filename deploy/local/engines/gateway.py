"""nginx in front of the local services: one origin, generated from the route table."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.gateway.render_nginx import Target, render_nginx
from deploy.gateway.route_table import read_route_table
from deploy.local.account import unprivileged
from deploy.local.faults import StackError
from deploy.local.gateway_keys import write_keys_map
from deploy.local.home import PROJECT, Home
from deploy.local.ports import Ports
from deploy.local.probes import speaks_http
from deploy.local.processes import Launch

WEB = PROJECT / "web" / "dist"


class Gateway:
    """One nginx; its configuration is rewritten whenever copies of an api come or go."""

    name = "gateway"

    def __init__(self, home: Home, ports: Ports, *, rate_factor: float) -> None:
        self._home = home
        self._ports = ports
        self._rate_factor = rate_factor
        self.table = read_route_table()

    @property
    def url(self) -> str:
        """The origin that people and clients use."""
        return f"http://127.0.0.1:{self._ports.of(self.name)}"

    async def launch(self, upstreams: Mapping[str, Sequence[int]]) -> Launch:
        """Writes the configuration and returns how to start nginx. `upstreams`: service -> ports of its copies."""
        port = self._ports.secure(self.name)
        self.configure(upstreams)
        return Launch(
            argv=[str(nginx()), "-e", "stderr", "-p", str(self._folder), "-c", str(self._file), "-g", "daemon off;"],
            ready=lambda: speaks_http(port),
            waits_for=f"for HTTP on 127.0.0.1:{port}",
            port=port,
            folder=self._folder,
            advice=f"if the configuration is at fault: {self._file}; if the port is: TIRO_GATEWAY_PORT=<port> make up",
        )

    def configure(self, upstreams: Mapping[str, Sequence[int]]) -> None:
        """Rewrites the configuration; a running nginx takes it on SIGHUP."""
        self._folder.mkdir(exist_ok=True)
        target = Target(
            listen=f"127.0.0.1:{self._ports.of(self.name)}",
            folder=self._folder,
            upstreams={name: [f"127.0.0.1:{port}" for port in ports] for name, ports in upstreams.items()},
            keys=write_keys_map(self._home),
            development=True,
            rate_factor=self._rate_factor,
            run_as=self._worker_account(),
            access_log=f"{self._home.logs}/gateway-access.log tiro buffer=32k flush=1s",
            static={"/": WEB} if (WEB / "index.html").exists() else {},
        )
        self._file.write_text(render_nginx(self.table, target), encoding="utf-8")

    @property
    def _folder(self) -> Path:
        return self._home.run / "gateway"

    @property
    def _file(self) -> Path:
        return self._folder / "nginx.conf"

    def _worker_account(self) -> str:
        """Under root the workers become nobody, unless that account cannot reach the project."""
        account = unprivileged()
        if account is None:
            return ""
        return "nobody nogroup" if account.can_enter(self._folder) and account.can_enter(PROJECT) else "root root"


def nginx() -> Path:
    """The program, also where a plain user's PATH does not look."""
    named = os.environ.get("TIRO_NGINX") or shutil.which("nginx")
    for program in ([Path(named)] if named else []) + [Path("/usr/sbin/nginx"), Path("/usr/local/sbin/nginx")]:
        if program.exists():
            return program
    raise StackError(Gateway.name, "nginx is not installed", advice="make setup; or TIRO_NGINX=<the program>")
