"""An institution said whether a person passed: whoever was filed provisionally is judged with it (4.6)."""

from services.institution.dependencies import Dependencies
from services.institution.storage import known_declarations
from shared.contracts.declaration_evaluation import EvaluationRecorded
from shared.errors import Unavailable
from shared.postgres.transaction import Transaction


class DeclarationNotKnownYet(Unavailable):
    """The event that brings the declaration comes later; this one is delivered again."""

    code = "declaration_not_known_yet"
    message_zh = "申报信息尚未同步，请稍后重试。"
    message_en = "The declaration is not known here yet; try again later."


async def on_evaluation_recorded(tx: Transaction, event: EvaluationRecorded, _deps: Dependencies) -> None:
    """Keep the moment of the final word. Raises DeclarationNotKnownYet."""
    if event.result == "provisional":
        return
    if not await known_declarations.update_judged(tx, event.declaration_id, event.occurred_at):
        raise DeclarationNotKnownYet
