"""Table institution_contact: legal representative and probation officer, sealed, with masked forms for display."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.masking import mask_name
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring
from shared.security.sealing import seal_text, unseal_text

_CLASS: Final = "contact"
_SELECT: Final = "SELECT * FROM institution_contact WHERE institution_id = $1"
_UPSERT: Final = """
INSERT INTO institution_contact (institution_id, legal_representative_sealed, legal_representative_masked,
    probation_officer_sealed, probation_officer_masked, probation_officer_phone_sealed)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (institution_id) DO UPDATE SET
    legal_representative_sealed = excluded.legal_representative_sealed,
    legal_representative_masked = excluded.legal_representative_masked,
    probation_officer_sealed = excluded.probation_officer_sealed,
    probation_officer_masked = excluded.probation_officer_masked,
    probation_officer_phone_sealed = excluded.probation_officer_phone_sealed
"""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The people of an institution, in clear."""

    legal_representative: str | None
    probation_officer: str | None
    probation_officer_phone: str | None


@dataclass(frozen=True, slots=True)
class MaskedContacts:
    """What of them may be shown by default."""

    legal_representative: str | None
    probation_officer: str | None


async def select_clear(reader: Reader, keyring: Keyring, institution_id: UUID) -> Contacts:
    """Opened; the caller has checked the right and records the look."""
    if (row := await reader.fetchrow(_SELECT, institution_id)) is None:
        return Contacts(None, None, None)

    def opened(field: str) -> str | None:
        envelope = row[f"{field}_sealed"]
        return None if envelope is None else unseal_text(keyring, _CLASS, _place(field, institution_id), envelope)

    return Contacts(opened("legal_representative"), opened("probation_officer"), opened("probation_officer_phone"))


async def select_masked(reader: Reader, institution_id: UUID) -> MaskedContacts:
    """The masked forms, without opening anything."""
    if (row := await reader.fetchrow(_SELECT, institution_id)) is None:
        return MaskedContacts(None, None)
    return MaskedContacts(row["legal_representative_masked"], row["probation_officer_masked"])


async def upsert(tx: Transaction, keyring: Keyring, institution_id: UUID, contacts: Contacts) -> None:
    """Seal and store."""

    def sealed(field: str, value: str | None) -> bytes | None:
        return None if value is None else seal_text(keyring, _CLASS, _place(field, institution_id), value)

    await tx.execute(
        _UPSERT,
        institution_id,
        sealed("legal_representative", contacts.legal_representative),
        contacts.legal_representative and mask_name(contacts.legal_representative),
        sealed("probation_officer", contacts.probation_officer),
        contacts.probation_officer and mask_name(contacts.probation_officer),
        sealed("probation_officer_phone", contacts.probation_officer_phone),
    )


def _place(field: str, institution_id: UUID) -> str:
    return f"institution_contact.{field}:{institution_id}"
