"""A person declares elsewhere in an exam year, or no longer does: the network is told so (A17, 4.10)."""

import contextlib

from services.declaration.dependencies import Dependencies
from services.declaration.storage import known_exempt_people
from services.declaration.storage.known_exempt_people import KnownExemptPerson
from shared.contracts.identity import ExemptChannelChanged, ExemptPerson
from shared.postgres.transaction import Transaction
from shared.security.blind_index import blind_index
from shared.security.keyring import Keyring
from shared.security.subject_keys import SubjectErased
from shared.security.subject_sealing import open_from_event, seal_text_for


async def on_exempt_channel_changed(tx: Transaction, event: ExemptChannelChanged, deps: Dependencies) -> None:
    """Keep what is said sealed for this service and this person, findable by a keyed index only. Of who closed the
    account meanwhile nothing is kept (V58)."""
    with contextlib.suppress(SubjectErased):
        await known_exempt_people.upsert(tx, await _known(event, deps.keyring))


async def _known(event: ExemptChannelChanged, keyring: Keyring) -> KnownExemptPerson:
    data_class = known_exempt_people.DATA_CLASS
    kind, index, name_index, sealed = None, None, None, None
    if event.person is not None:
        place = f"{ExemptChannelChanged.TYPE}.person:{event.person_id}"
        text = await open_from_event(keyring, data_class, place, event.person)
        said = ExemptPerson.model_validate_json(text)
        kind, index = said.document_type, blind_index(keyring, "index_person", "document_no", said.document_no)
        name_index = blind_index(keyring, "index_person", "name", said.name)
        place = known_exempt_people.person_place(event.person_id)
        sealed = await seal_text_for(keyring, event.person_id, data_class, place, text)
    return KnownExemptPerson(
        person_id=event.person_id,
        version=event.aggregate_version,
        state=event.state,
        kind=event.kind,
        exam_year=event.exam_year,
        document_type=kind,
        document_index=index,
        person_sealed=sealed,
        changed_at=event.changed_at,
        name_index=name_index,
    )
