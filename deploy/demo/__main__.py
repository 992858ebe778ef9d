"""python -m deploy.demo: start the stack if it does not run, walk the road, report, leave the stack running."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from deploy.demo.offices import Accounts
from deploy.demo.public_api import StepFailed
from deploy.demo.road import Walk
from deploy.demo.timeline import Timeline
from deploy.local.environment import service_environment
from deploy.local.home import DEFAULT_HOME, PROJECT
from deploy.local.stack import Stack

_REPORT = PROJECT / "var" / "demo" / "report.json"


def main() -> int:
    """0 when every step happened; the reason is printed otherwise."""
    began = time.monotonic()
    if subprocess.run([sys.executable, "-m", "deploy.local", "up"], cwd=PROJECT, check=False).returncode != 0:
        return 1
    home = DEFAULT_HOME
    stack = Stack(home=home)
    timeline = Timeline()
    timeline.say("\n一名考生的全程 / the road of one candidate\n")
    walk = Walk(
        gateway=stack.gateway_url,
        timeline=timeline,
        bootstrap=lambda name, phone: bootstrap(stack, name, phone),
        accounts=Accounts(Path(home) / "secrets" / "demo-accounts.json"),
        pdf_path=PROJECT / "var" / "demo" / "qualified-list.pdf",
    )
    try:
        report = asyncio.run(walk.go())
    except StepFailed as failed:
        timeline.say(f"\n✗ 未完成 / did not happen: {failed}\n  make logs 查看原因 / shows why")
        return 1
    report["seconds"]["total"] = round(time.monotonic() - began, 1)
    report["urls"] = {"gateway": stack.gateway_url, "mailbox": f"{stack.gateway_url}/mailbox/"}
    _REPORT.parent.mkdir(parents=True, exist_ok=True)
    _REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    _summary(timeline, report)
    return 0


async def bootstrap(stack: Stack, name: str, phone: str) -> None:
    """The operator's command that creates the zone; it says so when the zone exists."""
    arguments = ("--zone-code", "42", "--zone-name", "湖北考区", "--admin-name", name, "--admin-phone", phone)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.institution",
        "bootstrap",
        *arguments,
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"} | service_environment(stack.around, "institution", "command"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise StepFailed("bootstrap: " + output.decode(errors="replace")[-600:])


def _summary(timeline: Timeline, report: dict[str, object]) -> None:
    urls = report["urls"]
    assert isinstance(urls, dict)
    timeline.say(
        f"\n状态 / status: {report['status_before']} → {report['status_after']}   "
        f"消息 / messages: {report['notifications']}   用时 / seconds: {report['seconds']['total']}"  # type: ignore[index]
        f"\n名单 / list: var/demo/qualified-list.pdf   报告 / report: var/demo/report.json"
        f"\n平台 / platform: {urls['gateway']}/   信箱 / mailbox: {urls['mailbox']}"
        "\n系统仍在运行 / the stack keeps running: make status, make logs, make down"
    )


if __name__ == "__main__":
    sys.exit(main())
