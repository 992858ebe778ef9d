"""Count one use of a passkey; a counter that does not go forward means there may be a copy (WebAuthn 6.1.1, V11)."""

from dataclasses import replace
from datetime import datetime

from services.identity.domain.passkeys import PasskeyProof, PasskeyRefused, PasskeySuspected, looks_copied
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_passkeys
from services.identity.use_cases.passkeys.tell_factor_change import tell_factor_change
from shared.actor import SYSTEM
from shared.errors import NotFound, TiroError
from shared.postgres.transaction import Transaction


async def use_passkey(tx: Transaction, account: StaffAccount, proof: PasskeyProof, now: datetime) -> TiroError | None:
    """None, and the use written down; or the refusal, to be committed with the suspicion. The account is locked."""
    try:
        passkey = await staff_passkeys.lock(tx, proof.passkey_id, account.staff_id)
    except NotFound:
        return PasskeyRefused()
    if passkey.suspected_at is not None:
        return PasskeySuspected()
    if looks_copied(passkey.sign_count, proof.sign_count):
        await staff_passkeys.update(tx, replace(passkey, suspected_at=now, version=passkey.version + 1))
        await tell_factor_change(tx, account, "passkey", "suspected", SYSTEM, now, passkey.passkey_id)
        return PasskeySuspected()
    used = replace(passkey, sign_count=proof.sign_count, backed_up=proof.backed_up, last_used_at=now)
    await staff_passkeys.update(tx, used)
    return None
