"""Both factors were right a moment ago: see under lock that they still are, and use up what works once (V11)."""

from dataclasses import replace
from datetime import datetime

from services.identity.domain.refusals import Refused, StaffLoginRefused
from services.identity.domain.staff_account import StaffAccount
from services.identity.storage import staff_accounts
from services.identity.use_cases.passkeys.use_passkey import use_passkey
from services.identity.use_cases.staffing.check_factors import StaffAttempt
from shared.postgres.transaction import Transaction


async def consume_proof(
    tx: Transaction, attempt: StaffAttempt, allowed: frozenset[str], now: datetime
) -> StaffAccount | Refused:
    """The locked account with the used step written in, if nothing changed since the factors were checked; or a refusal
    to be committed. A code that was used before, by whomever, is worth nothing."""
    proof = attempt.proof
    if proof is None:
        return Refused(attempt.refusal)
    account = await staff_accounts.lock(tx, proof.staff_id)
    unchanged = proof.password_phc is None or account.password_phc == proof.password_phc
    if account.state not in allowed or not unchanged:
        return Refused(StaffLoginRefused())
    if proof.passkey is not None and (refusal := await use_passkey(tx, account, proof.passkey, now)):
        return Refused(refusal)
    if proof.totp_step is None:
        return account
    if account.totp_sealed is None or account.totp_step >= proof.totp_step:
        return Refused(StaffLoginRefused())
    return replace(account, totp_step=proof.totp_step)
