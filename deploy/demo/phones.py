"""Reading the development mailbox, as a person would look at the phone."""

import itertools
import random
import re

from deploy.demo.public_api import Json, PublicApi, until

_taken = itertools.count(random.SystemRandom().randrange(10**8))
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def new_phone() -> str:
    """A number that this run has not used; the prefix 199 is as good as any."""
    return f"199{next(_taken) % 10**8:08d}"


async def newest_text(api: PublicApi, phone: str, template_code: str, after: int = 0) -> Json:
    """The latest text of a template to a number, waiting for it to arrive."""

    async def look() -> Json | None:
        found = [m for m in await texts(api, phone) if m["template_code"] == template_code and m["number"] > after]
        return found[-1] if found else None

    return await until(look, f"the text message {template_code}")


async def code_by_mail(api: PublicApi, address: str) -> str:
    """The code in the latest letter to an address, waiting for it to arrive."""

    async def look() -> Json | None:
        found = [m for m in await texts(api, address) if m["channel"] == "email" and _CODE.search(m["text"])]
        return found[-1] if found else None

    letter = await until(look, "the letter with the code")
    code: str = _CODE.findall(letter["text"])[0]
    return code


async def texts(api: PublicApi, phone: str) -> list[Json]:
    """Everything that reached a number or an address."""
    found: list[Json] = (await api.get(f"mailbox/messages?to={phone}"))["messages"]
    return found
