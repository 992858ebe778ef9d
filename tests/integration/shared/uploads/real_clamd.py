"""The real daemon, where it is installed: the fake must answer as it does."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.shared.uploads.fake_clamd import EICAR, SIZE_LIMIT

INSTALLED = shutil.which("clamd")


@asynccontextmanager
async def real_clamd(folder: Path) -> AsyncIterator[int]:
    """Starts clamd with one signature of our own (none need be downloaded) and yields its port."""
    assert INSTALLED
    port = random.randint(20_000, 32_000)
    (folder / "database").mkdir()
    (folder / "database" / "local.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n", encoding="ascii")
    settings = folder / "clamd.conf"
    settings.write_text(
        f"DatabaseDirectory {folder}/database\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\n"
        f"StreamMaxLength {SIZE_LIMIT}\nTemporaryDirectory {folder}\n",
        encoding="utf-8",
    )
    quiet = asyncio.subprocess.DEVNULL
    daemon = await asyncio.create_subprocess_exec(INSTALLED, "-c", str(settings), stdout=quiet, stderr=quiet)
    try:
        await _until_it_answers(port)
        yield port
    finally:
        daemon.kill()
        await daemon.wait()


async def _until_it_answers(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return
