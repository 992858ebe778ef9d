"""Say what changed since the version a reviewer decided on: who, what, when, and which fields (A41, 4.4)."""

from typing import Final
from uuid import UUID

from services.declaration.domain.change_words import ACTIONS, EDITED, OTHERS, ROLES
from services.declaration.domain.declaration import STATE_ZH, State
from services.declaration.domain.difference import difference
from services.declaration.domain.transition_errors import DeclarationChanged
from services.declaration.storage import changes, snapshots
from services.declaration.storage.changes import ChangedSince
from shared.clock import SHANGHAI
from shared.errors import FieldProblem
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring

_MOST: Final = 20


async def name_change(
    reader: Reader, declaration_id: UUID, version: int, keyring: Keyring | None
) -> DeclarationChanged:
    """The refusal; fields by pointer where it was handed in anew, their values stay in the review."""
    since = await changes.select_last_since(reader, declaration_id, version)
    problems = [] if keyring is None else await _fields(reader, declaration_id, since, keyring)
    did_zh, did_en = EDITED if since.action is None else ACTIONS[since.action]
    by_zh, by_en = ROLES.get(since.role or "candidate", OTHERS)
    at = (since.at or since.updated_at).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return DeclarationChanged(
        problems=problems,
        current=since.version,
        state=since.state,
        state_zh=STATE_ZH[State(since.state)],
        by_zh="" if since.action is None else by_zh,
        by_en="somebody" if since.action is None else by_en,
        did_zh=did_zh,
        did_en=did_en,
        at=at,
    )


async def _fields(reader: Reader, declaration_id: UUID, since: ChangedSince, keyring: Keyring) -> list[FieldProblem]:
    if since.seen_submission is None or since.seen_submission == since.submission:
        return []
    old, new = [
        (await snapshots.select(reader, keyring, declaration_id, one)).content.model_dump(mode="json")
        for one in (since.seen_submission, since.submission)
    ]
    text = ("该字段已被考生修改，请核对后再操作。", "The candidate changed this field; look again before you decide.")
    return [FieldProblem(one.pointer, "changed", *text) for one in difference(old, new)][:_MOST]
