"""Handlers about notes among the reviewers of a unit."""

from dataclasses import asdict

from services.declaration.api.schemas.staff_notes import StaffNoteBody, StaffNoteView
from services.declaration.dependencies import Dependencies
from services.declaration.storage.staff_notes import StaffNote
from services.declaration.use_cases.reviewing.read_notes import read_notes
from services.declaration.use_cases.reviewing.write_note import write_note
from shared.web.call import Call
from shared.web.cursors import Page
from shared.web.paging import page_of, position

StaffNotePage = Page[StaffNoteView]


async def get_review_notes(call: Call[Dependencies]) -> StaffNotePage:
    """V64"""
    query = call.query
    notes = await read_notes(
        call.tx,
        call.path_id("declaration_id"),
        position(query),
        query.limit + 1,
        keyring=call.deps.keyring,
        actor=call.actor,
        now=call.now,
    )
    return page_of(StaffNotePage, query, notes, _view, lambda note: note.id)


async def post_review_note(call: Call[Dependencies], body: StaffNoteBody) -> StaffNoteView:
    """V64"""
    keyring, declaration_id = call.deps.keyring, call.path_id("declaration_id")
    note = await write_note(call.tx, declaration_id, body.text, keyring=keyring, actor=call.actor, now=call.now)
    return _view(note)


def _view(note: StaffNote) -> StaffNoteView:
    return StaffNoteView(**asdict(note))
