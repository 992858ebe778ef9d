"""Somebody logged in on a device or from an address: kept for the signal that compares them (F7)."""

from services.declaration.dependencies import Dependencies
from services.declaration.storage import risk_devices, risk_tasks
from services.declaration.storage.risk_devices import Login, Used
from shared.contracts.identity import DeviceUsed
from shared.postgres.transaction import Transaction


async def on_device_used(tx: Transaction, event: DeviceUsed, deps: Dependencies) -> None:
    """What the person handed in is looked at anew; others who share it are, once that finds them."""
    macs: dict[Used, bytes] = {"address": bytes.fromhex(event.address)}
    if event.device is not None:
        macs["device"] = bytes.fromhex(event.device)
    login = Login(event.subject_id, event.subject_kind == "staff", event.holder_id, event.occurred_at)
    await risk_devices.upsert(tx, login, macs)
    if not login.is_staff:
        await risk_tasks.insert_of_person(tx, event.subject_id, deps.clock.now())
