"""Make the first signing key, or the next one: announced before it signs, the old one trusted until its last token
has expired (V15)."""

from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from services.identity.credentials.access_tokens import KEY_CLASS, key_place
from services.identity.domain.limits import SessionLimits, SigningKeyLimits
from services.identity.storage import signing_keys
from services.identity.storage.signing_keys import StoredKey
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.contracts.identity import SigningKeyPublished
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring
from shared.security.known_keys import on_signing_key_published
from shared.security.sealing import seal_text
from shared.security.tokens import SigningKey

_LONGEST_LIFE = timedelta(days=400)


async def ensure_signing_key(tx: Transaction, keyring: Keyring, now: datetime) -> bool:
    """Make a key that signs at once, if there is none; True when one was made."""
    await signing_keys.lock_all(tx)
    if await signing_keys.select_living(tx, now):
        return False
    await _publish(tx, _new_key(keyring, now), now, "signing_key.create")
    return True


async def rotate_signing_key(
    tx: Transaction, keyring: Keyring, keys: SigningKeyLimits, sessions: SessionLimits, now: datetime
) -> str:
    """The id of the new key. It signs after the announcement; older keys are retired when their tokens have expired."""
    await signing_keys.lock_all(tx)
    signs_from = now + timedelta(seconds=keys.announce_seconds)
    retired_at = signs_from + timedelta(seconds=sessions.access_seconds + keys.slack_seconds)
    for old in await signing_keys.select_living(tx, now):
        if old.retire_at > retired_at:
            ending = replace(old, retire_at=retired_at, version=old.version + 1)
            await signing_keys.update_retirement(tx, ending)
            await _announce(tx, ending, now, "signing_key.retire")
    fresh = _new_key(keyring, signs_from)
    await _publish(tx, fresh, now, "signing_key.create")
    return fresh.kid


async def rotate_when_due(
    tx: Transaction, keyring: Keyring, keys: SigningKeyLimits, sessions: SessionLimits, now: datetime
) -> str | None:
    """Rotate when the newest key has signed for long enough; its successor's id, or None."""
    await signing_keys.lock_all(tx)
    living = await signing_keys.select_living(tx, now)
    if living and living[0].not_before > now - timedelta(days=keys.rotate_days):
        return None
    return await rotate_signing_key(tx, keyring, keys, sessions, now)


def _new_key(keyring: Keyring, not_before: datetime) -> StoredKey:
    key_id = new_id()
    key = SigningKey.generate(str(key_id))
    private = orjson.dumps(key.key.as_dict(private=True)).decode()
    return StoredKey(
        key_id=key_id,
        kid=key.kid,
        private_sealed=seal_text(keyring, KEY_CLASS, key_place(key.kid), private),
        public_jwk=orjson.dumps(key.public_jwk(), option=orjson.OPT_SORT_KEYS).decode(),
        not_before=not_before,
        retire_at=not_before + _LONGEST_LIFE,
        version=1,
    )


async def _publish(tx: Transaction, key: StoredKey, now: datetime, action: str) -> None:
    await signing_keys.insert(tx, key)
    await _announce(tx, key, now, action)


def signing_key_published(key: StoredKey, now: datetime) -> SigningKeyPublished:
    """The public half as the others hear of it."""
    return SigningKeyPublished(
        occurred_at=now,
        aggregate_version=key.version,
        key_id=key.key_id,
        kid=key.kid,
        jwk=key.public_jwk,
        not_before=key.not_before,
        retire_at=key.retire_at,
    )


async def _announce(tx: Transaction, key: StoredKey, now: datetime, action: str) -> None:
    event = signing_key_published(key, now)
    outbox.add(tx, event)
    # This service trusts its key at once; the others hear of it.
    await on_signing_key_published(tx, event, None)
    audit.record(
        tx,
        action,
        actor=SYSTEM,
        subject_kind="signing_key",
        subject_id=key.key_id,
        at=now,
        not_before=str(key.not_before),
    )
