"""What is held about a person beside the account itself, when the account is given up or becomes part of another."""

from datetime import datetime
from uuid import UUID

from services.identity.storage import (
    consents,
    email_proofs,
    exempt_choices,
    known_devices,
    own_data_exports,
    proofing_guards,
    recognition_jobs,
    verification_images,
)
from shared.postgres.transaction import Transaction


async def forget_traces(tx: Transaction, person_id: UUID, now: datetime) -> None:
    """Consents, readings, devices, choices, counted starts and codes are destroyed; photos and copies are put aside,
    and the worker removes them with their objects (V57, V58)."""
    await verification_images.update_put_aside(tx, person_id, now)
    await recognition_jobs.delete_of(tx, person_id)
    await consents.delete_of(tx, person_id)
    await own_data_exports.delete_of(tx, person_id)
    await exempt_choices.delete_of(tx, person_id)
    await known_devices.delete_of(tx, person_id)
    await proofing_guards.delete_of(tx, person_id)
    await email_proofs.delete_of(tx, person_id)
