"""People as reviewers and the zone see them: search for duplicates, documents, revocation."""

from services.identity.api.calls import IdentityCall
from services.identity.api.people_schemas import (
    DocumentView,
    PeopleFoundView,
    PersonSearchBody,
    PersonView,
    RevocationBody,
)
from services.identity.api.review_schemas import DecisionView
from services.identity.api.review_views import alike_view, decision_view
from services.identity.storage import identity_documents, verifications
from services.identity.use_cases.verifying.revoke_person import revoke_person
from services.identity.use_cases.verifying.search_people import WhoToFind, search_people
from shared import audit


async def post_person_search(call: IdentityCall, body: PersonSearchBody) -> PeopleFoundView:
    """5.4; what is looked for stands in the body, so that no address holds it."""
    who = WhoToFind(body.name, body.birth_date, body.phone, body.document_no)
    found = await search_people(call.tx, who, call.actor, call.deps.keyring, call.now)
    return PeopleFoundView(items=[alike_view(one) for one in found])


async def get_person(call: IdentityCall) -> PersonView:
    """V55: masked, and recorded."""
    person_id = call.path_id("person_id")
    verification = await verifications.select(call.reader, person_id)
    history = await identity_documents.select_history(call.reader, person_id)
    audit.record(call.tx, "person.view", actor=call.actor, subject_kind="person", subject_id=person_id, at=call.now)
    return PersonView(
        **{name: getattr(verification, name) for name in ("person_id", "state", "version", "since", "method")},
        reason_code=verification.reason_code,
        documents=[DocumentView.model_validate(one, from_attributes=True) for one in history],
    )


async def post_person_revocation(call: IdentityCall, body: RevocationBody) -> DecisionView:
    """4.1."""
    person_id, catalogue = call.path_id("person_id"), call.deps.catalogue
    return decision_view(
        await revoke_person(
            call.tx, person_id, call.expected_version, body.reason_code, call.actor, catalogue, call.now
        )
    )
