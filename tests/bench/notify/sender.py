"""The sending loop of notification in a process of its own, with two providers: what the bench kills. It is ended by a
failpoint or by its parent."""

import asyncio
import os
from dataclasses import replace

from services.notification.app import SERVICE
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.delivering import deliver_until_stopped
from services.notification.settings import Settings
from shared.process.roles import opened


async def run() -> None:
    """Until the process ends."""
    settings = Settings()
    endpoints = os.environ["BENCH_ENDPOINTS"].split(",")
    async with opened(SERVICE, settings, "worker") as (_, deps):
        accounts = [settings.sms.model_copy(update={"endpoint": endpoint}) for endpoint in endpoints]
        sms = {name: AliyunSms(account) for name, account in zip(("first", "second"), accounts, strict=True)}
        await deliver_until_stopped(replace(deps, sms=sms), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(run())
