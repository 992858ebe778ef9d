"""The worker role of notification in a process of its own, consumers, relay and all, with two providers: what the bench
kills. Started with a control's name it lacks the protection that the control is about."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.notification.app import SERVICE, build_dependencies
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.dependencies import Dependencies
from services.notification.settings import Settings
from shared.messaging import inbox
from shared.process.definition import Foundation
from shared.process.roles import run_worker


async def build_with_two_providers(settings: Settings, foundation: Foundation) -> Dependencies:
    """As the service is built, but for its providers."""
    deps = await build_dependencies(settings, foundation)
    endpoints = os.environ["BENCH_ENDPOINTS"].split(",")
    accounts = [settings.sms.model_copy(update={"endpoint": endpoint}) for endpoint in endpoints]
    return replace(deps, sms={n: AliyunSms(a) for n, a in zip(("first", "second"), accounts, strict=True)})


async def take_all_for_fresh(tx: Any, consumer: str, ids: Sequence[UUID], types: Sequence[str]) -> set[UUID]:
    """An inbox without its key."""
    return set(ids)


def run() -> None:
    """Until told to stop."""
    if os.environ["BENCH_CONTROL"] == "inbox":
        inbox.insert = take_all_for_fresh
    asyncio.run(run_worker(replace(SERVICE, build=build_with_two_providers), Settings()))


if __name__ == "__main__":
    run()
