"""The ZIP of a decision packet: composed from the database, filled from the bucket, signed (under the lease of its
export)."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Awaitable, Callable
from typing import Final

from services.declaration.dependencies import Dependencies
from services.declaration.domain.export import ExportJob
from services.declaration.storage import packet_keys
from services.declaration.use_cases.packets.compose_packet import compose_packet
from services.declaration.use_cases.packets.request_packet import require_access
from services.declaration.use_cases.packets.seal_manifest import seal_manifest

_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_PER_SIGN: Final = 5
_OBJECT_CLASS: Final = "object"


async def write_packet(
    deps: Dependencies, job: ExportJob, sign_of_life: Callable[[int], Awaitable[None]]
) -> tuple[bytes, int, str]:
    """The file, how many files it holds, how its name ends; hashed and packed in a thread: the loop is free. Raises
    NotFound when its maker may not see it any more, ObjectMissing, ObjectStoreUnavailable, SealBroken."""
    async with deps.database.read() as reader:
        composed = await compose_packet(reader, deps.keyring, await require_access(reader, job), job)
    out, files = io.BytesIO(), list[tuple[str, int, str]]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, data in composed.data.items():
            files.append(await asyncio.to_thread(_add, archive, path, data))
        for one in composed.files:
            stored = await deps.bucket.get(one.object_key, _OBJECT_CLASS)
            files.append(await asyncio.to_thread(_add, archive, one.path, stored))
            if len(files) % _PER_SIGN == 0:
                await sign_of_life(len(files))
        manifest, signature, key = seal_manifest(deps.keyring, job.id, composed, files, deps.clock.now())
        _add(archive, "manifest.json", manifest)
        _add(archive, "signature.json", signature)
    async with deps.database.transaction() as tx:
        await packet_keys.insert(tx, key)
    return out.getvalue(), len(files), "zip"


def _add(archive: zipfile.ZipFile, path: str, data: bytes) -> tuple[str, int, str]:
    archive.writestr(zipfile.ZipInfo(path, _MOMENT), data)
    return path, len(data), hashlib.sha256(data).hexdigest()
