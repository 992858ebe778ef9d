"""The people behind desks: zone, exam body, institution, and the national network's program."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from deploy.demo.numbers import credit_code, licence_no, practising_no
from deploy.demo.phones import new_phone
from deploy.demo.public_api import Json, PublicApi, StepFailed, until
from deploy.demo.staff import Account, LoggedIn, accept_invitation, log_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
INSTITUTION = "api/institution/v1"
DECLARATION = "api/declaration/v1"
IDENTITY = "api/identity/v1"


@dataclass(frozen=True, slots=True)
class Unit:
    """An institution with its two accounts, its confirmation code and a supervisor."""

    id: str
    name: str
    owner: LoggedIn
    admin: LoggedIn
    code: str
    supervisor_id: str


class Accounts:
    """Accounts kept beside the stack's data, so that the demo can be run again on the same stack."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept: dict[str, Json] = json.loads(file.read_text()) if file is not None and file.exists() else {}

    def find(self, name: str) -> Account | None:
        """An account of an earlier run."""
        return Account(**self._kept[name]) if name in self._kept else None

    def keep(self, name: str, account: Account) -> None:
        """Remember an account; the file is readable by its owner only."""
        self._kept[name] = account.as_json()
        if self._file is not None:
            self._file.touch(mode=0o600)
            self._file.write_text(json.dumps(self._kept))


async def enter_zone(api: PublicApi, accounts: Accounts, phone: str) -> LoggedIn:
    """The zone's administrator: by the invitation that the bootstrap command caused, or as before."""
    if (known := accounts.find("zone")) is not None:
        return await log_in(api, known)
    entered = await accept_invitation(api, phone)
    accounts.keep("zone", entered.account)
    return entered


async def issue_exam_body(zone: LoggedIn, accounts: Accounts) -> LoggedIn:
    """An exam site for Wuhan with its administrator (B4); kept between runs, since a site exists once."""
    if (known := accounts.find("site")) is not None:
        return await log_in(zone.api, known)
    phone = new_phone()
    await zone.api.post(
        f"{INSTITUTION}/exam-bodies",
        {
            "name": "武汉考点",
            "level": "site",
            "parent_id": zone.account.scope_id,
            "code": "4201",
            "division_codes": ["420100"],
            "admin": {"name": "孙备案", "phone": phone},
        },
    )
    entered = await accept_invitation(zone.api, phone)
    accounts.keep("site", entered.account)
    return entered


async def issue_institution(site: LoggedIn, dice: random.Random) -> tuple[str, str, LoggedIn]:
    """An institution with its owner (B5); (id, name, owner)."""
    name, phone = f"江岸区演示第{dice.randrange(10**6)}医院", new_phone()
    issued = await site.api.post(
        f"{INSTITUTION}/institutions",
        {
            "name": name,
            "division_code": "420102",
            "institution_type": "general_hospital",
            "credit_code": credit_code(dice),
            "owner": {"name": "李主任", "phone": phone},
        },
    )
    return issued["id"], name, await accept_invitation(site.api, phone)


def new_profile(dice: random.Random) -> Json:
    """What a complete profile holds, with numbers of its own (5.6)."""
    today = datetime.now(SHANGHAI).date()
    return {
        "legal_representative": "王院长",
        "probation_officer": "赵科长",
        "probation_officer_phone": "027-82800000",
        "address": "武汉市江岸区演示路1号",
        "credit_code": credit_code(dice),
        "registration_no": licence_no(dice),
        "licence_valid_from": str(today - timedelta(days=2000)),
        "licence_valid_to": str(today + timedelta(days=2000)),
        "grade": "2A",
        "ownership": "public",
        "departments": ["内科", "外科", "急诊科"],
        "physicians": {"110": 60},
    }


async def complete_profile(owner: LoggedIn, institution_id: str, dice: random.Random) -> Json:
    """Fill in the profile once the activation has been heard of (B9); the saved profile."""
    path = f"{INSTITUTION}/institutions/{institution_id}"

    async def activated() -> Json | None:
        found = await owner.api.get(path)
        return found if found["state"] == "profile_incomplete" else None

    seen = await until(activated, "the owner's activation to reach the institution")
    saved = await owner.api.put(f"{path}/profile", new_profile(dice), version=seen["version"])
    if saved["state"] != "active":
        raise StepFailed(f"the profile is not complete: {saved['missing']}")
    return saved


async def staff_unit(owner: LoggedIn, institution_id: str, name: str, dice: random.Random) -> Unit:
    """Show the code, list a supervisor, and have a business admin invited (C1)."""
    path = f"{INSTITUTION}/institutions/{institution_id}"
    code = (await owner.api.get(f"{path}/confirmation-code"))["code"]
    listed = await owner.api.post(
        f"{path}/supervisors",
        {"name": "周带教", "practising_certificate_no": practising_no(dice), "category_code": "110"},
    )
    phone = new_phone()
    await owner.api.post(
        f"{IDENTITY}/staff-invitations",
        {"role": "institution_business_admin", "scope_id": institution_id, "name": "吴审核", "phone": phone},
    )
    admin = await accept_invitation(owner.api, phone)
    return Unit(institution_id, name, owner, admin, code, listed["supervisor"]["id"])


async def open_cycle(zone: LoggedIn) -> Json:
    """The exam year that is open for declaration, opened if none is."""
    try:
        current = await zone.api.get(f"{DECLARATION}/cycles/current")
        if current["state"] == "declaration_open":
            return current
    except StepFailed:
        pass
    now = datetime.now(SHANGHAI)
    dates = {
        "declaration_opens_at": now - timedelta(hours=1),
        "declaration_closes_at": now + timedelta(days=14),
        "review_deadline": now + timedelta(days=21),
        "filing_deadline": now + timedelta(days=28),
        "completion_deadline": datetime(now.year + 1, 9, 1, tzinfo=SHANGHAI),
    }
    body = {"year": now.year + 1} | {name: moment.isoformat() for name, moment in dates.items()}
    cycle = await zone.api.post(f"{DECLARATION}/cycles", body)
    return await zone.api.post(f"{DECLARATION}/cycles/{cycle['id']}/opening")


@dataclass(frozen=True, slots=True)
class NetworkClient:
    """The national network's program: it keeps a key, and asks for a token when it needs one, since those are short."""

    api: PublicApi
    key: Json

    async def enter(self) -> PublicApi:
        """The API with a fresh token."""
        token = await self.api.post(f"{IDENTITY}/client-sessions", self.key)
        return self.api.acting(token["access_token"])


async def register_network_client(zone: LoggedIn) -> NetworkClient:
    """The national network's program with its own key."""
    name = f"国家医学考试网 {uuid4().hex[:8]}"
    client = await zone.api.post(f"{IDENTITY}/machine-clients", {"name": name, "role": "national_network_client"})
    return NetworkClient(zone.api, {"client_id": client["client_id"], "client_secret": client["client_secret"]})
