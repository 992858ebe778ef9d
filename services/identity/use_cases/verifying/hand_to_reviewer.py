"""A check that agrees in everything, of somebody who may be here already: a person decides, not the machine (F16)."""

from datetime import datetime

from services.identity.domain.claim import Claim
from services.identity.domain.verification import Verification
from services.identity.use_cases.verifying.request_manual_review import put_before_reviewers, write_moved
from shared.actor import SYSTEM
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring

POSSIBLE_DUPLICATE = "possible_duplicate"


async def hand_to_reviewer(
    tx: Transaction, verification: Verification, claim: Claim, people: int, keyring: Keyring, now: datetime
) -> str:
    """The new state, pending_manual: photos and claim are there, so nobody has to ask anew, and no attempt is used up.
    The reviewer sees the `people` who are alike and has to compare them before approving."""
    handed = verification.handed_to_reviewer(POSSIBLE_DUPLICATE, now)
    await put_before_reviewers(tx, claim, verification.person_id, keyring)
    await write_moved(tx, verification, handed, "verification.hand_to_reviewer", SYSTEM, people=people)
    return handed.state
