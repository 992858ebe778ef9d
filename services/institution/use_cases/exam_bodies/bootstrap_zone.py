"""The first account of all: the system creates the zone and has its administrator invited."""

from datetime import datetime

from services.institution.domain.exam_body import ExamBody, Territory
from services.institution.domain.snapshots import exam_body_changed
from services.institution.storage import divisions, exam_body_tree
from services.institution.use_cases.request_staff import request_staff
from shared import audit, outbox
from shared.actor import SYSTEM
from shared.errors import Invalid
from shared.ids import new_id
from shared.postgres.transaction import Transaction
from shared.security.keyring import Keyring


class ProvinceUnknown(Invalid):
    """The zone's code must be the first two digits of a loaded province."""

    code = "province_unknown"
    message_zh = "行政区划表中没有代码为 {code} 的省份，请先用 load-divisions 导入区划数据。"
    message_en = "No province with code {code} is loaded; load its divisions with load-divisions first."


async def bootstrap_zone(
    tx: Transaction, keyring: Keyring, *, code: str, name: str, admin_name: str, admin_phone: str, now: datetime
) -> ExamBody:
    """Create the zone with the whole province as its territory. Raises ProvinceUnknown, ExamBodyTaken."""
    province = await divisions.select(tx, f"{code}0000")
    if province is None or province.level != "province":
        raise ProvinceUnknown(code=code)
    zone_id = new_id()
    zone = ExamBody(zone_id, 1, "zone", None, (zone_id,), code, name, "active")
    await exam_body_tree.insert(tx, Territory(zone, (province.code,)), None, now)
    outbox.add(tx, exam_body_changed(zone, now))
    request_staff(
        tx,
        keyring,
        role="zone_admin",
        scope_id=zone.id,
        scope_name=name,
        name=admin_name,
        phone=admin_phone,
        requested_by=None,
        now=now,
    )
    audit.record(
        tx, "exam_body.bootstrap", actor=SYSTEM, subject_kind="exam_body", subject_id=zone.id, at=now, after="active"
    )
    return zone
