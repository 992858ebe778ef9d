"""Reading the development mailbox, as a person would look at the phone."""

import itertools
import random

from deploy.demo.public_api import Json, PublicApi, until

_taken = itertools.count(random.SystemRandom().randrange(10**8))


def new_phone() -> str:
    """A number that this run has not used; the prefix 199 is as good as any."""
    return f"199{next(_taken) % 10**8:08d}"


async def newest_text(api: PublicApi, phone: str, template_code: str, after: int = 0) -> Json:
    """The latest text of a template to a number, waiting for it to arrive."""

    async def look() -> Json | None:
        found = [m for m in await texts(api, phone) if m["template_code"] == template_code and m["number"] > after]
        return found[-1] if found else None

    return await until(look, f"the text message {template_code}")


async def texts(api: PublicApi, phone: str) -> list[Json]:
    """Everything that reached a number."""
    found: list[Json] = (await api.get(f"mailbox/messages?to={phone}"))["messages"]
    return found
