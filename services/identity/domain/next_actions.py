"""What a person can do next about verification, in every state (A6, A7, A10, A13, A16)."""

from typing import Literal

from services.identity.domain.verification import AttemptsLeft, Verification

Action = Literal["accept_consent", "upload_photos", "start_automatic", "start_manual", "withdraw", "wait"]


def next_actions(verification: Verification, left: AttemptsLeft, *, consented: bool, photos: int) -> list[Action]:
    """The possible actions, the most sensible first. `photos`: how many sides are uploaded."""
    state = verification.state
    if state == "auto_checking":
        return ["wait"]
    if state == "pending_manual":
        return ["wait", "withdraw"]
    if state in ("verified", "revoked"):
        return []
    if not consented:
        return ["accept_consent"]
    actions: list[Action] = []
    if state != "rejected" and left.now:
        actions.append("start_automatic")
    # Residents get here after a failure; people with other documents may always ask a person (A14).
    actions.append("start_manual")
    return actions if photos >= 2 else ["upload_photos", *actions]
