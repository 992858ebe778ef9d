"""Routes around records that an institution enters (B3)."""

from typing import Final

from services.declaration.api import entries as handlers
from services.declaration.api.schemas.drafting import SavedView
from services.declaration.api.schemas.entries import (
    DecliningBody,
    EnteredView,
    EntryBody,
    EntryMadeView,
    EntryQuery,
    EntrySearch,
    EntryView,
    OwnEntryView,
)
from shared.web.cursors import Page
from shared.web.routing import Candidates, Route, Staff

_UNIT: Final = Staff("institution_owner", "institution_business_admin")
_ADMIN: Final = Staff("institution_business_admin")
_OWN: Final = "/v1/declarations/{declaration_id}/entry"

ENTRY_ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/institution-entries",
        handler=handlers.post_institution_entry,
        policy=_ADMIN,
        summary_zh="为本单位人员录入申报记录",
        summary_en="Enter a record for a person bound to the unit",
        request=EntryBody,
        response=EntryMadeView,
        status=201,
    ),
    Route(
        method="GET",
        path="/v1/institution-entries",
        handler=handlers.get_institution_entries,
        policy=_UNIT,
        summary_zh="本单位录入的记录及确认情况",
        summary_en="The unit's entries: waiting, confirmed, declined",
        query=EntryQuery,
        response=Page[EntryView],
    ),
    Route(
        method="POST",
        path="/v1/institution-entry-searches",
        handler=handlers.post_institution_entry_search,
        policy=_UNIT,
        summary_zh="按姓名或证件号码查找录入的记录",
        summary_en="Search the unit's entries by name or document number",
        request=EntrySearch,
        response=Page[EntryView],
        is_query=True,
    ),
    Route(
        method="GET",
        path="/v1/institution-entries/{declaration_id}",
        handler=handlers.get_institution_entry,
        policy=_UNIT,
        summary_zh="查看录入的内容",
        summary_en="One entry as it was entered",
        response=EnteredView,
        transaction=True,
    ),
    Route(
        method="GET",
        path=_OWN,
        handler=handlers.get_declaration_entry,
        policy=Candidates(),
        summary_zh="单位为本人录入的内容",
        summary_en="What the unit entered for the caller, and what was changed since",
        response=OwnEntryView,
    ),
    Route(
        method="POST",
        path=f"{_OWN}/declining",
        handler=handlers.post_entry_declining,
        policy=Candidates(),
        summary_zh="不认可单位录入的内容，改为自行申报",
        summary_en="Decline the unit's entry; the draft stays the caller's own",
        request=DecliningBody,
        response=SavedView,
        versioned=True,
    ),
)
