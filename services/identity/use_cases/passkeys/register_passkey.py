"""Register a passkey for one's own account, on the answer to a challenge given out for that (V11)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.identity.credentials.passkeys import Attestation, NewCredential, Passkeys
from services.identity.domain.limits import PasskeyLimits
from services.identity.domain.passkeys import Passkey, PasskeyChallengeRefused, PasskeyKnown, TooManyPasskeys
from services.identity.domain.refusals import Refused
from services.identity.storage import passkey_challenges, staff_accounts, staff_passkeys
from services.identity.use_cases.passkeys.tell_factor_change import tell_factor_change
from shared.actor import Actor
from shared.errors import NotFound, TiroError
from shared.ids import new_id
from shared.postgres.transaction import Transaction


async def register_passkey(
    tx: Transaction,
    challenge_id: UUID,
    answer: Attestation,
    label: str,
    *,
    actor: Actor,
    passkeys: Passkeys,
    limits: PasskeyLimits,
    now: datetime,
) -> Passkey | Refused:
    """The passkey, or a refusal to be committed with the used challenge. Raises NotFound, TooManyPasskeys,
    PasskeyKnown."""
    asked = await passkey_challenges.delete_taken(tx, challenge_id)
    if asked is None or not asked.is_for("registration", actor.id, now):
        return Refused(PasskeyChallengeRefused())
    try:
        made = passkeys.new_credential(answer, asked.challenge)
    except TiroError as refusal:
        return Refused(refusal)
    account = await staff_accounts.lock(tx, actor.id)
    # The token may be older than what a superior did to the account.
    if account.state not in ("active", "locked") or account.awaits_holder:
        raise NotFound
    if account.passkeys >= limits.per_account:
        raise TooManyPasskeys(limit=limits.per_account)
    passkey = _passkey(made, account.staff_id, label, now)
    if not await staff_passkeys.insert(tx, passkey):
        raise PasskeyKnown
    grown = replace(account, passkeys=account.passkeys + 1)
    await tell_factor_change(tx, grown, "passkey", "added", actor, now, passkey.passkey_id)
    return passkey


def _passkey(made: NewCredential, staff_id: UUID, label: str, now: datetime) -> Passkey:
    return Passkey(
        passkey_id=new_id(),
        staff_id=staff_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        label=label,
        backed_up=made.backed_up,
        version=1,
        created_at=now,
        last_used_at=None,
        suspected_at=None,
    )
