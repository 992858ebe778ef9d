"""An exam body changed: its place in the tree decides who accepts which list."""

from services.declaration.storage import known_exam_bodies
from shared.contracts.institution import ExamBodyChanged
from shared.postgres.transaction import Transaction


async def on_exam_body_changed(tx: Transaction, event: ExamBodyChanged, _deps: object) -> None:
    """Remember the newest state of the exam body."""
    await known_exam_bodies.upsert(tx, event)
