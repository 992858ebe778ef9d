"""The profile of an institution with its people in clear, opened and sealed; the caller has looked at the right and
records the look."""

from uuid import UUID

from services.institution.domain.institution import Institution
from services.institution.domain.profile import Profile
from services.institution.storage import institution_contacts
from services.institution.storage.institution_contacts import Contacts
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


async def open_profile(reader: Reader, keyring: Keyring, institution: Institution) -> Profile:
    """All that B9 asks for, as it is kept now."""
    contacts = await institution_contacts.select_clear(reader, keyring, institution.id)
    return Profile(
        legal_representative=contacts.legal_representative,
        probation_officer=contacts.probation_officer,
        probation_officer_phone=contacts.probation_officer_phone,
        address=institution.address,
        credit_code=institution.credit_code,
        registration_no=institution.registration_no,
        licence_valid_from=institution.licence_valid_from,
        licence_valid_to=institution.licence_valid_to,
        grade=institution.grade,
        ownership=institution.ownership,
        departments=institution.departments,
        physicians=institution.physicians,
    )


async def keep_contacts(tx: Transaction, keyring: Keyring, institution_id: UUID, profile: Profile) -> None:
    """Seal the people of the profile."""
    contacts = Contacts(profile.legal_representative, profile.probation_officer, profile.probation_officer_phone)
    await institution_contacts.upsert(tx, keyring, institution_id, contacts)
