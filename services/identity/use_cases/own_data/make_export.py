"""Make a copy that somebody asked for: read, open, pack, seal, store; any number of workers may try (V59)."""

import io
import json
import zipfile
from typing import Any

from services.identity.storage import own_data_exports, own_rows, verification_images
from services.identity.storage.own_data_exports import OwnDataExport
from services.identity.use_cases.own_data.collect_own_data import collect_own_data
from shared.clock import Clock
from shared.objectstore import Bucket, ObjectMissing
from shared.postgres.database import Database
from shared.privacy.registry import Register
from shared.security.keyring import Keyring

PREFIX = "exports/"


async def make_export(
    wanted: OwnDataExport, register: Register, database: Database, bucket: Bucket, keyring: Keyring, clock: Clock
) -> bool:
    """False when another worker was faster or the account was closed meanwhile. The key follows from the copy's id, so
    that a run which died before the last step is overwritten by the next one and leaves nothing behind."""
    now, key = clock.now(), f"{PREFIX}{wanted.export_id}"
    async with database.read() as reader:
        rows = await own_rows.select_own_rows(reader, register, wanted.person_id)
    content = await collect_own_data(rows, register, keyring, wanted.person_id, now)
    packed = _packed(content, await _photos(rows, bucket))
    await bucket.put(key, packed, own_data_exports.OBJECT_CLASS, wanted.person_id)
    async with database.transaction() as tx:
        done = await own_data_exports.update_ready(tx, wanted.export_id, now, key, len(packed))
        still_wanted = done or await own_data_exports.select_is_named(tx, key)
    if not still_wanted:
        await bucket.delete(key)
    return done


async def _photos(rows: dict[str, list[Any]], bucket: Bucket) -> dict[str, bytes]:
    photos = {}
    for row in rows["verification_image"]:
        name = f"photos/{row['uploaded_at']:%Y%m%d-%H%M%S}-{row['side']}.{row['content_type'].rpartition('/')[2]}"
        try:
            photos[name] = await bucket.get(row["object_key"], verification_images.OBJECT_CLASS)
        except ObjectMissing:
            # Put aside and removed between the two looks.
            continue
    return photos


def _packed(content: dict[str, Any], photos: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("own-data.json", json.dumps(content, ensure_ascii=False, indent=1))
        for name, data in photos.items():
            archive.writestr(name, data)
    return out.getvalue()
