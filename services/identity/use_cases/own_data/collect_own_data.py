"""Everything held about one person, opened, by table and column, with what each column is and why it is held (V59)."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.masking import mask_credential
from shared.postgres.transaction import Row
from shared.privacy.registry import Personal, Register
from shared.privacy.resealing import place_of
from shared.security.keyring import Keyring
from shared.security.subject_sealing import open_text

ELSEWHERE = {
    "institution": "绑定单位的记录 / bindings to institutions: GET /api/institution/v1/bindings",
    "declaration": "申报、考核和备案档案 / declarations and their archive: GET /api/declaration/v1/declarations",
    "notification": "站内消息 / messages: GET /api/notification/v1/messages",
}


async def collect_own_data(
    rows: Mapping[str, list[Row]], register: Register, keyring: Keyring, person_id: UUID, now: datetime
) -> dict[str, Any]:
    """`data` by table; `fields` says of every column what it is, on which basis it is held and until when; `withheld`
    names what is left out and why; `elsewhere` where the other services show the rest. Raises SealBroken,
    SubjectErased."""
    data: dict[str, list[dict[str, Any]]] = {}
    fields: dict[str, dict[str, str]] = {}
    withheld: dict[str, str] = {}
    for name, found in rows.items():
        personal = register.table[name].personal
        shown = {column: said for column, said in personal.items() if said.withheld is None}
        data[name] = [
            {column: await _value(row, column, said, keyring) for column, said in shown.items()} for row in found
        ]
        for column, said in personal.items():
            if said.withheld is None:
                fields[f"{name}.{column}"] = _about(said, register)
            else:
                withheld[f"{name}.{column}"] = said.withheld
    return {
        "person_id": str(person_id),
        "made_at": now.isoformat(),
        "data": data,
        "fields": fields,
        "withheld": withheld,
        "elsewhere": ELSEWHERE,
    }


def _about(said: Personal, register: Register) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en, "basis": said.basis, "kept": register.kept[said.kept]}


async def _value(row: Row, column: str, said: Personal, keyring: Keyring) -> Any:
    value = row[column]
    if value is None or said.sealed is None:
        return _plain(value)
    envelope = base64.b64decode(value) if said.sealed.text else value
    text = await open_text(keyring, said.sealed.data_class, place_of(said.sealed, row), envelope)
    if said.masked:
        return mask_credential(text)
    return json.loads(text) if text.startswith("{") else text


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
