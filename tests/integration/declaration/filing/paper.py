"""What happens to a list outside the system: it is rendered, printed, sealed, and scanned."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from PIL import Image

from services.declaration.domain.seal_checklist import ITEMS
from services.declaration.print_role import run_print
from tests.integration.declaration.filing.year import Year
from tests.support.service_under_test import Answer
from tests.support.waiting import wait_until


def scan() -> bytes:
    """A photograph of something red and round on white: a picture, and no page of any list."""
    picture = Image.new("RGB", (600, 800), "white")
    picture.paste((200, 30, 30), (350, 600, 480, 730))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


CONFIRMED = {"confirmed": list(ITEMS)}


@asynccontextmanager
async def printing(year: Year) -> AsyncIterator[None]:
    """The print role runs for the length of the block."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_print(year.service.deps, stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def open_draft(year: Year, kind: str = "main") -> dict[str, Any]:
    """A new draft, as answered."""
    answer = await year.unit.post("/qualified-lists", {"cycle_id": str(year.cycle_id), "kind": kind})
    assert answer.status == 201, answer.body
    draft: dict[str, Any] = answer.body
    return draft


async def generate(year: Year, draft: dict[str, Any], **body: Any) -> dict[str, Any]:
    """The draft frozen, as answered."""
    sent = {"responsible_person": "王建国"} | body
    answer = await year.unit.post(f"/qualified-lists/{draft['id']}/generation", sent, version=draft["version"])
    assert answer.status == 202, answer.body
    frozen: dict[str, Any] = answer.body
    return frozen


async def rendered(year: Year, list_id: str, seconds: float = 30) -> None:
    """Wait until the file is there."""

    async def ready() -> bool:
        return bool((await year.unit.get(f"/qualified-lists/{list_id}")).body["progress"]["pdf_ready"])

    await wait_until(ready, seconds=seconds, what="the list is rendered")


async def printed(year: Year, frozen: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """The file on paper, and the list as answered."""
    path = f"/qualified-lists/{frozen['id']}"
    async with printing(year):
        await rendered(year, frozen["id"])
    answer = await year.unit.post(f"{path}/printing", version=frozen["version"])
    assert answer.status == 200, answer.body
    pdf: bytes = (await year.unit.get(f"{path}/pdf")).body
    return pdf, answer.body


async def upload(year: Year, list_id: str, data: bytes, kind: str = "application/pdf") -> Answer:
    """A scanned file, as answered."""
    return await year.unit.post(f"/qualified-lists/{list_id}/scan-files", data=data, headers={"Content-Type": kind})


async def sealed(year: Year, frozen: dict[str, Any]) -> dict[str, Any]:
    """Printed, sealed, scanned and confirmed; the scan of the sheets is the print itself."""
    pdf, step = await printed(year, frozen)
    uploaded = await upload(year, frozen["id"], pdf)
    assert uploaded.status == 201, uploaded.body
    path = f"/qualified-lists/{frozen['id']}/sealed-scan"
    answer = await year.unit.put(path, CONFIRMED, version=step["version"])
    assert answer.status == 200, answer.body
    done: dict[str, Any] = answer.body
    return done


async def handed_in(year: Year, draft: dict[str, Any] | None = None) -> dict[str, Any]:
    """A main list of everybody who can be listed, handed in."""
    ready = await sealed(year, await generate(year, draft or await open_draft(year)))
    answer = await year.unit.post(f"/qualified-lists/{ready['id']}/submission", version=ready["version"])
    assert answer.status == 200, answer.body
    submitted: dict[str, Any] = answer.body
    return submitted


async def filed_unseen(year: Year, frozen: dict[str, Any]) -> None:
    """The frozen list handed in and accepted, where a test is not about paper."""
    await fake_print(year, UUID(frozen["id"]))
    handed = await year.unit.post(f"/qualified-lists/{frozen['id']}/submission", version=frozen["version"])
    assert handed.status == 200, handed.body
    accepted = await year.point.post(f"/filings/{frozen['id']}/acceptance", version=handed.body["version"])
    assert accepted.status == 200, accepted.body


async def fake_print(year: Year, list_id: UUID) -> None:
    """The list as if it were printed, sealed and scanned, where a test is not about paper."""
    async with year.service.database.transaction() as tx:
        await tx.execute(
            "UPDATE qualified_list SET state = 'sealed_uploaded', pdf_key = 'k', pdf_sha256 = 'a', page_count = 1, "
            "scan_sha256 = 'b' WHERE id = $1",
            list_id,
        )
