"""RabbitMQ from the distribution's package as a private node: own epmd, cookie, data, ports; everything on loopback."""

import asyncio
import os
from pathlib import Path

from deploy.local.broker_definitions import OPERATOR, VIRTUAL_HOST, definitions_text
from deploy.local.credentials import Credentials, write_private
from deploy.local.faults import StackError
from deploy.local.home import SERVICES, Home
from deploy.local.ports import Ports
from deploy.local.probes import accepts, speaks_amqp
from deploy.local.processes import Launch

SCRIPTS = (Path("/usr/lib/rabbitmq/bin"), Path("/usr/local/lib/rabbitmq/bin"))
NODE = "tiro@localhost"
ADVICE = "`make logs`; if the broker's data may be lost (queued messages are in the outboxes' history): `make erase`"
# A quorum queue with a single member stays without a leader after a kill -9 of its node: every read and write hangs
# (rabbitmq-server issue 10070; seen with 3.10.8). So the node calls the elections itself. No blanks: a shell splits it.
ELECT_LEADERS = (
    "spawn(fun()->rabbit:await_startup(),"
    "[ra:trigger_election(amqqueue:get_pid(Q))||Q<-rabbit_amqqueue:list_local_quorum_queues()]end)."
)


class RabbitMQ:
    """One private node with the users and permissions of broker_definitions."""

    name = "rabbitmq"
    mapper = "epmd"

    def __init__(self, home: Home, ports: Ports, credentials: Credentials, *, memory_limit: str) -> None:
        self._home = home
        self._ports = ports
        self._credentials = credentials
        self._memory_limit = memory_limit

    def url(self, user: str) -> str:
        """AMQP URL of a user: <service>, <service>_migrator or operator."""
        return f"amqp://{user}:{self._password(user)}@127.0.0.1:{self._ports.of(self.name)}/{VIRTUAL_HOST}"

    async def launch_mapper(self) -> Launch:
        """epmd, the port mapper Erlang needs, started by us so that it is ours to stop."""
        port = self._ports.secure(self.mapper)
        return Launch(
            argv=["epmd", "-port", str(port), "-address", "127.0.0.1"],
            ready=lambda: accepts(port),
            waits_for=f"for the Erlang port mapper on 127.0.0.1:{port}",
            port=port,
            advice="install Erlang's epmd (package erlang-base, part of rabbitmq-server)",
        )

    async def launch(self) -> Launch:
        """Writes the node's configuration and returns how to start it."""
        port = self._ports.secure(self.name)
        self._ports.secure("rabbitmq.distribution")
        folder = self._folder
        (folder / "mnesia").mkdir(parents=True, exist_ok=True)
        self._write_configuration(port)
        return Launch(
            argv=[str(scripts() / "rabbitmq-server")],
            # Under this flag the start script becomes the Erlang machine instead of guarding it: one process, one pid.
            environment=self._environment() | {"RUNNING_UNDER_SYSTEMD": "true"},
            ready=lambda: speaks_amqp(port),
            waits_for=f"for AMQP on 127.0.0.1:{port}",
            port=port,
            folder=folder,
            grace=30.0,
            patience=120.0,
            advice=ADVICE,
        )

    async def control(self, *arguments: str) -> str:
        """Runs rabbitmqctl against this node and returns its output. Raises StackError with its complaint."""
        process = await asyncio.create_subprocess_exec(
            str(scripts() / "rabbitmqctl"),
            "--quiet",
            *arguments,
            env={"PATH": os.environ["PATH"]} | self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        text = output.decode("utf-8", "replace")
        if process.returncode != 0:
            raise StackError(self.name, f"rabbitmqctl {' '.join(arguments)} failed: {text.strip()}", advice=ADVICE)
        return text

    @property
    def _folder(self) -> Path:
        return self._home.data / "rabbitmq"

    def _password(self, user: str) -> str:
        return self._credentials.of(f"broker.{user}")

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        distribution = str(self._ports.of("rabbitmq.distribution"))
        return {
            "HOME": str(folder),  # where Erlang looks for its cookie
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._ports.of(self.mapper)),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": distribution,
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._home.logs),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # Loopback only, also between nodes; idle schedulers sleep instead of spinning.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} "
            "+sbwt none +sbwtdcpu none +sbwtdio none "
            f"-eval {ELECT_LEADERS}",
        }

    def _write_configuration(self, port: int) -> None:
        folder = self._folder
        users = [user for service in SERVICES for user in (service, f"{service}_migrator")]
        passwords = {user: self._password(user) for user in users}
        write_private(folder / "definitions.json", definitions_text(passwords, self._password(OPERATOR)))
        (folder / "plugins").write_text("[].\n")
        cookie = folder / ".erlang.cookie"
        if not cookie.exists():
            write_private(cookie, self._credentials.of("broker.cookie"))
            cookie.chmod(0o400)
        settings = {
            "listeners.tcp.1": f"127.0.0.1:{port}",
            "load_definitions": str(folder / "definitions.json"),
            "vm_memory_high_watermark." + ("relative" if "." in self._memory_limit else "absolute"): self._memory_limit,
            "disk_free_limit.absolute": "200MB",
            "log.console": "true",
            "log.console.level": "info",
            "heartbeat": "10",
            "raft.wal_max_size_bytes": "67108864",
        }
        (folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))


def scripts() -> Path:
    """Folder of RabbitMQ's own scripts (not the wrappers in sbin, which insist on the package's account)."""
    named = os.environ.get("TIRO_RABBITMQ_BIN")
    for folder in ([Path(named)] if named else []) + list(SCRIPTS):
        if (folder / "rabbitmq-server").exists():
            return folder
    raise StackError(
        RabbitMQ.name,
        "RabbitMQ is not installed",
        advice="make setup; or TIRO_RABBITMQ_BIN=<folder with rabbitmq-server>; or TIRO_BROKER_URL of a running broker",
    )
