"""Judge an authenticator's answer outside any transaction: the challenge was taken away before (V8, V11)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.identity.credentials.passkeys import Assertion, Passkeys
from services.identity.domain.passkeys import Passkey, PasskeyChallengeRefused, PasskeyProof, PasskeyPurpose
from services.identity.storage.passkey_challenges import PasskeyChallenge
from shared.errors import TiroError
from shared.security.blind_index import BlindIndex


def check_passkey(
    asked: PasskeyChallenge | None,
    answer: Assertion,
    purpose: PasskeyPurpose,
    bound_to: BlindIndex | UUID,
    candidates: Sequence[Passkey],
    passkeys: Passkeys,
    now: datetime,
) -> PasskeyProof | TiroError:
    """Which of the candidates answered, or the refusal as a value: the try must be written into the log of logins."""
    if asked is None or not asked.is_for(purpose, bound_to, now):
        return PasskeyChallengeRefused()
    try:
        return passkeys.proof(answer, asked.challenge, purpose, candidates)
    except TiroError as refusal:
        return refusal
