"""`rotate-signing-key`: make the next key now, for example after a leak; the old one ends with its last token (V15)."""

import sys

from services.identity.dependencies import Dependencies
from services.identity.use_cases.signing_keys.rotate_signing_key import rotate_signing_key


async def rotate_signing_key_command(deps: Dependencies, _argv: list[str]) -> int:
    """Print the new key's id."""
    async with deps.database.transaction() as tx:
        kid = await rotate_signing_key(
            tx, deps.keyring, deps.settings.signing_key, deps.settings.session, deps.clock.now()
        )
    sys.stdout.write(f"{kid}\n")
    return 0
