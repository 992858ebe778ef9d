"""From entries as they are stored to what institutions and people see."""

from collections.abc import Sequence
from typing import Any

from services.declaration.api.schemas.entries import EnteredView, EntryView, OwnEntryView
from services.declaration.api.schemas.reviews import ChangeView
from services.declaration.domain.content import Content
from services.declaration.domain.difference import difference
from services.declaration.storage.institution_entries import InstitutionEntry
from shared.security.keyring import Keyring
from shared.web.cursors import Page, encode_cursor


def entry_page(rows: Sequence[InstitutionEntry], limit: int) -> Page[EntryView]:
    """One row more than shown was read, to know whether there is another page."""
    shown = rows[:limit]
    following = encode_cursor(shown[-1].entered_at, shown[-1].declaration_id) if len(rows) > limit else None
    return Page[EntryView](items=[_entry_view(one) for one in shown], next_cursor=following)


def entered_view(entry: InstitutionEntry, keyring: Keyring) -> EnteredView:
    """For the institution that entered it."""
    return EnteredView(
        entry=_entry_view(entry),
        content=entry.open_content(keyring),
        decline_text=entry.open_decline_text(keyring),
    )


def own_entry_view(entry: InstitutionEntry, mine: Content, keyring: Keyring) -> OwnEntryView:
    """For the person: what was entered, and what the draft says otherwise now."""
    entered = entry.open_content(keyring)
    return OwnEntryView.model_validate(
        {
            "state": entry.state,
            "institution_id": entry.institution_id,
            "institution_name": entry.institution_name,
            "entered_at": entry.entered_at,
            "content": entered,
            "changes": [
                ChangeView(pointer=one.pointer, before=one.before, after=one.after)
                for one in difference(_said(entered), _said(mine))
            ],
            "version": entry.version,
        }
    )


def _entry_view(entry: InstitutionEntry) -> EntryView:
    fields = {name: getattr(entry, name) for name in EntryView.model_fields if name != "waiting_since"}
    waiting_since = entry.entered_at if entry.state == "waiting" else None
    return EntryView.model_validate({**fields, "waiting_since": waiting_since})


def _said(content: Content) -> dict[str, Any]:
    return content.model_dump(mode="json", exclude={"periods": {"__all__": {"id"}}})
