"""A declaration that came back: its reasons are answered one by one before it is handed in again."""

from typing import Any

from tests.integration.declaration.season import Draft, Season
from tests.support.service_under_test import Answer

CHANGED = {"place": 0, "answer": "changed"}


async def answer(draft: Draft, *answers: dict[str, Any]) -> Answer:
    """PUT answers; the draft moves to the new version."""
    body = {"answers": list(answers)}
    saved = await draft.person.api.put(f"{draft.path}/reason-answers", body, version=draft.version)
    if saved.status == 200:
        draft.version = saved.body["version"]
    return saved


async def submit_again(season: Season, draft: Draft) -> Answer:
    """Answer the one reason of the return, then submit."""
    assert (await answer(draft, CHANGED)).status == 200
    return await season.submit(draft)
